import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber } from '../spread.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import type { ExecutorName, UnpaidShape } from './shape.js';
import { UNPAID_SHAPES, type UnpaidAnswer, type UnpaidPoint, type UnpaidRequest } from './unpaid-request.js';

export interface UnpaidRecord extends UnpaidAnswer {
  readonly group: string;
  readonly shape: string;
  readonly executor: ExecutorName;
  readonly process: number;
}

const EXECUTORS = ['interpreter', 'host'] as const;
/** No shape may cost more time for one fuel than this many times what a loop of i32.add costs on the interpreter. */
const RATIO_AT_MOST = 100;

export async function unpaidSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const wanted = UNPAID_SHAPES.map((shape, position) => ({ shape, position })).filter(
    ({ shape: { group, name } }) => options.matches(name, group),
  );
  const runs = wanted.flatMap(({ shape, position }) =>
    EXECUTORS.filter((executor) => shape.only === undefined || shape.only === executor).map((executor) => ({
      shape,
      position,
      executor,
    })),
  );
  const records: UnpaidRecord[] = [];
  const failures: string[] = [];
  const progress = options.progress(runs.length * options.processes);
  for (let process = 0; process < options.processes; process++) {
    for (const { shape, position, executor } of runs) {
      progress.step(`${shape.name}, ${executor}`);
      const request: UnpaidRequest = {
        shape: position,
        executor,
        nanosecondsPerSize: options.quick ? 1e8 : 5e8,
      };
      try {
        const answer = await askWorker<UnpaidAnswer>('unpaid/unpaid-worker', request);
        records.push({ group: shape.group, shape: shape.name, executor, process, ...answer });
      } catch (error) {
        failures.push(
          `unpaid: "${shape.name}" on the ${executor}: ${String((error as Error).message).split('\n')[0]}`,
        );
      }
    }
  }
  progress.done();
  // Of all processes the cheapest: they are of one machine, and what disturbs only ever adds.
  const addition = Math.min(...records.map((record) => record.nanosecondsPerFuelOfAddition));
  const rows = wanted.map(({ shape }) => ({ shape, worst: worstOf(shape, records, addition) }));
  failures.push(...rows.flatMap(({ shape, worst }) => overpriced(shape, worst)));
  return { records, text: unpaidText(rows), failures };
}

interface Worst {
  readonly size: number;
  readonly nanosecondsPerFuel: number;
  readonly ratio: number;
}
type WorstByExecutor = Readonly<Partial<Record<ExecutorName, Worst>>>;

/** Of each executor: the size that costs most, in its cheapest process. */
function worstOf(shape: UnpaidShape, records: readonly UnpaidRecord[], addition: number): WorstByExecutor {
  const worst: Partial<Record<ExecutorName, Worst>> = {};
  for (const executor of EXECUTORS) {
    const own = records.filter((record) => record.shape === shape.name && record.executor === executor);
    for (const [position, size] of shape.sizes.entries()) {
      const best = own
        .map((record) => priced(record.points[position]!, addition))
        .filter((point) => point !== undefined)
        .reduce<Worst | undefined>(
          (least, point) => (least && least.ratio <= point.ratio ? least : point),
          undefined,
        );
      if (best !== undefined && best.ratio > (worst[executor]?.ratio ?? 0))
        worst[executor] = { ...best, size };
    }
  }
  return worst;
}

function priced(point: UnpaidPoint, addition: number): Worst | undefined {
  if (point.refused !== undefined) return undefined;
  const nanosecondsPerFuel = point.fuel === 0 ? Infinity : point.nanoseconds / point.fuel;
  return {
    size: point.size,
    nanosecondsPerFuel,
    ratio: nanosecondsPerFuel / addition,
  };
}

function overpriced(shape: UnpaidShape, worst: WorstByExecutor): string[] {
  return EXECUTORS.filter((executor) => (worst[executor]?.ratio ?? 0) > RATIO_AT_MOST).map(
    (executor) =>
      `unpaid: "${shape.name}"${named(shape, worst[executor]!.size)} costs ${shortNumber(worst[executor]!.ratio)} times what a loop of i32.add does per fuel on the ${executor}, at most ${RATIO_AT_MOST} is allowed`,
  );
}

function named({ nameOf }: UnpaidShape, size: number): string {
  return nameOf === undefined ? '' : `, ${nameOf(size)},`;
}

function unpaidText(
  rows: readonly { readonly shape: UnpaidShape; readonly worst: WorstByExecutor }[],
): string {
  const cells = (worst: Worst | undefined, nameOf: UnpaidShape['nameOf']) =>
    worst === undefined
      ? ['-', '-', '-']
      : [
          nameOf?.(worst.size) ?? worst.size.toLocaleString('en'),
          Number.isFinite(worst.ratio) ? shortNumber(worst.nanosecondsPerFuel) : 'free',
          Number.isFinite(worst.ratio)
            ? `${shortNumber(worst.ratio)}${worst.ratio > RATIO_AT_MOST ? ' !' : ''}`
            : 'free !',
        ];
  return [
    'Unpaid: nanoseconds per fuel, and how many times that of a loop of i32.add on the interpreter, at the size where it is most',
    '',
    plainTable(
      ['shape', 'interpreter: size', 'ns/fuel', 'ratio', 'host: size', 'ns/fuel', 'ratio'],
      rows.map(({ shape, worst }) => [
        `${shape.group}: ${shape.name}`,
        ...cells(worst.interpreter, shape.nameOf),
        ...cells(worst.host, shape.nameOf),
      ]),
    ),
  ].join('\n');
}
