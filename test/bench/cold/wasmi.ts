import { median, resolveTarget, TargetClient, type ArmParams, type TargetCommand } from 'wasm-dyno';

import type { ColdWarm } from './cold-record.js';

const WARM_BLOCKS = 8;
const LONGEST_MILLISECONDS = 300_000;

/** Native Wasmi's target where it has been built; else why it is not measured. */
export function wasmiTarget(): TargetCommand | string {
  try {
    return resolveTarget('wasmi');
  } catch (error) {
    return (error as Error).message;
  }
}

/** Work for Wasmi in a fresh process: the first time, and the median of later ones. Its own clock; loading has validated the module once. */
export async function askWasmi(
  target: TargetCommand,
  moduleFile: string,
  work: { phase: 'compile' } | { phase: 'execute'; export: string; arguments: readonly string[] },
): Promise<ColdWarm> {
  const client = TargetClient.start(target, { timeoutMilliseconds: LONGEST_MILLISECONDS });
  try {
    await client.request('load', { module: 'm', path: moduleFile, mode: 'eager' });
    const arm: ArmParams = { arm: 'a', kind: 'phase', module: 'm', ...work };
    await client.request('arm', arm);
    const block = async () => (await client.request('block', { arm: 'a', calls: 1 })).nanoseconds;
    const coldNanoseconds = await block();
    const warm: number[] = [];
    for (let i = 0; i < WARM_BLOCKS; i++) warm.push(await block());
    return { coldNanoseconds, warmNanoseconds: median(warm.slice(WARM_BLOCKS / 2)) };
  } finally {
    await client.stop();
  }
}
