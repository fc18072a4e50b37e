import { figure, interval, machineLine } from '../../reports/wording.js';
import {
  FUNCTION_SIZE_CLASSES,
  MEMSET_REGIMES,
  type MemsetRegime,
  type RecordedRun,
  type SummaryRow,
} from '../../reports/recorded-run/index.js';
import type { Chart } from '../../reports/chart.js';
import { chargedAgainstCost, WASMI_DEFAULT_COSTS } from '../export/charged-costs.js';
import type { Bounded, MeasuredCosts } from '../export/measured-costs.js';

/** Phases in the order of the tables. `parse` counts module bytes and stands apart. */
const PHASES = ['validate', 'translate', 'compile', 'first-call', 'parse'] as const;

/** Ratios that have been claimed for Wasmi, and where they were. */
export const CLAIMS: readonly { readonly claim: string; readonly low: number; readonly high: number }[] = [
  { claim: '20-30x (issue 981, no method given)', low: 20, high: 30 },
  { claim: '56x and 72x (pull request 988)', low: 56, high: 72 },
  { claim: '"roughly 60x" (pull request 1005)', low: 55, high: 65 },
  { claim: '448x and 576x (what 7 and 9 fuel per byte charge at 64 bytes per fuel)', low: 448, high: 576 },
];

/** Rows of all runs about warm code over whole corpora, the first kernel of each engine only. */
function overall(runs: readonly RecordedRun[]): SummaryRow[] {
  const rows = runs.flatMap(({ summary }) => summary.filter(({ temperature }) => temperature === 'warm'));
  const kernels = new Map<string, string>();
  for (const { engine, kernel } of rows) if (!kernels.has(engine)) kernels.set(engine, kernel);
  return rows.filter(({ engine, kernel }) => kernels.get(engine) === kernel);
}

/** The block of Markdown between the study's markers. */
export function studyFigures(runs: readonly RecordedRun[], operatorNanoseconds?: Bounded): string {
  const rows = overall(runs);
  return [
    ...provenance(runs),
    '',
    '### Compile / memset by regime',
    '',
    ...byRegime(rows),
    '',
    '### Wasmi by function size',
    '',
    ...bySize(rows),
    '',
    '### Translate : validate in Wasmi',
    '',
    ...translateToValidate(rows),
    '',
    '### The claims',
    '',
    ...claims(rows),
    '',
    '### What 7, 2 and 64 charge, and what it costs',
    '',
    ...charges(rows, operatorNanoseconds),
  ].join('\n');
}

function provenance(runs: readonly RecordedRun[]): string[] {
  return runs.map(({ run }) => {
    const engines = run.engines.map(({ name, description }) =>
      `${name} ${description?.version ?? ''}`.trim(),
    );
    return `- ${run.createdAt}, ${engines.join(', ')}; ${machineLine(run.machine)}; seed ${run.seed}.`;
  });
}

function byRegime(rows: readonly SummaryRow[]): string[] {
  const all = rows.filter(({ functionSizeClass }) => functionSizeClass === 'all');
  const engines = [...new Set(all.map(({ engine }) => engine))];
  const lines = engines.flatMap((engine) =>
    PHASES.flatMap((phase) => {
      const found = (regime: MemsetRegime): SummaryRow | undefined =>
        all.find((row) => row.engine === engine && row.phase === phase && row.regime === regime);
      const measured = MEMSET_REGIMES.map(found);
      const any = measured.find((row) => row !== undefined);
      if (any === undefined) return [];
      const cells = measured.map((row) =>
        row === undefined ? '' : `${figure(row.ratio)} (${interval(row.low, row.high)})`,
      );
      return [`| ${engine} | ${phase} | ${figure(any.phaseNanosecondsPerByte)} | ${cells.join(' | ')} |`];
    }),
  );
  return [
    `| engine | phase | ns per byte | ${MEMSET_REGIMES.join(' | ')} |`,
    `|---|---|--:|${MEMSET_REGIMES.map(() => '--:').join('|')}|`,
    ...lines,
  ];
}

function bySize(rows: readonly SummaryRow[]): string[] {
  const wasmi = rows.filter(({ engine, regime }) => engine === 'wasmi' && regime === 'hot');
  const lines = FUNCTION_SIZE_CLASSES.flatMap((sizeClass) => {
    const of = (phase: string): SummaryRow | undefined =>
      wasmi.find((row) => row.phase === phase && row.functionSizeClass === sizeClass);
    const [validate, translate] = [of('validate'), of('translate')];
    if (validate === undefined && translate === undefined) return [];
    const cells = (row: SummaryRow | undefined): string =>
      row === undefined ? ' | ' : `${figure(row.phaseNanosecondsPerByte)} | ${figure(row.ratio)}`;
    const memset = (validate ?? translate)!.memsetNanosecondsPerByte;
    return [`| ${sizeClass} | ${figure(memset)} | ${cells(validate)} | ${cells(translate)} |`];
  });
  return [
    '| body bytes | hot memset, ns per byte | validate, ns per byte | ratio | translate, ns per byte | ratio |',
    '|---|--:|--:|--:|--:|--:|',
    ...lines,
  ];
}

function translateToValidate(rows: readonly SummaryRow[]): string[] {
  const find = (phase: string): SummaryRow | undefined =>
    rows.find(
      (row) =>
        row.engine === 'wasmi' &&
        row.phase === phase &&
        row.functionSizeClass === 'all' &&
        row.regime === 'hot',
    );
  const [validate, translate] = [find('validate'), find('translate')];
  if (validate === undefined || translate === undefined) return ['Not measured in these runs.'];
  const ratio = translate.phaseNanosecondsPerByte / validate.phaseNanosecondsPerByte;
  return [
    `Translating takes ${figure(ratio)} times as long as validating. Wasmi's own benchmarks imply 2.4 to 3.9; its fuel charges 3.5.`,
  ];
}

function claims(rows: readonly SummaryRow[]): string[] {
  const wasmi = rows.filter(
    ({ engine, functionSizeClass, phase }) =>
      engine === 'wasmi' && functionSizeClass === 'all' && (phase === 'validate' || phase === 'translate'),
  );
  return CLAIMS.map(({ claim, low, high }) => {
    // An interval that meets the claimed range supports it.
    const meeting = wasmi.filter((row) => row.high >= low && row.low <= high);
    const where = meeting.map(({ phase, regime }) => `${phase} against a ${regime} memset`).join(', ');
    return `- ${claim}: ${where === '' ? 'met by no phase in no regime here' : `met by ${where}`}.`;
  });
}

function charges(rows: readonly SummaryRow[], operatorNanoseconds: Bounded | undefined): string[] {
  const lines = MEMSET_REGIMES.flatMap((regime) => {
    const costs = wasmiCosts(rows, regime, operatorNanoseconds);
    if (costs === undefined) return [];
    return chargedAgainstCost(costs, WASMI_DEFAULT_COSTS).map(
      ({ charged, nanosecondsPerFuel, chargedRatio, measuredRatio }) =>
        `| ${regime} | ${charged} | ${figure(nanosecondsPerFuel.estimate)} | ` +
        `${chargedRatio === undefined ? '' : `${figure(chargedRatio)}x`} | ` +
        `${measuredRatio === undefined ? '' : `${figure(measuredRatio.estimate)}x`} |`,
    );
  });
  return [
    '| regime | charged | ns per fuel | charged / memset | measured / memset |',
    '|---|---|--:|--:|--:|',
    ...lines,
  ];
}

function wasmiCosts(
  rows: readonly SummaryRow[],
  regime: MemsetRegime,
  operatorNanoseconds: Bounded | undefined,
): MeasuredCosts | undefined {
  const ratio = (phase: string): SummaryRow | undefined =>
    rows.find(
      (row) =>
        row.engine === 'wasmi' &&
        row.phase === phase &&
        row.functionSizeClass === 'all' &&
        row.regime === regime,
    );
  const bounded = (row: SummaryRow | undefined): Bounded | undefined =>
    row && { estimate: row.ratio, low: row.low, high: row.high };
  const [validate, translate] = [ratio('validate'), ratio('translate')];
  const known = translate ?? validate;
  if (known === undefined) return undefined;
  return {
    provenance: {
      engine: 'wasmi',
      engineVersion: '',
      flags: [],
      machine: '',
      date: '',
      kernel: known.kernel,
      regime,
      confidenceLevel: known.confidenceLevel,
      processes: known.processes,
      verdict: known.verdict,
    },
    memsetNanosecondsPerByte: known.memsetNanosecondsPerByte,
    validateRatio: bounded(validate),
    translateRatio: bounded(translate),
    compileRatio: undefined,
    operatorNanoseconds,
  };
}

/** Ratio by regime: a series per engine and phase. */
export function regimeChart(runs: readonly RecordedRun[]): Chart {
  const rows = overall(runs).filter(
    ({ functionSizeClass, phase }) =>
      functionSizeClass === 'all' && phase !== 'parse' && phase !== 'first-call',
  );
  const names = [...new Set(rows.map(({ engine, phase }) => `${engine} ${phase}`))];
  return {
    title: 'Compile / memset by memory regime',
    caption: 'Time at equal bytes, warm, whole corpora.',
    xLabel: 'regime of the memset',
    yLabel: 'ratio',
    categories: [...MEMSET_REGIMES],
    series: names.map((name) => ({
      name,
      points: rows
        .filter(({ engine, phase }) => `${engine} ${phase}` === name)
        .map(({ regime, ratio, low, high }) => ({ x: MEMSET_REGIMES.indexOf(regime), y: ratio, low, high })),
    })),
  };
}

/** Ratio by function size, against the hot memset: a series per engine and phase timed per function. */
export function sizeChart(runs: readonly RecordedRun[]): Chart {
  const classes = FUNCTION_SIZE_CLASSES.filter((sizeClass) => sizeClass !== 'all');
  const rows = overall(runs).filter(
    ({ functionSizeClass, regime }) => functionSizeClass !== 'all' && regime === 'hot',
  );
  const names = [...new Set(rows.map(({ engine, phase }) => `${engine} ${phase}`))];
  return {
    title: 'Compile / memset by function size',
    caption: 'Against a memset in the cache; under some 256 bytes the memset is its own call.',
    xLabel: 'body bytes',
    yLabel: 'ratio',
    categories: classes,
    series: names.map((name) => ({
      name,
      points: rows
        .filter(({ engine, phase }) => `${engine} ${phase}` === name)
        .map(({ functionSizeClass, ratio, low, high }) => ({
          x: classes.indexOf(functionSizeClass as (typeof classes)[number]),
          y: ratio,
          low,
          high,
        })),
    })),
  };
}
