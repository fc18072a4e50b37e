import { median } from '../statistics/index.js';
import type { TargetClient } from '../targets/client.js';

/** What a block is to take, beside what a clock, a message and a switch of tasks take. */
const BLOCK_NANOSECONDS = 5e6;
const MOST_CALLS = 10_000;
/** Hosts optimise what has run for long, in the background, and a while later. */
const WARM_NANOSECONDS = 150e6;
const WARM_BLOCKS = 8;
/** Blocks that a median is of; of calls that take long, fewer. */
const LEAST_BLOCKS = 9;
const FEW_BLOCKS = 3;
/** The first arm goes on until its garbage has been collected so often, so that what it pays for that is no matter of luck. */
const ENOUGH_COLLECTIONS = 6;
/** What makes so little garbage has little to pay for it. */
const MOST_NANOSECONDS = 600e6;

type Client = Pick<TargetClient, 'request'>;

interface Block {
  /** Of a call, without collections. */
  readonly time: number;
  readonly calls: number;
  readonly collections: number;
  readonly collecting: number;
  /** Of all calls, with what the target subtracts. */
  readonly taken: number;
}

/**
 * Nanoseconds of a call of each arm, in turn in one process: the median of blocks without collections, and its share of the collections of
 * all its blocks. A single collection takes as long as hundreds of calls, and without any, garbage would cost nothing.
 *
 * @param collects whether the target can be told to collect its garbage, that of others too
 */
export async function steadyTimes(
  client: Client,
  arms: readonly string[],
  collects: boolean,
): Promise<number[]> {
  const calls: number[] = [];
  for (const arm of arms) calls.push(await warmedUp(client, arm));
  if (collects) await client.request('collect', {});
  const seen = arms.map((): Block[] => []);
  while (!isEnough(seen[0]!))
    for (const [place, arm] of arms.entries()) seen[place]!.push(await block(client, arm, calls[place]!));
  return seen.map(
    (blocks) =>
      Math.max(1, median(blocks.map(({ time }) => time))) +
      sum(blocks, ({ collecting }) => collecting) / sum(blocks, (one) => one.calls),
  );
}

/** Runs an arm until it takes what it will take, and says how many calls make a block. */
async function warmedUp(client: Client, arm: string): Promise<number> {
  let calls = 1;
  let taken = 0;
  for (let blocks = 0; blocks < WARM_BLOCKS || taken < WARM_NANOSECONDS; blocks++) {
    const seen = await block(client, arm, calls);
    taken += seen.taken;
    calls = Math.max(1, Math.min(MOST_CALLS, Math.round((calls * BLOCK_NANOSECONDS) / seen.taken)));
    // A call so slow has warmed up by itself.
    if (seen.taken >= WARM_NANOSECONDS) break;
  }
  return calls;
}

function isEnough(blocks: readonly Block[]): boolean {
  if (sum(blocks, ({ taken }) => taken) >= MOST_NANOSECONDS) return blocks.length >= FEW_BLOCKS;
  return blocks.length >= LEAST_BLOCKS && sum(blocks, ({ collections }) => collections) >= ENOUGH_COLLECTIONS;
}

async function block(client: Client, arm: string, calls: number): Promise<Block> {
  const result = await client.request('block', { arm, calls });
  const { collectionNanoseconds: collecting = 0, collections = 0, overheadNanoseconds = 0 } = result;
  return {
    ...{ calls, collections, collecting },
    time: (result.nanoseconds - collecting) / calls,
    taken: Math.max(1, result.nanoseconds + overheadNanoseconds),
  };
}

function sum(blocks: readonly Block[], value: (block: Block) => number): number {
  return blocks.reduce((total, one) => total + value(one), 0);
}
