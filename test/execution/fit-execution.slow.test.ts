import { equal, ok } from 'node:assert/strict';
import { executionKernels, Random } from '@wasm-dyno/corpora';
import type { ExecutionClass } from '@wasm-dyno/engine';

import { countClasses } from '../../harness/dist/execution/executed-program.js';
import { executionRecord } from '../../harness/dist/execution/execution-record.js';
import { fitExecution, heldOutPredictions } from '../../harness/dist/execution/fit-execution.js';
import { fitConditions, fitTimes } from '../../harness/dist/execution/fit-times.js';
import { medianTimes, type TimedProgram } from '../../harness/dist/execution/timed-program.js';

const TRUTH: Readonly<Partial<Record<ExecutionClass, number>>> = {
  constant: 1,
  'i32-arithmetic': 1.5,
  'f64-division': 12,
  call: 30,
  'bulk-bytes': 2,
};
const CALL = 400;
const PROCESSES = 8;

type Counts = ReadonlyMap<ExecutionClass, number>;

/** Times that the true prices give programs, disturbed by a part of them; one in twenty is five times as long. */
function timed(
  mixtures: readonly Counts[],
  truth: Readonly<Partial<Record<ExecutionClass, number>>>,
  noise: number,
  { gross = 0, realEvery = 10 } = {},
): TimedProgram[] {
  const random = new Random(5, 'disturbances');
  return mixtures.map((counts, i) => {
    let time = CALL;
    for (const [name, number] of counts) time += number * truth[name]!;
    return {
      name: `program ${i}`,
      kind: i % realEvery === 0 ? 'program' : 'kernel',
      counts,
      fuelPerCall: [...counts.values()].reduce((sum, value) => sum + value, 0),
      nanosecondsPerCall: Array.from(
        { length: PROCESSES },
        () => time * (1 + noise * (random.uniform() - 0.5)) * (random.chance(gross) ? 5 : 1),
      ),
    };
  });
}

function mixtures(count = 60): Counts[] {
  const random = new Random(5, 'mixtures');
  const names = Object.keys(TRUTH) as ExecutionClass[];
  return Array.from(
    { length: count },
    () => new Map(names.map((name) => [name, random.integer(0, 3000)] as const)),
  );
}

describe('times by class of operators', () => {
  it('are found exactly in times that they explain, where nothing is held to anything', () => {
    const programs = timed(mixtures(), TRUTH, 0);
    const fit = fitTimes(programs, medianTimes(programs), 0);
    for (const [name, time] of Object.entries(TRUTH)) {
      const found = fit.classes.get(name as ExecutionClass)!;
      ok(Math.abs(found - time) < 1e-6 * (1 + time), `${name}: ${found}`);
    }
    ok(Math.abs(fit.callNanoseconds - CALL) < 1e-3);
  });

  it('come with intervals that hold them, in disturbed times', () => {
    const { estimates, hold } = fitExecution(timed(mixtures(), TRUTH, 0.2), 1);
    ok(hold > 0);
    for (const [name, time] of Object.entries(TRUTH)) {
      const { confidenceLevel, estimate, high, low, processes } = estimates.get(name as ExecutionClass)!;
      ok(low <= estimate && estimate <= high, name);
      ok(high > low, name);
      ok(low >= 0);
      ok(Math.abs(estimate - time) < 0.15 * time + 0.6, `${name}: ${estimate}`);
      equal(processes, PROCESSES);
      ok(confidenceLevel > 0.9);
    }
  });

  it('foretell programs that they were not fitted to, which one fuel an operator does not', () => {
    const programs = timed(mixtures(), TRUTH, 0.02);
    const times = medianTimes(programs);
    heldOutPredictions(programs).forEach((foretold, i) => {
      ok(Math.abs(foretold / times[i]! - 1) < 0.05, programs[i]!.name);
    });
    const measured = new Map([['interpreter' as const, programs]]);
    const [executor] = executionRecord(measured, { machine: 'm', seed: 1, processes: PROCESSES }).executors;
    ok(executor!.kernels.byClass < 1.05);
    ok(executor!.kernels.oneEach > 1.3);
    equal(executor!.kernels.byOtherExecutor, null);
    equal(executor!.heldOut.length, programs.length);
    ok(executor!.classes.every(({ isIdentified }) => isIdentified));
    ok(executor!.condition.alone! < 30 && executor!.condition.held! < 30);
  });

  it('that programs only show together are what the group takes, and are told not to be identified', () => {
    const together = mixtures().map((counts) => {
      const mixed = new Map(counts).set('load-8', counts.get('call')!);
      return mixed.set('load-32', counts.get('call')!);
    });
    const truth = { ...TRUTH, 'load-8': 3, 'load-32': 5 };
    const programs = timed(together, truth, 0.02);
    const times = medianTimes(programs);
    const { alone, held } = fitConditions(programs, times, 0.03);
    equal(alone, null);
    ok(held! < 1000, `${held}`);
    const { classes } = fitTimes(programs, times, 0.03);
    const [one, other] = [classes.get('load-8')!, classes.get('load-32')!];
    // No price is put on one of them alone.
    ok(one > 0 && Math.abs(one / other - 1) < 0.01, `${one} ${other}`);
    const measured = new Map([['host' as const, programs]]);
    const [executor] = executionRecord(measured, { machine: 'm', seed: 1, processes: PROCESSES }).executors;
    equal(executor!.condition.alone, null);
    equal(executor!.classes.find(({ class: name }) => name === 'f64-division')!.isIdentified, true);
  });
});

/** An interpreter's table, made up: what is alike takes alike, but for some. */
function priceOf(name: ExecutionClass): number {
  if (/^(constant|local)/.test(name)) return 0.7;
  if (/host-call|growth/.test(name)) return 120;
  if (/division|bit-count|truncation/.test(name)) return name.startsWith('i64') ? 14 : 8;
  if (/call|table|bulk|memory-size/.test(name)) return 25;
  if (name.startsWith('vector')) return 16;
  if (/^(load|store)/.test(name)) return 3;
  return 2;
}

describe('the whole estimator, given a known table', function () {
  this.timeout(600_000);

  it('finds it again through the kernels, with noise of a third and gross disturbances', () => {
    const counted = executionKernels(1, 2).map(({ bytes, export: name }) => countClasses(bytes, name));
    const names = [...new Set(counted.flatMap((counts) => [...counts.keys()]))];
    const truth = Object.fromEntries(names.map((name) => [name, priceOf(name)])) as Record<
      ExecutionClass,
      number
    >;
    const programs = timed(counted, truth, 0.3, { gross: 0.05, realEvery: 5 });
    const measured = new Map([['interpreter' as const, programs]]);
    const [executor] = executionRecord(measured, { machine: 'm', seed: 1, processes: PROCESSES }).executors;
    const { classes, condition, kernels } = executor!;
    const within = (factor: number, found: ReadonlyMap<string, number>): number => {
      const good = [...found].filter(([name, nanoseconds]) => {
        const times = Math.max(nanoseconds, 0.05) / truth[name as ExecutionClass];
        return times < factor && times > 1 / factor;
      });
      return good.length / found.size;
    };
    const found = new Map(classes.map(({ class: name, nanoseconds }) => [name, nanoseconds.estimate]));
    const alone = fitTimes(programs, medianTimes(programs), 0).classes;
    ok(within(1.5, found) > 0.75, `${within(1.5, found)}: ${JSON.stringify([...found])}`);
    ok(within(2.5, found) > 0.95, `${within(2.5, found)}: ${JSON.stringify([...found])}`);
    // What the kernels do not tell apart is the better for being held to what does alike.
    ok(within(1.5, found) > within(1.5, alone), `${within(1.5, found)} ${within(1.5, alone)}`);
    ok(kernels.byClass < 1.4 && kernels.byClass < kernels.oneEach / 2, JSON.stringify(kernels));
    ok(condition.held! < 500 && (condition.alone === null || condition.held! < condition.alone));
    const held = classes.filter(({ nanoseconds, class: name }) => {
      const time = truth[name as ExecutionClass];
      return nanoseconds.low <= time && time <= nanoseconds.high;
    });
    ok(held.length / classes.length > 0.7, `${held.length} of ${classes.length} intervals hold the truth`);
  });
});
