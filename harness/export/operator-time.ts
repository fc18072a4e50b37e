import type { TargetClient } from '../targets/client.js';
import { medianInterval } from '../statistics/order-statistic-interval.js';
import type { Bounded } from './measured-costs.js';

/** A program whose execution is timed and metered. */
export interface MeteredProgram {
  readonly path: string;
  readonly export: string;
  readonly arguments: readonly string[];
}

/** The time of one fuel's worth of operators in a program. */
export interface OperatorTime {
  readonly program: MeteredProgram;
  readonly fuelPerCall: bigint;
  readonly nanosecondsPerFuel: Bounded;
}

const BLOCK_NANOSECONDS = 5_000_000;
const BLOCKS = 12;

/** A target that does not tell fuel. */
export class NoFuelTold extends Error {
  override readonly name = 'NoFuelTold';
}

/**
 * Runs `program` in one process of a target that meters fuel by default costs (an operator is one fuel). The first block, in
 * which lazily compiled functions are compiled and charged, does not count. The interval is that of the blocks of this process.
 * @throws NoFuelTold, TargetError, TargetFailure
 */
export async function operatorTime(client: TargetClient, program: MeteredProgram): Promise<OperatorTime> {
  const arm = `execute ${program.path} ${program.export}`;
  await client.request('load', { module: arm, path: program.path });
  await client.request('arm', {
    arm,
    kind: 'phase',
    phase: 'execute',
    module: arm,
    export: program.export,
    arguments: program.arguments,
  });
  await client.request('block', { arm, calls: 1 });
  let calls = 1;
  for (;;) {
    const { nanoseconds } = await client.request('block', { arm, calls });
    if (nanoseconds >= BLOCK_NANOSECONDS) break;
    calls = Math.ceil(
      calls * Math.min(10, Math.max(1.5, (1.2 * BLOCK_NANOSECONDS) / Math.max(1, nanoseconds))),
    );
  }
  const samples: number[] = [];
  let fuelPerCall = 0n;
  for (let block = 0; block < BLOCKS; block++) {
    const { nanoseconds, fuel } = await client.request('block', { arm, calls });
    if (fuel === undefined || fuel === '0') {
      throw new NoFuelTold(`target "${client.name}" tells no fuel for executing ${program.export}`);
    }
    fuelPerCall = BigInt(fuel) / BigInt(calls);
    samples.push(nanoseconds / Number(fuel));
  }
  const { estimate, low, high } = medianInterval(samples);
  return { program, fuelPerCall, nanosecondsPerFuel: { estimate, low, high } };
}
