import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Random } from '@wasm-dyno/corpora/random';
import type { ExecutionCountRow, ExecutionRow } from '@wasm-dyno/reports/recorded-run';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { Session } from '../process/session.js';
import { executePrograms, type ExecutableFile, type ExecutionEffort } from '../metering/execute-programs.js';
import { TargetFailure, type TargetClient, type TargetCommand } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';
import type { EffortName } from '../schedule/effort.js';
import type { ExecutorName } from './execution-record.js';
import { executedPrograms, type ExecutedProgram } from './executed-program.js';
import type { TimedProgram } from './timed-program.js';

export interface ExecutionSettings {
  readonly seed: number;
  readonly effort: EffortName | ExecutionPlan;
  readonly lastLevelCacheBytes: number;
}

export interface ExecutionOptions {
  /** Aborting ends the target at once; the call rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, executor: string) => void;
  readonly onStandardError?: (text: string) => void;
}

/** What was measured. */
export interface MeasuredExecution {
  readonly programs: readonly ExecutedProgram[];
  readonly rows: readonly ExecutionRow[];
  readonly processes: number;
}

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];

/** How much is executed. */
export interface ExecutionPlan {
  readonly processes: number;
  readonly kernelsPerClass: number;
  readonly effort: ExecutionEffort;
}

const PLANS: Readonly<Record<EffortName, ExecutionPlan>> = {
  smoke: plan(2, 1, { rounds: 2, blockNanoseconds: 2e5, ...warmUps(2e6, 2e7) }),
  quick: plan(6, 2, { rounds: 4, blockNanoseconds: 5e5, ...warmUps(1e7, 1e8) }),
  standard: plan(8, 3, { rounds: 8, blockNanoseconds: 1e6, ...warmUps(2e7, 2.5e8) }),
  thorough: plan(20, 4, { rounds: 12, blockNanoseconds: 2e6, ...warmUps(3e7, 5e8) }),
};

function plan(processes: number, kernelsPerClass: number, effort: ExecutionEffort): ExecutionPlan {
  return { processes, kernelsPerClass, effort };
}

/** Real programs are large: a host optimises them late. */
function warmUps(
  kernelWarmUpNanoseconds: number,
  warmUpNanoseconds: number,
): Pick<ExecutionEffort, 'kernelWarmUpNanoseconds' | 'warmUpNanoseconds'> {
  return { kernelWarmUpNanoseconds, warmUpNanoseconds };
}

/** The embedded engine, with the executor. */
function commandOf(executor: ExecutorName): TargetCommand {
  const { command, arguments: values } = resolveTarget('embedded');
  return { name: `embedded (${executor})`, command, arguments: [...values, `--executor=${executor}`] };
}

/**
 * Runs kernels and real programs in fresh processes of each executor, by turns, and tells how long a call takes.
 * @throws TargetFailure when an executor computes wrongly
 */
export async function measureExecution(
  settings: ExecutionSettings,
  options: ExecutionOptions = {},
): Promise<MeasuredExecution> {
  const { effort, kernelsPerClass, processes } =
    typeof settings.effort === 'string' ? PLANS[settings.effort] : settings.effort;
  const programs = executedPrograms(settings.seed, kernelsPerClass);
  const { path: folder, remove } = temporaryFolder('programs');
  const rows: ExecutionRow[] = [];
  let current: TargetClient | undefined;
  const onAbort = (): void => current?.kill();
  options.signal?.addEventListener('abort', onAbort);
  try {
    const files = programs.map((program): ExecutableFile => {
      const path = join(folder, `${program.name}.wasm`);
      writeFileSync(path, program.bytes);
      return { program, path };
    });
    const byName = new Map(programs.map((program) => [program.name, program]));
    for (let process = 0; process < processes; process++) {
      for (const [index, executor] of EXECUTORS.entries()) {
        options.onProgress?.(process * EXECUTORS.length + index, processes * EXECUTORS.length, executor);
        options.signal?.throwIfAborted();
        const random = new Random(settings.seed, 'execution', executor, process);
        const session = await Session.start(commandOf(executor), {
          environmentBytes: 16 * random.integer(0, 255) + 1,
          lastLevelCacheBytes: settings.lastLevelCacheBytes,
          onStart: (client) => {
            current = client;
          },
          ...(options.onStandardError === undefined ? {} : { onStandardError: options.onStandardError }),
        });
        try {
          const { refused, times } = await executePrograms(session, files, random, effort);
          const [first] = refused;
          if (first !== undefined)
            throw new TargetFailure(
              session.client.name,
              'protocol',
              `does not run ${first.program}: ${first.reason}`,
            );
          for (const { nanosecondsPerCall, program } of times) {
            const { fuelPerCall, kind } = byName.get(program)!;
            rows.push({ executor, process, program, kind, nanosecondsPerCall, fuelPerCall });
          }
        } finally {
          await session.client.stop();
        }
      }
    }
    return { programs, rows, processes };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    current?.kill();
    remove();
  }
}

/** The counts as rows. */
export function countRows(programs: readonly ExecutedProgram[]): ExecutionCountRow[] {
  return programs.flatMap(({ counts, name }) =>
    [...counts].map(([one, count]) => ({ program: name, class: one, count })),
  );
}

/** The programs with their times, by executor. */
export function timedPrograms({
  programs,
  processes,
  rows,
}: MeasuredExecution): Map<ExecutorName, TimedProgram[]> {
  return new Map(
    EXECUTORS.map((executor) => {
      const times = new Map<string, (number | undefined)[]>();
      for (const row of rows) {
        if (row.executor !== executor) continue;
        const known = times.get(row.program) ?? new Array<number | undefined>(processes).fill(undefined);
        known[row.process] = row.nanosecondsPerCall;
        times.set(row.program, known);
      }
      const timed = programs.map(({ counts, fuelPerCall, kind, name }): TimedProgram => ({
        ...{ counts, fuelPerCall, kind, name },
        nanosecondsPerCall: times.get(name) ?? [],
      }));
      return [executor, timed];
    }),
  );
}
