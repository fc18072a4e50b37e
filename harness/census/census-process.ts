import { sizeClassOf, SIZE_CLASSES } from '@wasm-dyno/corpora';
import type { Random } from '@wasm-dyno/corpora/random';
import { median, quantile } from '../statistics/index.js';
import type { TargetClient } from '../targets/client.js';
import type { BlockResult, CurveResult as Curve, PhaseArmParams } from '../targets/protocol.js';
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
/** Of blocks that fill: what is slower was disturbed. */
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
  /** By pass: what each took by itself. */
  readonly singles: number[][];
  /** By pass, for functions: all of them together. */
  readonly totals: Totals[];
}

/**
 * All functions of a stratum twice, without collections: what disturbs a pass disturbs both. By one and the same loop: V8 compiles two loops
 * alike so differently that one is up to a tenth faster for a process's life.
 */
interface Totals {
  /** One by one, the clock read after each. */
  readonly singles: number;
  /** In one go, the first function aside. */
  readonly block: number;
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
    // What reads the clock between functions is to be warm as well.
    for (let pass = 0; pass < WARMING_PASSES; pass++)
      for (const stratum of this.random.shuffled(strata)) await this.pass(stratum);
    for (const { singles, totals } of strata) singles.length = totals.length = 0;
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
    return { arm, phase, module, sizeClass, places, singles: [], totals: [] };
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
    const { places } = stratum;
    const last = places.length + 1;
    const each = Array.from({ length: last }, (_, i) => i + 1);
    const [singles, block] = await this.inTurn(
      () => this.curve(stratum, each),
      () => this.curve(stratum, [1, last]),
    );
    stratum.singles.push([...singles.nanoseconds]);
    stratum.totals.push({ singles: totalOf(singles), block: totalOf(block) });
  }

  /** Now one first, now the other, so that neither always finds the caches as the other left them. */
  private async inTurn(one: () => Promise<Curve>, other: () => Promise<Curve>): Promise<[Curve, Curve]> {
    if (this.random.chance(0.5)) return [await one(), await other()];
    const second = await other();
    return [await one(), second];
  }

  private curve({ arm }: Stratum, stops: readonly number[]): Promise<Curve> {
    return this.client.request('curve', { arm, calls: 1, stops });
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
    for (const { module, phase, places, singles } of strata) {
      const byModule = (times[phase] ??= this.modules.map(() => []));
      places.forEach((place, i) => {
        const at = isByFunction ? i + 1 : 0;
        const net = median(singles.map((pass) => pass[at]!)) - clockNanoseconds;
        byModule[module]![place] = Math.max(1, Math.round(net));
      });
    }
    return {
      clockNanoseconds,
      times,
      closure: isByFunction ? closureOf(strata, clockNanoseconds) : [],
    };
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

/** All functions one by one, less the same in one go: what their readings of the clock took. */
function clockOf(strata: readonly Stratum[]): number {
  let beyond = 0;
  let readings = 0;
  for (const { places, totals } of strata) {
    // The block has two.
    const own = places.length - 1;
    if (own < FEWEST_READINGS || median(totals.map(({ block }) => block)) / places.length > SHORT_NANOSECONDS)
      continue;
    beyond += median(totals.map(({ block, singles }) => singles - block));
    readings += own;
  }
  return readings === 0 ? 0 : Math.max(0, beyond / readings);
}

/** Singles against blocks by phase and size class. Of each stratum the median over the passes, of which each has both. */
function closureOf(strata: readonly Stratum[], clockNanoseconds: number): ProcessSample['closure'] {
  const closure = new Map<string, ProcessSample['closure'][number]>();
  for (const { phase, places, sizeClass, totals } of strata) {
    const key = `${phase} ${sizeClass}`;
    const known = closure.get(key) ?? { phase, sizeClass, singlesNanoseconds: 0, blockNanoseconds: 0 };
    const block = median(totals.map((pass) => pass.block));
    const beyond =
      median(totals.map((pass) => pass.singles - pass.block)) - clockNanoseconds * (places.length - 1);
    closure.set(key, {
      ...known,
      singlesNanoseconds: known.singlesNanoseconds + Math.max(0, block + beyond),
      blockNanoseconds: known.blockNanoseconds + block,
    });
  }
  return [...closure.values()];
}

function totalOf({ collectionNanoseconds = 0, nanoseconds }: Curve): number {
  return nanoseconds.reduce((sum, time) => sum + time, 0) - collectionNanoseconds;
}
