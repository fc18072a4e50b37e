import { sizeClassOf, SIZE_CLASSES } from '@wasm-dyno/corpora';
import type { Random } from '@wasm-dyno/corpora/random';
import { median, quantile } from '../statistics/index.js';
import type { TargetClient } from '../targets/client.js';
import type { BlockResult, PhaseArmParams } from '../targets/protocol.js';
import type { CensusPhase, CountedEngine, Grain } from './census.js';
import type { CountedModule } from './counted-modules.js';

/** What one process saw. */
export interface ProcessSample {
  readonly nanosecondsPerFilledByte: number;
  /** Of reading the clock once. */
  readonly clockNanoseconds: number;
  /** By phase, module and body. */
  readonly times: Readonly<Partial<Record<CensusPhase, readonly (readonly number[])[]>>>;
  readonly closure: readonly Omit<CountedEngine['closure'][number], 'process'>[];
}

/** Passes that are not counted: what runs the phases is to be warm. */
const WARMING_PASSES = 2;
const MEMSET_BYTES = 32_768;
const MEMSET_BLOCKS = 11;
/** Of whole blocks: what is slower was disturbed more often than single functions, whose medians leave that out. */
const LEAST_DISTURBED = 0.25;
/** The clock is told by functions that take not much longer than reading it. */
const SHORT_NANOSECONDS = 3_000;
const FEWEST_READINGS = 8;

/** Functions of one module, and of about one size, that are gone through in one go. */
interface Stratum {
  readonly arm: string;
  readonly phase: CensusPhase;
  readonly module: number;
  readonly sizeClass: string;
  /** Places of its bodies within the module, in the order in which this process goes through them. */
  readonly places: readonly number[];
  readonly singles: number[][];
  /** Of the functions but the first, in one stretch by the same loop. */
  readonly stretches: number[];
  readonly blocks: number[];
}

/** A fresh process of the target, with all modules loaded. */
export class CensusProcess {
  constructor(
    private readonly client: TargetClient,
    private readonly modules: readonly CountedModule[],
    private readonly grain: Grain,
    private readonly random: Random,
  ) {}

  async run(passes: number): Promise<ProcessSample> {
    const { client, modules } = this;
    for (const [i, { path }] of modules.entries()) await client.request('load', { module: `m${i}`, path });
    const strata = this.grain.kind === 'function' ? this.functionStrata() : this.wholeModules();
    for (const stratum of strata) await client.request('arm', this.armOf(stratum));
    for (let pass = 0; pass < WARMING_PASSES; pass++)
      for (const stratum of this.random.shuffled(strata)) await this.block(stratum);
    for (let pass = 0; pass < passes; pass++)
      for (const stratum of this.random.shuffled(strata)) await this.pass(stratum);
    return { nanosecondsPerFilledByte: await this.filledByte(), ...this.settled(strata) };
  }

  /** By module and size class, so that singles are held against blocks class by class, and these are short enough to be left alone. */
  private functionStrata(): Stratum[] {
    return this.grain.phases.flatMap((phase) =>
      this.modules.flatMap(({ bodies }, module) =>
        SIZE_CLASSES.flatMap(({ name }) => {
          const places = bodies.flatMap(({ features }, place) =>
            sizeClassOf(features.bytes).name === name ? [place] : [],
          );
          if (places.length === 0) return [];
          // Collections come after so much garbage: in another order they fall on other functions.
          return [this.stratum(phase, module, name, this.random.shuffled(places))];
        }),
      ),
    );
  }

  private wholeModules(): Stratum[] {
    return this.grain.phases.flatMap((phase) =>
      this.modules.map((_, module) => this.stratum(phase, module, 'module', [0])),
    );
  }

  private stratum(phase: CensusPhase, module: number, sizeClass: string, places: readonly number[]): Stratum {
    const arm = `${phase} ${module} ${sizeClass}`;
    return { arm, phase, module, sizeClass, places, singles: [], stretches: [], blocks: [] };
  }

  private armOf({ arm, module, phase, places }: Stratum): PhaseArmParams {
    const common = { arm, kind: 'phase', phase, module: `m${module}` } as const;
    if (this.grain.kind === 'module') return common;
    const order = places.map((place) => this.modules[module]!.bodies[place]!.index!);
    // The first of a call finds caches as the request left them: it comes twice, and its first time does not count.
    return { ...common, functions: [order[0]!, ...order] };
  }

  private async pass(stratum: Stratum): Promise<void> {
    if (this.grain.kind === 'module') {
      stratum.singles.push([await this.block(stratum)]);
      return;
    }
    const { arm, places } = stratum;
    const last = places.length + 1;
    const stops = Array.from({ length: last }, (_, i) => i + 1);
    const curve = async (at: readonly number[]) =>
      (await this.client.request('curve', { arm, calls: 1, stops: at })).nanoseconds;
    // In turn, so that none of the three always finds the caches as one and the same other left them.
    const steps = this.random.shuffled([
      async () => void stratum.blocks.push(await this.block(stratum)),
      async () => void stratum.singles.push([...(await curve(stops))]),
      async () => void stratum.stretches.push((await curve([1, last]))[1]!),
    ]);
    for (const step of steps) await step();
  }

  /** Collections fall on some blocks and not on others: single functions' medians are without them, too. */
  private async block({ arm }: Stratum): Promise<number> {
    const result: BlockResult = await this.client.request('block', { arm, calls: 1 });
    return result.nanoseconds - (result.collectionNanoseconds ?? 0);
  }

  private settled(strata: readonly Stratum[]): Omit<ProcessSample, 'nanosecondsPerFilledByte'> {
    const isByFunction = this.grain.kind === 'function';
    const clockNanoseconds = isByFunction ? clockOf(strata) : 0;
    const times: Partial<Record<CensusPhase, number[][]>> = {};
    const closure = new Map<string, ProcessSample['closure'][number]>();
    for (const { blocks, module, phase, places, singles, sizeClass } of strata) {
      const net = singles[0]!.map((_, i) => median(singles.map((pass) => pass[i]!)) - clockNanoseconds);
      const byModule = (times[phase] ??= this.modules.map(() => []));
      places.forEach((place, i) => {
        byModule[module]![place] = Math.max(1, Math.round(net[isByFunction ? i + 1 : 0]!));
      });
      if (!isByFunction) continue;
      const key = `${phase} ${sizeClass}`;
      const known = closure.get(key) ?? { phase, sizeClass, singlesNanoseconds: 0, blockNanoseconds: 0 };
      closure.set(key, {
        ...known,
        singlesNanoseconds:
          known.singlesNanoseconds +
          Math.max(
            0,
            net.reduce((sum, time) => sum + time, 0),
          ),
        blockNanoseconds: known.blockNanoseconds + quantile(blocks, LEAST_DISTURBED),
      });
    }
    return { clockNanoseconds, times, closure: [...closure.values()] };
  }

  private async filledByte(): Promise<number> {
    const { client } = this;
    const arm = 'memset';
    const { memset } = await client.request('describe', {});
    const [{ kernel } = { kernel: 'native-memset' }] = memset;
    await client.request('arm', { arm, kind: 'memset', kernel, regime: 'hot', sizes: [MEMSET_BYTES] });
    const times: number[] = [];
    for (let block = 0; block < MEMSET_BLOCKS; block++) {
      const { bytes, nanoseconds } = await client.request('block', { arm, calls: 3_000 });
      times.push(nanoseconds / bytes);
    }
    return quantile(times, LEAST_DISTURBED);
  }
}

/** Functions timed one by one, less the same in one stretch by the same loop: what their readings of the clock took. */
function clockOf(strata: readonly Stratum[]): number {
  const told = strata.flatMap(({ places, singles, stretches }) => {
    const readings = places.length - 1;
    const together = median(stretches);
    if (readings < FEWEST_READINGS || together / places.length > SHORT_NANOSECONDS) return [];
    const sum = median(singles.map(([, ...times]) => times.reduce((total, time) => total + time, 0)));
    return [(sum - together) / readings];
  });
  return told.length === 0 ? 0 : Math.max(0, median(told));
}
