import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';

import { CalibrationProgress } from '../../harness/cli/display/progress.js';
import { DurationModel, expectedSeconds, neededWarm } from '../../harness/measure/time-budget.js';
import type { Preflight } from '../../harness/process/preflight.js';
import { EFFORTS } from '../../harness/schedule/effort.js';
import type { PlannedProcess } from '../../harness/schedule/process-plan.js';

const planned = (kind: PlannedProcess['kind'], slot: number): PlannedProcess =>
  ({ engine: 'embedded', kind, slot, repetition: slot }) as PlannedProcess;

describe("a calibration's progress", () => {
  /** What is said where `done` processes are done at so many seconds. */
  const said = (steps: readonly (readonly [number, number])[], quiet = false): string[] => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream & PassThrough;
    let seconds = 0;
    const progress = new CalibrationProgress(quiet, stream, () => 1000 * seconds);
    for (const [at, done] of steps) {
      seconds = at;
      const process = planned('warm', done);
      progress.onEvent({ kind: 'progress', done, total: 43, secondsLeft: 20, process });
    }
    return String(stream.read() ?? '')
      .split('\n')
      .filter(Boolean);
  };

  it('is a line now and then where there is no terminal', () => {
    const steps = [0, 1, 2, 3, 31, 32, 33].map((at, done) => [at, done] as const);
    assert.deepEqual(said(steps), ['4 of 43 processes, about 20 s left']);
    const quick = Array.from({ length: 21 }, (_, done) => [done / 10, done] as const);
    assert.deepEqual(
      said(quick).map((line) => line.split(' ')[0]),
      ['10', '20'],
    );
    assert.deepEqual(said(quick, true), []);
  });

  it('is no bound on a busy machine, and never says a negative time', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream & PassThrough;
    new CalibrationProgress(false, stream).onEvent({
      ...{ kind: 'plan', processes: 43, pairs: 33, estimatedSeconds: 11, budgetSeconds: 28 },
    });
    assert.match(String(stream.read()), /about 11 s \(28 s are allowed; a busy machine takes longer\)/);
    assert.equal(expectedSeconds(20, 15, 5), 15);
    assert.equal(expectedSeconds(20, 30, 5), 20);
    assert.equal(expectedSeconds(-200, 30, 12), 12);
    assert.equal(expectedSeconds(-200, 30, 0), 0);
  });

  it("has the process's own sweep in it from the first process on", () => {
    const preflight = { startSeconds: 0.1, pairs: [], nanosecondsPerCall: new Map() } as unknown as Preflight;
    const effort = { ...EFFORTS.standard, comparisonProcesses: 0 };
    const seconds = (sizes: number) =>
      new DurationModel(effort, new Map([['embedded', preflight]]), sizes).seconds(planned('warm', 0));
    // Six blocks that settle and nine that are recorded, of a third of a block each.
    const blocks = (20 * 15 * effort.blockNanoseconds) / 3 / 1e9;
    assert.ok(seconds(20) - seconds(0) > blocks && seconds(20) - seconds(0) < 3 * blocks);
  });

  it('holds back no warm process that an interval needs', () => {
    const queue = [planned('cold', 0), ...[1, 2, 3, 4, 5].map((slot) => planned('warm', slot))];
    assert.deepEqual(
      neededWarm(queue, () => 4).map(({ slot }) => slot),
      [1, 2],
    );
    assert.deepEqual(
      neededWarm(queue, () => 7),
      [],
    );
  });
});
