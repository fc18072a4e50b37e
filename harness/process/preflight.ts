import type { SkippedModule } from '@wasm-dyno/reports/recorded-run';
import { planArms, type PairedArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import type { DescribedModule } from '../schedule/strata.js';
import { TargetError, TargetFailure, type TargetCommand } from '../targets/client.js';
import type { Description } from '../targets/protocol.js';
import { growsWithCalls, GROWTH_CALLS } from '../guards/honesty.js';
import { Session, type ModuleFile, type SessionOptions } from './session.js';

/** What a target can do with the corpus, found out in a process of its own before the first measurement. */
export interface Preflight {
  readonly command: TargetCommand;
  readonly description: Description;
  readonly pairs: readonly PairedArms[];
  readonly modules: readonly DescribedModule[];
  readonly skipped: readonly SkippedModule[];
  /** Starting a process and loading all modules. */
  readonly startSeconds: number;
  /** Of one call of each phase arm, cold as it was; by arm. */
  readonly nanosecondsPerCall: ReadonlyMap<string, number>;
  /** Pairs that the target would not prepare or run, with its reason. */
  readonly refused: readonly { readonly arm: string; readonly reason: string }[];
}

/** @throws TargetFailure when the target cannot be used at all */
export async function preflight(
  command: TargetCommand,
  files: readonly ModuleFile[],
  effort: Effort,
  options: SessionOptions,
): Promise<Preflight> {
  const begin = performance.now();
  const session = await Session.start(command, options);
  try {
    const { modules, skipped } = await loadAll(session, files, command.name);
    const startSeconds = (performance.now() - begin) / 1000;
    if (modules.length === 0) {
      const first = skipped[0];
      const why = first === undefined ? '' : `: ${first.module}: ${first.reason}`;
      throw new TargetFailure(command.name, 'protocol', `accepts none of the modules${why}`);
    }
    const planned = planArms(session.description, modules, effort);
    if (planned.length === 0)
      throw new TargetFailure(command.name, 'protocol', 'has no phase that can be measured');
    const { tried, refused, nanosecondsPerCall } = await tryArms(session, planned);
    if (tried.length === 0) {
      throw new TargetFailure(
        command.name,
        'protocol',
        `refuses every arm; the first: ${refused[0]!.reason}`,
      );
    }
    await proveGrowth(session, tried[0]!);
    return {
      command,
      description: session.description,
      pairs: tried,
      modules,
      skipped,
      startSeconds,
      nanosecondsPerCall,
      refused,
    };
  } finally {
    await session.client.stop();
  }
}

async function loadAll(
  session: Session,
  files: readonly ModuleFile[],
  engine: string,
): Promise<{ modules: DescribedModule[]; skipped: SkippedModule[] }> {
  const modules: DescribedModule[] = [];
  const skipped: SkippedModule[] = [];
  for (const file of files) {
    try {
      modules.push({ ...(await session.load(file)), name: file.name });
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const { message, offset } = error.answer;
      skipped.push({ module: file.name, engine, reason: message, offset: offset ?? null });
    }
  }
  return { modules, skipped };
}

async function tryArms(
  session: Session,
  planned: readonly PairedArms[],
): Promise<Pick<Preflight, 'refused' | 'nanosecondsPerCall'> & { tried: PairedArms[] }> {
  const tried: PairedArms[] = [];
  const refused: { arm: string; reason: string }[] = [];
  const nanosecondsPerCall = new Map<string, number>();
  for (const pair of planned) {
    try {
      await session.preparePhase(pair);
      const { nanoseconds } = await session.blocks.run(pair.name, 1);
      nanosecondsPerCall.set(pair.name, nanoseconds);
      tried.push(pair);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      refused.push({ arm: pair.name, reason: error.answer.message });
    }
  }
  return { tried, refused, nanosecondsPerCall };
}

/** A target whose times do not come from doing the calls is found out on its own memset, which is quick to try. */
async function proveGrowth(session: Session, pair: PairedArms): Promise<void> {
  const size = 65_536;
  const arm = await session.prepareSweep(pair.baselines[0]!, size);
  await session.blocks.run(arm, 4 * GROWTH_CALLS);
  const few: number[] = [];
  const many: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    few.push((await session.blocks.run(arm, GROWTH_CALLS)).nanoseconds);
    many.push((await session.blocks.run(arm, GROWTH_CALLS * GROWTH_CALLS)).nanoseconds);
  }
  if (!growsWithCalls(Math.min(...few), Math.min(...many))) {
    throw new TargetFailure(
      session.client.name,
      'protocol',
      `lies: ${GROWTH_CALLS} times the calls took ${(Math.min(...many) / Math.min(...few)).toFixed(1)} times as long`,
    );
  }
}
