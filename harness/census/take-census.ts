import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { corpusDigest } from '@wasm-dyno/corpora';
import { Random } from '@wasm-dyno/corpora/random';
import { TargetClient, type ClientOptions, type TargetCommand } from '../targets/client.js';
import type { Description } from '../targets/protocol.js';
import { CensusError, type Census, type Grain } from './census.js';
import { CensusProcess, type ProcessSample } from './census-process.js';
import { wholeBody, type CountedModule } from './counted-modules.js';

export interface CensusOptions {
  readonly target: TargetCommand;
  readonly modules: readonly CountedModule[];
  readonly machine: string;
  readonly seed: number;
  /** Fresh processes, at most, and how few will do. */
  readonly processes: number;
  readonly leastProcesses?: number;
  /** Over all functions, in each process. */
  readonly passes: number;
  /** No process is begun that would not end within so many seconds, once there are enough. */
  readonly seconds?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (part: number) => void;
  readonly client?: Pick<ClientOptions, 'environment' | 'onStandardError'>;
  readonly onStart?: ((client: TargetClient) => void) | undefined;
}

const PATIENCE_MILLISECONDS = 120_000;

/** @throws CensusError for a target that has no phase to count, or when interrupted; TargetFailure */
export async function takeCensus(options: CensusOptions): Promise<Census> {
  const { leastProcesses = 1, modules, processes, seconds = Infinity, seed, target } = options;
  const createdAt = new Date().toISOString();
  const begin = performance.now();
  const samples: ProcessSample[] = [];
  let described: Description | undefined;
  let grain: Grain | undefined;
  for (let number = 0; number < processes; number++) {
    const passed = (performance.now() - begin) / 1000;
    if (number >= leastProcesses && passed + passed / number > seconds) break;
    if (options.signal?.aborted === true) throw new CensusError('interrupted: no census was written');
    const client = TargetClient.start(target, {
      ...options.client,
      timeoutMilliseconds: PATIENCE_MILLISECONDS,
    });
    options.onStart?.(client);
    try {
      described = await client.request('describe', {});
      grain = grainOf(described, target.name);
      const random = new Random(seed, 'census', number);
      samples.push(await new CensusProcess(client, modules, grain, random).run(options.passes));
    } finally {
      await client.stop();
    }
    options.onProgress?.((number + 1) / processes);
  }
  return {
    machine: options.machine,
    createdAt,
    corpusSha256: corpusDigest(modules.map(({ name, path }) => ({ name, sha256: digestOf(path) }))),
    seed,
    engine: {
      engine: target.name,
      version: described!.version,
      grain: grain!.kind,
      processes: samples.length,
      passes: options.passes,
      nanosecondsPerFilledByte: samples.map((sample) => sample.nanosecondsPerFilledByte),
      clockNanoseconds: samples.map(({ clockNanoseconds }) => clockNanoseconds),
      closure: samples.flatMap(({ closure }, i) => closure.map((each) => ({ process: i + 1, ...each }))),
    },
    modules: modules.map((module, place) => {
      const bodies = grain!.kind === 'module' ? [wholeBody(module)] : module.bodies;
      return {
        name: module.name,
        family: module.family,
        toolchain: module.toolchain,
        bodies: bodies.map((body, i) => ({
          ...body,
          nanoseconds: Object.fromEntries(
            grain!.phases.map((phase) => [phase, samples.map(({ times }) => times[phase]![place]![i]!)]),
          ),
        })),
      };
    }),
  };
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Functions where their times can be told apart, else whole modules. */
function grainOf({ phases, stopsCurves }: Description, name: string): Grain {
  const functions = (['validate', 'translate'] as const).filter((phase) => phases.includes(phase));
  if (stopsCurves === true && functions.length > 0) return { kind: 'function', phases: functions };
  if (phases.includes('compile')) return { kind: 'module', phases: ['compile'] };
  throw new CensusError(`the engine "${name}" cannot time functions one by one, and compiles no modules`);
}
