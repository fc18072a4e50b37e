import type { Measurement } from '../measurement.js';
import { memsetArmName, type PairedArms } from '../schedule/arm-plan.js';
import { callsFor } from './block.js';
import { memsetRow, phaseRow, type RowContext } from './rows.js';
import { modulesOf, type ModuleFile, type Session } from './session.js';

const MEMSET_LOOPS = 5;

/**
 * The very first call of one phase in a fresh process, over one sample, and the hot memset of the same sizes after it.
 * A second call would not be cold any more.
 */
export async function runColdExecution(
  session: Session,
  pair: PairedArms,
  files: ReadonlyMap<string, ModuleFile>,
  context: RowContext,
  blockNanoseconds: number,
): Promise<Measurement[]> {
  for (const module of modulesOf([pair], files)) {
    if (pair.phase === 'parse') await session.loadUnparsed(module);
    else await session.load(module);
  }
  await session.preparePhase(pair);
  const phaseBlock = await session.blocks.run(pair.name, 1);
  const partner = pair.baselines[0]!;
  const place = { round: 0, order: 'ab' as const, flags: [] };
  const rows = [phaseRow(context, pair, phaseBlock, { ...place, partner })];
  // The phase can be timed once, its partner by as many loops as it takes to be sure of it.
  for (let copy = 0; copy < MEMSET_LOOPS; copy++) {
    await session.prepareMemset(pair, partner, copy);
    const arm = memsetArmName(pair, partner, copy);
    const calls = callsFor(blockNanoseconds, await session.blocks.timeOfCall(arm, blockNanoseconds));
    rows.push(memsetRow(context, pair, partner, await session.blocks.run(arm, calls), place, copy));
  }
  return rows;
}
