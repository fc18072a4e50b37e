/** What a run of the suite prints: a table per file, the totals, failures, and the last line that scripts read. */
import { alignedTable } from '../../reports/aligned-table.js';
import { styleText } from 'node:util';
import type { Failure, ScriptResult } from './runner.js';

export interface FileResult extends ScriptResult {
  /** Relative to the suite's folder, with forward slashes. */
  readonly file: string;
}

export interface Totals {
  readonly modules: number;
  /** Passed and failed together. */
  readonly run: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedByReason: Readonly<Record<string, number>>;
}

/** A run of the whole suite in one mode. */
export interface RunResult {
  readonly mode: string;
  readonly files: readonly FileResult[];
  readonly seconds: number;
}

export function totalsOf(files: readonly ScriptResult[]): Totals {
  const reasons = new Map<string, number>();
  for (const file of files) {
    for (const [reason, count] of file.skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  const sum = (count: (file: ScriptResult) => number) =>
    files.reduce((total, file) => total + count(file), 0);
  const passed = sum((file) => file.passed);
  const failed = sum((file) => file.failures.length);
  return {
    modules: sum((file) => file.modules),
    run: passed + failed,
    passed,
    failed,
    skipped: [...reasons.values()].reduce((total, count) => total + count, 0),
    skippedByReason: Object.fromEntries([...reasons].sort((a, b) => b[1] - a[1])),
  };
}

/** The last line of every run. */
export function lastLine(totals: Pick<Totals, 'passed' | 'failed' | 'skipped'>): string {
  return `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}

/** A row per file, then the totals. A file's skipped assertions name their reasons; `skipList` has them in total. */
export function fileTable(files: readonly FileResult[]): string {
  const rows = files.map((file) => row(file.file, totalsOf([file])));
  return tableOf([
    ['file', 'modules', 'run', 'passed', 'failed', 'skipped', 'because of'],
    ...rows,
    row('total', totalsOf(files)).slice(0, -1),
  ]);
}

/** A row per run mode. */
export function modeTable(runs: readonly RunResult[]): string {
  const rows = runs.map((run) => [...row(run.mode, totalsOf(run.files)).slice(0, 6), run.seconds.toFixed(1)]);
  return tableOf([['mode', 'modules', 'run', 'passed', 'failed', 'skipped', 'seconds'], ...rows]);
}

/** The failures, at most `limit` of them: where, what was expected, and what came. */
export function failureList(run: RunResult, limit: number): string {
  const failures = run.files.flatMap((file) =>
    file.failures.map((failure) => failureText(file.file, failure)),
  );
  const shown = failures.slice(0, limit);
  if (failures.length > shown.length) {
    shown.push(`... and ${failures.length - shown.length} more; --verbose shows all`);
  }
  return shown.join('\n');
}

export function skipList(totals: Totals): string {
  const reasons = Object.entries(totals.skippedByReason).map(([reason, count]) => [
    `  ${reason}`,
    String(count),
  ]);
  return reasons.length === 0 ? '' : tableOf([['skipped because of', ''], ...reasons]);
}

/** The whole run for scripts. */
export function runJson(run: RunResult): unknown {
  return {
    mode: run.mode,
    seconds: run.seconds,
    totals: totalsOf(run.files),
    files: run.files.map((file) => ({
      file: file.file,
      ...totalsOf([file]),
      consumedFuel: file.consumedFuel?.toString(),
      failures: file.failures,
    })),
  };
}

function failureText(file: string, failure: Failure): string {
  return [
    `${styleText('red', 'FAILED')} ${file}:${failure.line} ${failure.command}`,
    `    expected ${failure.expected}`,
    `    got      ${failure.got}`,
  ].join('\n');
}

function row(name: string, totals: Totals): string[] {
  const reasons = Object.entries(totals.skippedByReason);
  const because =
    reasons.length === 1 ? reasons[0]![0] : reasons.map(([reason, n]) => `${reason} ${n}`).join('; ');
  const { modules, run, passed, failed, skipped } = totals;
  return [name, ...[modules, run, passed, failed, skipped].map(String), because];
}

/** What is no number stands to the left, numbers to the right. */
function tableOf([heading, ...rows]: readonly (readonly string[])[]): string {
  const isNumeric = (column: number) => rows.every((cells) => /^[\d.]*$/.test(cells[column] ?? ''));
  const numeric = heading!.flatMap((_, column) => (isNumeric(column) ? [column] : []));
  const whole = (cells: readonly string[]) => heading!.map((_, column) => cells[column] ?? '');
  return alignedTable({ heading: heading!, rows: rows.map(whole), numeric });
}
