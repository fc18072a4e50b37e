import assert from 'node:assert/strict';

import { Pace, QuietCore } from 'wasm-dyno';

const ALONE = 36_000;
const SHARED = 55_000;

/** A core in a time of its own, shared as long as `shared` says so. */
class FakeCore {
  milliseconds = 0;
  looks = 0;
  /** When the last pause ended. */
  woke = -1;

  constructor(private readonly shared: (milliseconds: number) => boolean) {}

  readonly reference = (): number => (this.shared(this.milliseconds) ? SHARED : ALONE);

  quiet(bestNanoseconds?: number): QuietCore {
    return new QuietCore({
      look: () => {
        this.looks++;
        return Promise.resolve(this.reference());
      },
      bestNanoseconds,
      now: () => this.milliseconds,
      sleep: (milliseconds) => {
        this.milliseconds += milliseconds;
        this.woke = this.milliseconds;
        return Promise.resolve();
      },
    });
  }
}

describe('Waiting for a core of its own', () => {
  it('does not wait where nobody else has part of the core', async () => {
    const core = new FakeCore(() => false);
    const quiet = core.quiet(ALONE);
    quiet.saw(core.reference());
    await quiet.wait(1000);
    assert.deepEqual([quiet.waitedMilliseconds, core.looks], [0, 0]);
  });

  it('goes on when the neighbour has left, and counts what that took', async () => {
    const core = new FakeCore((milliseconds) => milliseconds < 200);
    const quiet = core.quiet(ALONE);
    quiet.saw(core.reference());
    await quiet.wait(1000);
    assert.ok(core.milliseconds >= 200 && core.milliseconds < 250, String(core.milliseconds));
    assert.equal(quiet.waitedMilliseconds, core.milliseconds);
  });

  it('gives up where all waiting together comes to the allowance', async () => {
    const core = new FakeCore(() => true);
    const quiet = core.quiet(ALONE);
    quiet.saw(core.reference());
    await quiet.wait(100);
    await quiet.wait(300);
    await quiet.wait(300);
    assert.ok(quiet.waitedMilliseconds >= 300 && quiet.waitedMilliseconds < 350);
    assert.equal(core.milliseconds, quiet.waitedMilliseconds);
  });

  /** Blocks of 1 ms, with a wait before each; how long all waiting took. */
  async function runBlocks(core: FakeCore, blocks: number): Promise<number> {
    const quiet = core.quiet(ALONE);
    for (let block = 0; block < blocks; block++) {
      await quiet.wait(block < 22 ? 0 : 1e6);
      core.milliseconds++;
      quiet.saw(core.reference());
    }
    return quiet.waitedMilliseconds;
  }

  it('goes on where that finds a quiet core more often than a pause does', async () => {
    const flickering: FakeCore = new FakeCore(
      (milliseconds) => milliseconds === flickering.woke || milliseconds % 2 === 0,
    );
    const waited = await runBlocks(flickering, 400);
    assert.ok(waited < 300, String(waited));
  });

  it('goes on waiting where neighbours stay longer than a pause', async () => {
    const core = new FakeCore((milliseconds) => Math.floor(milliseconds / 100) % 2 === 0);
    const waited = await runBlocks(core, 1000);
    assert.ok(waited > 500, String(waited));
  });

  it('learns the best from the blocks where it is not known', async () => {
    const core = new FakeCore((milliseconds) => milliseconds >= 10 && milliseconds < 60);
    const quiet = core.quiet();
    quiet.saw(core.reference());
    core.milliseconds = 10;
    quiet.saw(core.reference());
    await quiet.wait(1000);
    assert.ok(core.milliseconds >= 60, String(core.milliseconds));
  });

  it('never waits for a target without a reference loop', async () => {
    const quiet = new QuietCore({ look: () => Promise.resolve(undefined), bestNanoseconds: ALONE });
    quiet.saw(undefined);
    await quiet.wait(1000);
    assert.equal(quiet.waitedMilliseconds, 0);
  });
});

describe('The pace of a process', () => {
  const ROUND_MILLISECONDS = 50;

  /** Runs rounds with `waiting` milliseconds before each, as far as the allowance goes. */
  function run(planned: number, waiting: number): { rounds: number; milliseconds: number } {
    let milliseconds = 0;
    let waited = 0;
    const pace = new Pace(planned, () => milliseconds);
    for (; pace.roundsLeft(waited) > 0; pace.endRound()) {
      const wait = Math.min(waiting, Math.max(0, pace.waitingAllowance() - waited));
      waited += wait;
      milliseconds += wait;
      pace.beginPair();
      milliseconds += ROUND_MILLISECONDS;
      pace.endPair();
    }
    return { rounds: pace.round, milliseconds };
  }

  it('makes the planned rounds where nothing was waited for', () => {
    assert.equal(run(40, 0).rounds, 40);
  });

  it('takes as long as planned, with fewer rounds, where neighbours were waited for', () => {
    const { rounds, milliseconds } = run(40, ROUND_MILLISECONDS);
    assert.ok(rounds >= 20 && rounds <= 21, String(rounds));
    assert.ok(Math.abs(milliseconds / (40 * ROUND_MILLISECONDS) - 1) < 0.05, String(milliseconds));
  });

  it('keeps half of the rounds, and five at least, whatever the neighbours do', () => {
    assert.equal(run(40, 1e6).rounds, 20);
    assert.equal(run(6, 1e6).rounds, 5);
    assert.equal(run(3, 1e6).rounds, 3);
  });

  it('waits for no longer than the planned rounds would take', () => {
    const { rounds, milliseconds } = run(40, 1e6);
    assert.ok(milliseconds <= (40 + rounds) * ROUND_MILLISECONDS, String(milliseconds));
  });
});
