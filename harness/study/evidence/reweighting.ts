import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { percent } from '@wasm-dyno/reports/wording';
import { estimatesOfRun } from '../../estimate/estimates-so-far.js';
import type { RunEstimates } from '../../estimate/index.js';
import type { StudiedPhase } from './closure.js';
import { corporaBySize, levelOf, otherModules } from './reweighted-corpora.js';
import type { StudiedRun } from './studied-run.js';

/**
 * How far the unit and the prices per byte move when the same rows are weighed as other corpora would: other sizes of the same code, and
 * other code.
 */
export function reweighting(
  { estimates, record, rows }: StudiedRun,
  phases: readonly StudiedPhase[],
): string[] {
  const { asMeasured, others } = corporaBySize(rows);
  const [before, ...after] = [asMeasured, ...others].map((corpus) => estimatesOfRun(record, corpus.rows));
  return [
    tableOf(
      'other sizes of functions',
      others.map(({ name }) => name),
      movedBySize(before!, after),
    ),
    '',
    tableOf(
      'other code',
      otherModules(phases[0]?.modules ?? []).map(({ name }) => name),
      [...phases.flatMap(({ modules, name }) => movedByModules(name, modules))],
    ),
    '',
    ...estimates.prices.flatMap(
      ({ corpusInterval, engine, leaveOneModuleOut, multiplier, phase, temperature }) => {
        if (temperature === 'cold' || corpusInterval === null || leaveOneModuleOut === null) return [];
        const part = (value: number): string => percent(value / multiplier.estimate - 1);
        const { high, highWithout, low, lowWithout } = leaveOneModuleOut;
        return [
          `${engine} ${phase}: one module less ${part(low)} (without ${lowWithout}) to ${part(high)} (without ${highWithout}); other modules of such kinds ${part(corpusInterval.low)} to ${part(corpusInterval.high)}`,
        ];
      },
    ),
  ];
}

type Row = readonly [name: string, ...moved: number[]];

function tableOf(heading: string, corpora: readonly string[], rows: readonly Row[]): string {
  return alignedTable({
    heading: [heading, ...corpora],
    rows: rows.map(([name, ...moved]) => [name, ...moved.map((part) => percent(part))]),
    numeric: corpora.map((_, i) => i + 1),
  });
}

function movedBySize(before: RunEstimates, after: readonly RunEstimates[]): Row[] {
  const units = before.units.flatMap(({ record: { engine, kernel, nanosecondsPerByte } }, i): Row[] => {
    if (!before.prices.some((price) => price.engine === engine && price.kernel === kernel)) return [];
    const moved = after.map(
      (one) => one.units[i]!.record.nanosecondsPerByte.estimate / nanosecondsPerByte.estimate - 1,
    );
    return [[`${engine} unit (${kernel})`, ...moved]];
  });
  const prices = before.prices.flatMap((price): Row[] => {
    const { engine, nanosecondsPerByte, phase, temperature } = price;
    if (temperature === 'cold') return [];
    const moved = after.map((one) => {
      const same = one.prices.find(
        (other) => other.engine === engine && other.phase === phase && other.temperature === temperature,
      );
      return (same?.nanosecondsPerByte.estimate ?? NaN) / nanosecondsPerByte.estimate - 1;
    });
    return [[`${engine} ${phase}, price of a byte`, ...moved]];
  });
  return [...units, ...prices];
}

function movedByModules(name: string, modules: StudiedPhase['modules']): Row[] {
  if (modules.length === 0) return [];
  const asMeasured = levelOf(modules, ({ corpusBytes }) => corpusBytes);
  return [
    [
      `${name}, all prices`,
      ...otherModules(modules).map(({ weight }) => levelOf(modules, weight) / asMeasured - 1),
    ],
  ];
}
