import assert from 'node:assert/strict';

import { Random, warmUp, type PairedArms, type WarmUp } from 'wasm-dyno';

/** What the fake engine's blocks take, in a time of its own: a round of arms is some 10 ms. */
interface Machine {
  /** How much slower than when warm the engine is, after so many blocks of the arm. */
  engine(blocks: number): number;
  /** How much slower the core is at this moment, which the reference loop feels as well. */
  core(milliseconds: number): number;
}

const pairs = ['validate/small', 'validate/large', 'translate/all'].map((name) => {
  const [phase] = name.split('/');
  return { name, phase, baselines: [{ kernel: 'fill', regime: 'hot' }] } as unknown as PairedArms;
});

async function warmUpOn({ engine, core }: Machine): Promise<WarmUp & { milliseconds: number }> {
  const random = new Random(1, 'jitter');
  let milliseconds = 0;
  const blocksOf = new Map<string, number>();
  const jitter = () => 1 + random.integer(-10, 10) / 1000;
  const run = (arm: string, calls: number) => {
    const blocks = blocksOf.get(arm) ?? 0;
    blocksOf.set(arm, blocks + 1);
    const slowness = core(milliseconds);
    const nanoseconds = calls * 1e6 * slowness * jitter() * (arm.includes('memset') ? 1 : engine(blocks));
    milliseconds += nanoseconds / 1e6;
    return Promise.resolve({ nanoseconds, referenceNanoseconds: 36_000 * slowness });
  };
  const found = await warmUp(
    { run },
    pairs.map((pair) => ({ pair, order: 'ab' })),
    { blockNanoseconds: 1e6, leastMilliseconds: 100, mostMilliseconds: 1000, now: () => milliseconds },
  );
  return { ...found, milliseconds };
}

describe('Warming up', () => {
  it('ends when nothing gets faster any more', async () => {
    const { notWarm, milliseconds, nanosecondsPerCall } = await warmUpOn({
      engine: (blocks) => 1 + 9 * 0.5 ** blocks,
      core: () => 1,
    });
    assert.deepEqual([...notWarm], []);
    assert.ok(milliseconds < 300, String(milliseconds));
    assert.ok(Math.abs(nanosecondsPerCall.get('validate/large')! / 1e6 - 1) < 0.02);
  });

  it('says which phases were still getting faster when the time was over', async () => {
    const { notWarm, milliseconds } = await warmUpOn({
      engine: (blocks) => 0.97 ** blocks,
      core: () => 1,
    });
    assert.deepEqual([...notWarm].sort(), ['translate', 'validate']);
    assert.ok(milliseconds >= 1000);
  });

  it('does not take a neighbour who comes and goes for an engine that gets warm', async () => {
    const { notWarm } = await warmUpOn({
      engine: () => 1,
      core: (milliseconds) => (Math.floor(milliseconds / 13) % 3 === 1 ? 1.5 : 1),
    });
    assert.deepEqual([...notWarm], []);
  });

  it('is not fooled by a neighbour who leaves while the engine gets faster', async () => {
    const { notWarm } = await warmUpOn({
      engine: (blocks) => 0.97 ** blocks,
      core: (milliseconds) => (milliseconds < 500 ? 1.5 : 1),
    });
    assert.ok(notWarm.has('validate') && notWarm.has('translate'));
  });
});
