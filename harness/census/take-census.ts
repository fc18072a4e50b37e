import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  generateCorpus,
  loadRealCorpus,
  corpusDigest,
  type CorpusModule,
  type Tier,
} from '@wasm-dyno/corpora';
import { Random } from '@wasm-dyno/corpora/random';
import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { bodyFeatures, parseModule } from '@wasm-dyno/engine/phases';
import { machineFingerprint } from '../machine/fingerprint.js';
import { median } from '../statistics/index.js';
import { TargetClient, type TargetCommand } from '../targets/client.js';
import type { Description } from '../targets/protocol.js';
import { CENSUS_PHASES, CENSUS_VERSION, CensusError, type Census, type CensusPhase } from './census.js';

export interface CensusOptions {
  readonly target: TargetCommand;
  readonly tiers: readonly Tier[];
  readonly seed: number;
  readonly processes: number;
  /** Over all functions, in each process. */
  readonly passes: number;
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (part: number) => void;
}

/** Passes that are not counted: what runs the phases is to be warm. */
const WARMING_PASSES = 3;
const MEMSET_BYTES = 32_768;
const MEMSET_BLOCKS = 11;
const PATIENCE_MILLISECONDS = 120_000;

/** What one process saw. */
interface Sample {
  readonly nanosecondsPerFilledByte: number;
  readonly times: Readonly<Record<CensusPhase, readonly (readonly number[])[]>>;
  readonly closure: Readonly<Record<CensusPhase, readonly number[]>>;
}

/** @throws CensusError for a target that cannot time the functions of a call; TargetFailure */
export async function takeCensus(options: CensusOptions): Promise<Census> {
  const modules = [
    generateCorpus({ check: 'parse' }),
    loadRealCorpus({ check: 'parse', tiers: options.tiers }),
  ].flatMap((corpus) => corpus.modules);
  const paths = modules.map(({ bytes }, i) => {
    const path = join(options.folder, `${i}.wasm`);
    writeFileSync(path, bytes);
    return path;
  });
  const samples: Sample[] = [];
  let description: Description | undefined;
  for (let number = 0; number < options.processes; number++) {
    if (options.signal?.aborted === true) throw new CensusError('interrupted: nothing was written');
    const client = TargetClient.start(options.target, { timeoutMilliseconds: PATIENCE_MILLISECONDS });
    try {
      description = await client.request('describe', {});
      if (description.stopsCurves !== true)
        throw new CensusError(
          `the engine "${options.target.name}" cannot time the functions of a call one by one`,
        );
      const random = new Random(options.seed, 'census', number);
      samples.push(await new CensusProcess(client, modules, paths, random).run(options.passes));
    } finally {
      await client.stop();
    }
    options.onProgress?.((number + 1) / options.processes);
  }
  const { id } = await machineFingerprint();
  return {
    version: CENSUS_VERSION,
    engine: description!.engine,
    engineVersion: description!.version,
    machine: id,
    corpusDigest: corpusDigest(modules),
    seed: options.seed,
    processes: options.processes,
    passes: options.passes,
    nanosecondsPerFilledByte: samples.map((sample) => sample.nanosecondsPerFilledByte),
    modules: modules.map((module, i) => described(module, i, samples)),
  };
}

function described(
  { bytes, corpus, functions, name, origin, sha256 }: CorpusModule,
  place: number,
  samples: readonly Sample[],
) {
  const parsed = parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
  const byPhase = <Value>(of: (phase: CensusPhase) => Value) =>
    ({ validate: of('validate'), translate: of('translate') }) as const;
  return {
    name: `${corpus}/${name}`,
    toolchain: origin.kind === 'package' ? origin.toolchain : `${corpus}/${name}`,
    sha256,
    closure: byPhase((phase) => samples.map(({ closure }) => closure[phase][place]!)),
    functions: functions.map(({ index }, i) => ({
      index,
      features: bodyFeatures(parsed, index),
      nanoseconds: byPhase((phase) => samples.map(({ times }) => times[phase][place]![i]!)),
    })),
  };
}

/** A fresh process of the target, with all modules loaded. */
class CensusProcess {
  /** By module: its functions' places in the order in which this process goes through them. */
  private readonly orders: readonly (readonly number[])[];

  constructor(
    private readonly client: TargetClient,
    private readonly modules: readonly CorpusModule[],
    private readonly paths: readonly string[],
    private readonly random: Random,
  ) {
    // Collections come after so much garbage: in another order they fall on other functions.
    this.orders = modules.map(({ functions }) => random.shuffled(functions.map((_, place) => place)));
  }

  async run(passes: number): Promise<Sample> {
    const { client, modules, paths, random } = this;
    for (const [i, path] of paths.entries()) {
      await client.request('load', { module: `m${i}`, path });
      const order = this.orders[i]!.map((place) => modules[i]!.functions[place]!.index);
      // The first of a call finds caches as the request left them: it comes twice, and its first time does not count.
      const functions = [order[0]!, ...order];
      for (const phase of CENSUS_PHASES)
        await client.request('arm', {
          arm: `${phase}${i}`,
          kind: 'phase',
          phase,
          module: `m${i}`,
          functions,
        });
    }
    const arms = modules.flatMap((_, place) => CENSUS_PHASES.map((phase) => ({ place, phase })));
    for (let pass = 0; pass < WARMING_PASSES; pass++)
      for (const { phase, place } of random.shuffled(arms)) await this.pass(phase, place);
    const seen = new Map<string, { singles: number[][]; whole: number[] }>();
    for (let pass = 0; pass < passes; pass++) {
      for (const { phase, place } of random.shuffled(arms)) {
        const arm = `${phase}${place}`;
        const kept = seen.get(arm) ?? { singles: [], whole: [] };
        // The whole comes first: the module's first function would be held to what changing modules takes.
        await client.request('block', { arm, calls: 1 });
        kept.singles.push(await this.pass(phase, place));
        kept.whole.push((await client.request('block', { arm, calls: 1 })).nanoseconds);
        seen.set(arm, kept);
      }
    }
    const settled = (phase: CensusPhase) =>
      modules.map((_, place) => settle(seen.get(`${phase}${place}`)!, this.orders[place]!));
    const validate = settled('validate');
    const translate = settled('translate');
    return {
      nanosecondsPerFilledByte: await this.filledByte(),
      times: { validate: validate.map(({ times }) => times), translate: translate.map(({ times }) => times) },
      closure: {
        validate: validate.map(({ closure }) => closure),
        translate: translate.map(({ closure }) => closure),
      },
    };
  }

  private async pass(phase: CensusPhase, place: number): Promise<number[]> {
    const stops = Array.from({ length: this.orders[place]!.length + 1 }, (_, i) => i + 1);
    const { nanoseconds } = await this.client.request('curve', { arm: `${phase}${place}`, calls: 1, stops });
    return [...nanoseconds];
  }

  private async filledByte(): Promise<number> {
    const { client } = this;
    const arm = 'memset';
    await client.request('arm', {
      arm,
      kind: 'memset',
      kernel: 'wasm-memory-fill-loop',
      regime: 'hot',
      sizes: [MEMSET_BYTES],
    });
    const times: number[] = [];
    for (let block = 0; block < MEMSET_BLOCKS; block++) {
      const { bytes, nanoseconds } = await client.request('block', { arm, calls: 3_000 });
      times.push(nanoseconds / bytes);
    }
    return median(times);
  }
}

/** Medians over the passes, by place; what the sum of the singles is more than the whole was reading the clock, the same for each. */
function settle(
  { singles, whole }: { readonly singles: readonly (readonly number[])[]; readonly whole: readonly number[] },
  order: readonly number[],
) {
  const medians = singles[0]!.map((_, i) => median(singles.map((times) => times[i]!)));
  const sum = medians.reduce((total, time) => total + time, 0);
  const together = median(whole);
  const clock = Math.max(0, (sum - together) / medians.length);
  const times = new Array<number>(order.length);
  order.forEach((place, i) => (times[place] = Math.max(1, Math.round(medians[i + 1]! - clock))));
  return { times, closure: sum / together };
}
