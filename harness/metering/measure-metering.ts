import { ENGINE_VERSION } from '@wasm-dyno/engine';
import {
  METERING_SCHEMA_VERSION,
  type ExecutedProgram,
  type ExecutionTableTimes,
  type MeteredEngine,
  type MeteringRecord,
  type RecordedEstimate,
  type TimePerFuel,
  type Verdict,
} from '@wasm-dyno/reports/recorded-run';
import { DEFAULT_THRESHOLDS, recordedEstimate } from '../estimate/index.js';
import type { ModuleFile } from '../process/session.js';
import { Session } from '../process/session.js';
import { Random } from '@wasm-dyno/corpora/random';
import { medianInterval, relativeHalfWidth, smallestSampleSize } from '../statistics/index.js';
import { TargetFailure, type TargetClient, type TargetCommand } from '../targets/client.js';
import { compileCharges, memsetFuelPerByte } from './compile-charges.js';
import {
  EXECUTION_EFFORT,
  executePrograms,
  type ExecutionEffort,
  type ProgramTime,
} from './execute-programs.js';
import { chargedPrograms } from './charged-programs.js';
import { executionSpreads } from './execution-spreads.js';
import { programFiles } from './program-files.js';

export interface MeteringSettings {
  readonly engines: readonly TargetCommand[];
  /** Modules whose compiling is charged for. */
  readonly modules: readonly ModuleFile[];
  /** Process executions per engine: the sampling units. */
  readonly processes: number;
  readonly seed: number;
  /** Id of this machine, for the record. */
  readonly machine: string;
  readonly lastLevelCacheBytes: number;
  readonly effort?: ExecutionEffort;
  /** What costs by class of operators say that the programs take, where they were measured. */
  readonly executionTables?: readonly ExecutionTableTimes[];
}

export interface MeteringOptions {
  /** Aborting ends the target at once; the call rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, engine: string) => void;
  /** Receives what targets write to their standard error; default: passed through. */
  readonly onStandardError?: (text: string) => void;
}

/**
 * Runs real programs on every engine that executes, and reads back what compiling is charged. Engines take turns process by
 * process, so that a slow drift of the machine meets all alike. An engine that fails is told of and left out.
 */
export async function measureMetering(
  settings: MeteringSettings,
  options: MeteringOptions = {},
): Promise<MeteringRecord> {
  const { processes, seed, effort = EXECUTION_EFFORT } = settings;
  const programs = programFiles();
  const notices = new Set(programs.notices);
  let current: TargetClient | undefined;
  const onAbort = (): void => current?.kill();
  options.signal?.addEventListener('abort', onAbort);
  const start = (command: TargetCommand, environmentBytes: number): Promise<Session> =>
    Session.start(command, {
      environmentBytes,
      lastLevelCacheBytes: settings.lastLevelCacheBytes,
      onStart: (client) => {
        current = client;
        if (options.signal?.aborted === true) client.kill();
      },
      ...(options.onStandardError === undefined ? {} : { onStandardError: options.onStandardError }),
    });
  try {
    const looked: (Omit<MeteredEngine, 'programs' | 'overall'> & { times: ProgramTime[][] })[] = [];
    const commands = new Map(settings.engines.map((command) => [command.name, command]));
    const attempt = async (command: TargetCommand, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof TargetFailure)) throw error;
        commands.delete(command.name);
        notices.add(`${error.message}; going on without it`);
      }
    };
    for (const command of [...commands.values()]) {
      await attempt(command, async () => {
        const session = await start(command, 1);
        try {
          const { description } = session;
          if (!description.phases.includes('execute')) {
            commands.delete(command.name);
            return;
          }
          const { charges, notices: told } = await compileCharges(session, settings.modules);
          for (const notice of told) notices.add(notice);
          looked.push({
            name: command.name,
            version: description.version,
            memsetFuelPerByte: memsetFuelPerByte(description),
            charges,
            times: [],
          });
        } finally {
          await session.client.stop();
        }
      });
    }
    const total = processes * looked.length;
    for (let process = 0; process < processes; process++) {
      for (const [index, { name, times }] of looked.entries()) {
        const command = commands.get(name);
        if (command === undefined) continue;
        options.onProgress?.(process * looked.length + index, total, name);
        await attempt(command, async () => {
          const random = new Random(seed, 'metering', name, process);
          const session = await start(command, 16 * random.integer(0, 255) + 1);
          try {
            const { times: seen, refused } = await executePrograms(session, programs.files, random, effort);
            for (const { program, reason } of refused)
              notices.add(`${name} does not run ${program}: ${reason}`);
            times.push(seen);
          } finally {
            await session.client.stop();
          }
        });
      }
    }
    const engines = looked
      .filter(({ name, times }) => commands.has(name) && times.some((seen) => seen.length > 0))
      .map(({ times, ...engine }) => ({
        ...engine,
        programs: programs.files.flatMap(({ program }) => executed(program.name, times) ?? []),
        overall: overall(times),
      }));
    const { executionTables = [] } = settings;
    return {
      kind: 'wasm-dyno-metering',
      schemaVersion: METERING_SCHEMA_VERSION,
      createdAt: new Date().toISOString(),
      tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
      machine: settings.machine,
      seed,
      processes,
      programs: programs.files.map(({ program: { name, description, origin } }) => ({
        name,
        description,
        source: `${origin.package}@${origin.version}`,
      })),
      engines,
      executionTables: [...executionTables],
      executionSpreads: executionSpreads(chargedPrograms(engines, executionTables)),
      notices: [...notices],
    };
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    current?.kill();
    programs.remove();
  }
}

function executed(program: string, processes: readonly ProgramTime[][]): ExecutedProgram | undefined {
  const seen = processes.flatMap((times) => times.filter((time) => time.program === program));
  if (seen.length === 0) return undefined;
  const { estimate, verdict } = estimated(seen.map(({ nanosecondsPerCall }) => nanosecondsPerCall));
  const fuel = seen[0]!.fuelPerCall;
  return {
    program,
    nanosecondsPerCall: estimate,
    fuelPerCall: fuel === undefined ? null : String(fuel),
    verdict,
  };
}

/** Every program counts alike, however much fuel it takes: the geometric mean, in each process by itself. */
function overall(processes: readonly ProgramTime[][]): TimePerFuel | null {
  const means = processes.flatMap((times) => {
    const logarithms = times.flatMap(({ nanosecondsPerCall, fuelPerCall }) =>
      fuelPerCall === undefined || fuelPerCall === 0n
        ? []
        : [Math.log(nanosecondsPerCall / Number(fuelPerCall))],
    );
    if (logarithms.length === 0) return [];
    return [Math.exp(logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length)];
  });
  if (means.length === 0) return null;
  const { estimate, verdict } = estimated(means);
  return { nanosecondsPerFuel: estimate, verdict };
}

function estimated(sample: readonly number[]): { estimate: RecordedEstimate; verdict: Verdict } {
  const interval = medianInterval(sample);
  const processes = interval.sampleSize;
  const width = relativeHalfWidth(interval);
  const tooLittle = processes < smallestSampleSize() || width > DEFAULT_THRESHOLDS.insufficientHalfWidth;
  return {
    estimate: recordedEstimate(interval),
    verdict: tooLittle ? 'insufficient-data' : width > DEFAULT_THRESHOLDS.noisyHalfWidth ? 'noisy' : 'ok',
  };
}
