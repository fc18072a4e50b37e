import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import type { Baseline } from '../schedule/arm-plan.js';
import type { Random } from '@wasm-dyno/corpora/random';
import { callsFor } from './block.js';
import { sweepRow, type RowContext } from './rows.js';
import type { Session } from './session.js';

export interface Sweep {
  readonly baselines: readonly Baseline[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Blocks of each arm that are not recorded: a fresh arm's first ones take some percent longer. */
  readonly settlingBlocks: number;
  readonly blockNanoseconds: number;
  readonly random: Random;
  readonly context: RowContext;
  readonly append: (rows: readonly Measurement[]) => void;
}

interface SweepArm extends Baseline {
  readonly arm: string;
  readonly calls: number;
}

/** Times memset at each size on each baseline, shuffled in each round, so that a + b x n can be fitted to this process. */
export async function sweep(session: Session, plan: Sweep): Promise<void> {
  const arms: SweepArm[] = [];
  for (const baseline of plan.baselines) {
    for (const size of plan.sizes) {
      const arm = await session.prepareSweep(baseline, size);
      const time = await session.blocks.timeOfCall(arm, plan.blockNanoseconds / 4);
      const calls = callsFor(plan.blockNanoseconds, time);
      for (let block = 0; block < plan.settlingBlocks; block++) await session.blocks.run(arm, calls);
      arms.push({ ...baseline, arm, calls });
    }
  }
  for (let round = 0; round < plan.rounds; round++) {
    const rows: Measurement[] = [];
    for (const { calls, ...arm } of plan.random.shuffled(arms)) {
      rows.push(sweepRow(plan.context, { ...arm, round }, await session.blocks.run(arm.arm, calls)));
    }
    plan.append(rows);
  }
}
