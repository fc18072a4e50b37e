import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber } from '../spread.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import { COMPILE_PEERS } from '../compile/peers.js';
import { GROWTH_FAMILIES } from './families.js';
import {
  GROWTH_PHASES,
  type GrowthAnswer,
  type GrowthPhase,
  type GrowthPoint,
  type GrowthRequest,
} from './growth-request.js';

export interface GrowthRecord extends GrowthAnswer {
  readonly family: string;
  readonly process: number;
}

/** Exponents above this are no straight line: caches and collection bend one by a tenth or two, a square makes it 2. */
const EXPONENT_AT_MOST = 1.3;
/** Below this a phase is too short at its largest for its growth to be told. */
const TELLING_NANOSECONDS = 2e6;

export async function growthSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const wanted = GROWTH_FAMILIES.map((family, position) => ({ ...family, position })).filter(({ name }) =>
    options.matches(name),
  );
  const records: GrowthRecord[] = [];
  const progress = options.progress(wanted.length * options.processes);
  for (let process = 0; process < options.processes; process++) {
    for (const { name, position } of wanted) {
      progress.step(name);
      const request: GrowthRequest = { family: position, nanosecondsPerSize: options.quick ? 1e8 : 5e8 };
      const answer = await askWorker<GrowthAnswer>(
        'growth/growth-worker',
        request,
        COMPILE_PEERS.embedded.flags,
      );
      records.push({ family: name, process, ...answer });
    }
  }
  progress.done();
  const results = wanted.map(({ name, bound }) => ({
    name,
    bound,
    points: quickestPoints(records.filter(({ family }) => family === name)),
  }));
  const failures = results.flatMap(({ name, bound, points }) =>
    bound === 'linear'
      ? GROWTH_PHASES.filter((phase) => bends(points, phase)).map(
          (phase) =>
            `growth: ${phase} of "${name}" grows with exponent ${shortNumber(exponent(points, phase))}, at most ${EXPONENT_AT_MOST} is a straight line`,
        )
      : [],
  );
  return { records, text: growthText(results), failures };
}

function bends(points: readonly GrowthPoint[], phase: GrowthPhase): boolean {
  return (
    points.at(-1)!.nanoseconds[phase] >= TELLING_NANOSECONDS && exponent(points, phase) > EXPONENT_AT_MOST
  );
}

/** Over processes, the quickest of each size and phase. */
function quickestPoints(records: readonly GrowthRecord[]): GrowthPoint[] {
  return records[0]!.points.map((point, position) => {
    const nanoseconds = Object.fromEntries(
      GROWTH_PHASES.map((phase) => [
        phase,
        Math.min(...records.map(({ points }) => points[position]!.nanoseconds[phase])),
      ]),
    ) as GrowthPoint['nanoseconds'];
    return { ...point, nanoseconds };
  });
}

/** Slope of the least-squares line through (log bytes, log time): 1 is a straight line through zero, 2 a square. */
function exponent(points: readonly GrowthPoint[], phase: GrowthPhase): number {
  const x = points.map(({ moduleBytes }) => Math.log(moduleBytes));
  const y = points.map(({ nanoseconds }) => Math.log(Math.max(nanoseconds[phase], 1)));
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  const covariance = x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0);
  const variance = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return covariance / variance;
}

function growthText(
  results: readonly {
    readonly name: string;
    readonly bound: string;
    readonly points: readonly GrowthPoint[];
  }[],
): string {
  const rows = results.flatMap(({ name, bound, points }) => [
    [
      `${name}${bound === 'linear' ? '' : ' (bounded by the limit on results)'}`,
      '',
      ...GROWTH_PHASES.map((phase) =>
        points.at(-1)!.nanoseconds[phase] < TELLING_NANOSECONDS
          ? 'short'
          : `exponent ${exponent(points, phase).toFixed(2)}${bound === 'linear' && bends(points, phase) ? ' !' : ''}`,
      ),
      '',
    ],
    ...points.map(({ size, moduleBytes, irBytes, nanoseconds }) => [
      `  ${size.toLocaleString('en')}`,
      shortNumber(moduleBytes / 1000),
      ...GROWTH_PHASES.map((phase) => shortNumber(nanoseconds[phase] / moduleBytes)),
      shortNumber(irBytes / moduleBytes),
    ]),
  ]);
  return [
    'Growth: nanoseconds of processor time per byte of module, and the exponent of time against bytes (1: a straight line)',
    '',
    plainTable(['family and size', 'kB', ...GROWTH_PHASES, 'IR bytes / byte'], rows),
  ].join('\n');
}
