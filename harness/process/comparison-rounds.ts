import type { Random } from '@wasm-dyno/corpora/random';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { memsetArmName, standingForCorpus, type Baseline, type PairedArms } from '../schedule/arm-plan.js';
import { callsFor } from './block.js';
import { memsetRow, type RowContext } from './rows.js';
import type { Session } from './session.js';

export interface ComparisonRounds {
  readonly pairs: readonly PairedArms[];
  /** Number of the first of them, after the process's other rounds. */
  readonly firstRound: number;
  readonly rounds: number;
  readonly blockNanoseconds: number;
  readonly random: Random;
  readonly context: RowContext;
  /** Receives the rows of each round as it ends. */
  readonly append: (rows: readonly Measurement[]) => void;
}

/**
 * Memsets among themselves: each round sets the primary memset beside the other kernels and regimes, at the sizes of each pair. No phase runs
 * in these rounds, and they are the last of a process: walks over buffers beyond the caches, and fresh memory, leave the caches and the
 * collector such that the phases beside them would take up to twice as long, and the round after them as well.
 */
export async function runComparisonRounds(session: Session, plan: ComparisonRounds): Promise<void> {
  const calls = new Map<string, number>();
  const run = async (pair: PairedArms, baseline: Baseline): ReturnType<Session['blocks']['run']> => {
    const arm = memsetArmName(pair, baseline);
    if (!calls.has(arm)) {
      await session.prepareMemset(pair, baseline);
      const time = await session.blocks.timeOfCall(arm, plan.blockNanoseconds / 4);
      calls.set(arm, callsFor(plan.blockNanoseconds, time));
    }
    return session.blocks.run(arm, calls.get(arm)!);
  };
  const compared = ofDifferentSizes(standingForCorpus(plan.pairs)).filter(
    ({ baselines }) => baselines.length > 1,
  );
  for (let round = plan.firstRound; round < plan.firstRound + plan.rounds; round++) {
    const rows: Measurement[] = [];
    for (const pair of plan.random.shuffled(compared)) {
      for (const baseline of plan.random.shuffled(pair.baselines)) {
        const block = await run(pair, baseline);
        rows.push(memsetRow(plan.context, pair, baseline, block, { round, order: '', flags: [] }));
      }
    }
    plan.append(rows);
  }
}

/** Pairs that fill the same sizes need comparing once: a memset does not know the phase it stands beside. */
function ofDifferentSizes(pairs: readonly PairedArms[]): PairedArms[] {
  return [...new Map(pairs.map((pair) => [pair.sizes.join(), pair])).values()];
}
