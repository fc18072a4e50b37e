import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { EFFORTS, type RunRecord } from 'wasm-dyno';
import { mendLines } from '../../harness/cli/display/calibration-summary.js';
import { Agenda } from '../../harness/measure/agenda.js';
import { conclude } from '../../harness/measure/conclude.js';
import { profileMends } from '../../harness/measure/profile-mends.js';
import type { Preflight } from '../../harness/process/preflight.js';
import type { RunContext } from '../../harness/process/run-process.js';
import { RunDirectory } from '../../harness/run-directory/run-directory.js';
import { inventedRows } from '../reports/run-example.js';
import { runRecord } from '../reports/run-folder.js';

const effort = EFFORTS.quick;
const [fitness] = runRecord().fitness;

/** A run whose processes take no time but what the test says. */
class Sittings {
  readonly path = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-going-on-'));
  private directory: RunDirectory | undefined;

  constructor(private readonly flagged = false) {}

  /** Begins the run, or goes on with it, and measures as far as `secondsLeft` of the budget go. */
  sit(secondsLeft: number): RunRecord {
    this.directory = this.directory === undefined ? this.begin() : RunDirectory.reopen(this.path);
    this.directory.update({ fitness: [...this.directory.record.fitness, fitness!] });
    const { preflight, run } = this;
    const context = { ...run, directory: this.directory, engines: new Map([['embedded', preflight]]) };
    const spent = effort.budgetSeconds - secondsLeft;
    const agenda = new Agenda(context as unknown as RunContext, null, performance.now() - 1000 * spent);
    for (let step = agenda.next(); ; step = agenda.next()) {
      if (step.kind === 'end') {
        this.directory.update({ state: 'finished', ended: step.end });
        return this.directory.record;
      }
      if (step.kind === 'extend') agenda.extend(step.plan);
      else {
        this.measure(this.directory, step.process);
        agenda.isOver();
      }
    }
  }

  conclude(force: boolean) {
    return conclude(this.directory!, new Map([['embedded', this.preflight.preflight]]), force);
  }

  end(): void {
    this.directory?.close();
    rmSync(this.path, { recursive: true });
  }

  private measure(directory: RunDirectory, planned: Parameters<RunDirectory['beginProcess']>[0]): void {
    const process = directory.beginProcess(planned);
    if (this.flagged && planned.kind === 'warm')
      directory.append(
        inventedRows({ seed: process, processes: 1, rounds: 5 }).map((row) => ({
          ...row,
          process,
          flags: ['preempted'],
        })),
      );
    directory.endProcess(process, { state: 'complete', seconds: 1, rounds: 5 });
  }

  private begin(): RunDirectory {
    const record = runRecord();
    return RunDirectory.create(this.path, {
      ...record,
      state: 'running',
      ended: null,
      fitness: [],
      options: { ...record.options, effort: 'quick' },
      plan: { ...record.plan, warmProcesses: effort.processes, looks: [] },
    });
  }

  private get preflight() {
    const preflight = {
      command: { name: 'embedded' },
      description: runRecord().engines[0]!.description,
      pairs: [],
      startSeconds: 0.1,
      nanosecondsPerCall: new Map(),
    } as unknown as Preflight;
    return { preflight, coldGroups: [], curvePairs: [] };
  }

  private get run() {
    return { effort: { ...effort, comparisonProcesses: 0 }, seed: 1, plateau: [], memoryBytes: 1 << 30 };
  }
}

describe('A calibration whose time ended', () => {
  let sittings: Sittings;
  afterEach(() => sittings.end());

  it('goes on with the planned processes that were left out, each once, and says so', () => {
    sittings = new Sittings();
    const first = sittings.sit(0);
    assert.equal(first.ended?.reason, 'budget-spent');
    const done = first.processes.length;
    assert.equal(first.ended?.leftOut, first.plan.processes - done);
    assert.ok(done >= 6 && done < first.plan.processes, String(done));
    const second = sittings.sit(1000);
    assert.deepEqual(second.ended, {
      reason: 'plan-complete',
      sentence: `All ${second.plan.processes} planned processes were measured. It was measured in 2 sittings.`,
    });
    const slots = second.processes.map(({ slot }) => slot).sort((a, b) => a - b);
    assert.deepEqual(
      slots,
      slots.map((_, i) => i),
    );
    assert.deepEqual(
      [1, 2].map((sitting) => second.processes.filter((one) => one.sitting === sitting).length),
      [done, second.plan.processes - done],
    );
    // Nothing was left to measure: it is no sitting.
    assert.match(sittings.sit(1000).ended!.sentence, /in 2 sittings/);
  });

  it('says that there was no time for others in place of disturbed processes, and goes on with them', () => {
    sittings = new Sittings(true);
    let first = sittings.sit(0);
    // As much time as the plan takes, and hardly any for more.
    for (let seconds = 0.5; first.ended!.sentence.includes('left out'); seconds += 0.5)
      first = sittings.sit(seconds);
    assert.equal(first.ended?.reason, 'budget-spent', JSON.stringify(first.ended));
    assert.match(first.ended.sentence, /^All \d+ planned processes were measured; .* in place of disturbed/);
    const warm = ({ processes: all }: RunRecord) => all.filter(({ kind }) => kind === 'warm').length;
    assert.ok(warm(first) >= effort.processes);
    assert.equal(first.ended.leftOut, effort.processes + effort.mostReplacements - warm(first));
    const second = sittings.sit(1e6);
    assert.equal(warm(second), effort.processes + effort.mostReplacements);
    assert.equal(second.ended?.leftOut, undefined);
  });

  it('names what helps: going on, a quieter machine, more effort, force', () => {
    sittings = new Sittings(true);
    const first = sittings.sit(0);
    const profile = join(sittings.path, 'profile.json');
    writeFileSync(profile, 'of an earlier sitting');
    const [outcome] = sittings.conclude(false).profiles;
    assert.ok(outcome?.state === 'insufficient-data');
    assert.ok(!existsSync(profile), 'a profile that the run does not support any more');
    assert.deepEqual(
      outcome.mends.map(({ against }) => against),
      ['time-ended', 'disturbed', 'wide-interval'],
    );
    assert.match(outcome.mends[0]!.advice, new RegExp(`: ${first.ended!.leftOut} process executions were`));
    assert.deepEqual(outcome.mends[0]!.command, ['wasm-dyno', 'calibrate', '--resume', sittings.path]);
  });

  it('names only what fits, as it can be typed', () => {
    sittings = new Sittings();
    const { options } = runRecord();
    const mends = (ended: RunRecord['ended'], share: number, changed = {}, force = true) =>
      profileMends(
        { path: "/a b/it's", record: { ended, options: { ...options, ...changed } } },
        [{ disturbedShare: share, sizeClass: 'all', temperature: 'warm' }],
        force,
      );
    const complete = { reason: 'plan-complete', sentence: '' } as const;
    const kinds = (...of: Parameters<typeof mends>) => mends(...of).map(({ against }) => against);
    assert.deepEqual(kinds(complete, 0.1), ['wide-interval', 'force']);
    assert.deepEqual(kinds(complete, 0.3, { effort: 'thorough' }, false), ['disturbed']);
    assert.deepEqual(kinds({ ...complete, leftOut: 1 }, 0, { effort: 'thorough' }), ['time-ended', 'force']);
    const lines = mendLines(mends({ ...complete, leftOut: 1 }, 0, { engines: ['x=./x --y'] }), {});
    assert.ok(
      lines.includes(`    wasm-dyno calibrate --resume '/a b/it'\\''s' --engine 'x=./x --y'`),
      lines.join('\n'),
    );
    assert.match(lines.join('\n'), /1 process execution was left out/);
    const byNpm = mendLines(mends(complete, 0, { effort: 'smoke', corpora: ['generated', 'real'] }), {
      npm_lifecycle_event: 'calibrate',
    });
    assert.ok(byNpm.includes('    npm run calibrate -- --effort standard'), byNpm.join('\n'));
  });
});
