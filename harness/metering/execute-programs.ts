import type { Flag } from '@wasm-dyno/reports/noise';
import { median } from '../statistics/index.js';
import { callsFor } from '../process/block.js';
import type { Session } from '../process/session.js';
import type { Random } from '@wasm-dyno/corpora/random';
import { TargetError, TargetFailure } from '../targets/client.js';

/** A program that a target can call. */
export interface ExecutableProgram {
  readonly name: string;
  readonly export: string;
  readonly arguments: readonly string[];
  readonly results: readonly string[];
  /** Generated kernels are small, and warm sooner; a real program unless told. */
  readonly kind?: 'kernel' | 'program';
}

/** A program and its module on the disk. */
export interface ExecutableFile {
  readonly program: ExecutableProgram;
  readonly path: string;
}

/** One program in one process: medians over rounds. */
export interface ProgramTime {
  readonly program: string;
  readonly nanosecondsPerCall: number;
  readonly fuelPerCall: bigint | undefined;
}

export interface ExecutionEffort {
  /** Blocks of each program per process. */
  readonly rounds: number;
  readonly blockNanoseconds: number;
  readonly warmUpNanoseconds: number;
  /** Of generated kernels; as the others unless told. */
  readonly kernelWarmUpNanoseconds?: number;
}

export const EXECUTION_EFFORT: ExecutionEffort = {
  rounds: 12,
  blockNanoseconds: 3e6,
  warmUpNanoseconds: 2.5e8,
};

/**
 * Runs every program in a fresh target process: a known answer first, then warming up, then rounds over all programs in
 * random order. Programs that the target refuses are left out and told.
 * @throws TargetFailure when it computes wrongly, or cannot be used any more
 */
export async function executePrograms(
  session: Session,
  files: readonly ExecutableFile[],
  random: Random,
  effort: ExecutionEffort,
): Promise<{ times: ProgramTime[]; refused: { program: string; reason: string }[] }> {
  const refused: { program: string; reason: string }[] = [];
  const running: { file: ExecutableFile; calls: number; blocks: ProgramBlock[]; fuel: bigint | undefined }[] =
    [];
  for (const file of random.shuffled(files)) {
    const { name } = file.program;
    try {
      await prove(session, file);
      running.push({
        file,
        blocks: [],
        fuel: undefined,
        calls: await warmUp(session, file.program, effort),
      });
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      refused.push({ program: name, reason: error.answer.message });
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const entry of random.shuffled(running)) {
      const { name } = entry.file.program;
      // Another program's code and data are in the caches: a block of a large program is a few calls, and the first of them fetches its own.
      await session.blocks.run(name, 1);
      const { flags, fuel, nanoseconds } = await session.blocks.run(name, entry.calls);
      entry.blocks.push({
        nanoseconds: nanoseconds / entry.calls,
        isInterrupted: flags.some(isInterruption),
      });
      if (fuel !== undefined) entry.fuel = BigInt(fuel) / BigInt(entry.calls);
    }
  }
  const times = running.map(({ blocks, file, fuel }) => ({
    program: file.program.name,
    nanosecondsPerCall: medianUninterrupted(blocks),
    fuelPerCall: fuel,
  }));
  return { times, refused };
}

/** A call's time in one block, and whether others had the core meanwhile. */
interface ProgramBlock {
  readonly nanoseconds: number;
  readonly isInterrupted: boolean;
}

function isInterruption(flag: Flag): boolean {
  return flag === 'run-delay' || flag === 'preempted';
}

/** Blocks of large programs are long: on a busy machine most are interrupted, and few of the small ones'. All count where too few are not. */
function medianUninterrupted(blocks: readonly ProgramBlock[]): number {
  const quiet = blocks.filter(({ isInterrupted }) => !isInterrupted);
  return median((quiet.length < LEAST_QUIET ? blocks : quiet).map(({ nanoseconds }) => nanoseconds));
}

const LEAST_QUIET = 2;

/** Loads the program, has it called once for its known answer, and makes the arm. */
async function prove(session: Session, { program, path }: ExecutableFile): Promise<void> {
  const { name, export: exported, arguments: values, results: known } = program;
  await session.load({ name, path });
  const call = { module: name, export: exported, arguments: values };
  const { results } = await session.client.request('invoke', call);
  if (results.join(' ') !== known.join(' ')) {
    throw new TargetFailure(
      session.client.name,
      'protocol',
      `computes ${name} wrongly: ${results.join(' ')} instead of ${known.join(' ')}`,
    );
  }
  await session.client.request('arm', { arm: name, kind: 'phase', phase: 'execute', ...call });
  session.blocks.know(name, 0);
}

/** @returns calls that fill a block */
async function warmUp(
  session: Session,
  { kind, name: arm }: ExecutableProgram,
  effort: ExecutionEffort,
): Promise<number> {
  const { kernelWarmUpNanoseconds = effort.warmUpNanoseconds, warmUpNanoseconds } = effort;
  const stretch = (kind === 'kernel' ? kernelWarmUpNanoseconds : warmUpNanoseconds) / LEAST_STRETCHES;
  let calls = 1;
  let best = Infinity;
  for (let stretches = 1; stretches <= MOST_STRETCHES; stretches++) {
    let least = Infinity;
    for (let spent = 0; spent < stretch;) {
      const { nanoseconds } = await session.blocks.run(arm, calls);
      spent += Math.max(nanoseconds, 1000);
      least = Math.min(least, nanoseconds / calls);
      calls = Math.min(4 * calls, callsFor(effort.blockNanoseconds, nanoseconds / calls));
    }
    if (stretches >= LEAST_STRETCHES && least > STILL_FASTER * best) break;
    best = Math.min(best, least);
  }
  return calls;
}

/** A program is warm when a further stretch of calls is no faster by this part than the best before: hosts optimise large ones late. */
const STILL_FASTER = 0.95;
const LEAST_STRETCHES = 2;
/** What is not warm by then is timed as it is. */
const MOST_STRETCHES = 16;
