import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { memsetArmName, type PairedArms } from '../schedule/arm-plan.js';
import { callsFor } from './block.js';
import { memsetRow, phaseRow, type RowContext } from './rows.js';
import { modulesOf, type ModuleFile, type Session } from './session.js';

const MEMSET_LOOPS = 5;

/**
 * The very first call of each phase of a group in a fresh process, over one sample, and after each the hot memset of the same sizes.
 * A second call would not be cold any more.
 */
export async function runColdExecution(
  session: Session,
  group: readonly PairedArms[],
  files: ReadonlyMap<string, ModuleFile>,
  context: RowContext,
  blockNanoseconds: number,
): Promise<Measurement[]> {
  for (const module of modulesOf(group, files)) {
    if (group.some(({ phase }) => phase === 'parse')) await session.loadUnparsed(module);
    else await session.load(module);
  }
  const rows: Measurement[] = [];
  // The garbage of loading is not the first call's.
  await session.collect();
  for (const pair of group) rows.push(...(await runFirstCall(session, pair, context, blockNanoseconds)));
  return rows;
}

async function runFirstCall(
  session: Session,
  pair: PairedArms,
  context: RowContext,
  blockNanoseconds: number,
): Promise<Measurement[]> {
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
