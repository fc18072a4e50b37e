import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateRecipe, loadRealCorpus, type AdversarialPhase, type Recipe } from '@wasm-dyno/corpora';
import { Engine, type HardwareProfile } from '@wasm-dyno/engine';
import { median } from '../statistics/index.js';
import { TargetClient, TargetError, TargetFailure, type TargetCommand } from '../targets/client.js';
import type { TargetPhase } from '../targets/protocol.js';
import { embeddedCharge, type ChargedBytes } from './charged-bytes.js';
import { steadyTimes } from './steady-times.js';

/** What a hunt is after: a phase of an engine. */
export interface Prey {
  readonly target: TargetCommand;
  /** As the target calls it: for engines that cannot take phases apart, `compile`. */
  readonly phase: TargetPhase;
  /** The shapes to search among. */
  readonly shapes: AdversarialPhase;
  /** What the embedded engine charges by; as much as modules count as unless told. */
  readonly profile?: HardwareProfile | undefined;
  /** Where modules are written for the target to read. */
  readonly folder: string;
}

/** How dear a recipe's module is, beside the typical one. */
export interface Dearness {
  /**
   * How many times it is undercharged. By a profile: its time / that of filling as many bytes as it is charged for, in the same process. Else
   * its time per charged byte / the same of the typical module.
   */
  readonly ratio: number;
  /** Time per byte / the same of the typical module. */
  readonly ratioPerByte: number;
  readonly nanoseconds: number;
  readonly charge: ChargedBytes;
}

/** A first look: a block that the clock and what disturbs do not make much of; the least of some blocks counts. */
const BLOCK_NANOSECONDS = 1.5e6;
const BLOCKS = 3;
const MOST_CALLS = 10_000;
/** Blocks get longer by so many times at most: the first calls, of code that is new to the host, tell little of the next. */
const STEP = 8;
/** A target keeps what it has loaded. */
const MODULES_OF_A_PROCESS = 150;
/** What profiles count in: bytes of a buffer that stays in the cache. */
const FILLING = 'filling';
const FILLED_BYTES = 32_768;
const SLOWEST_BLOCK_MILLISECONDS = 60_000;

/** Whether the embedded engine says what a module is charged in this phase. */
function isOurs({ phase, shapes, target }: Prey): boolean {
  return target.name === 'embedded' && phase === shapes;
}

/**
 * Whether what a module is charged is a time, that of filling bytes: then a function has a price beside its bytes, and what is timed is what
 * the engine does so that it is paid for. A profile says nothing of other engines, nor of phases that the embedded one does not charge apart.
 */
export function chargesByProfile(prey: Prey): boolean {
  return prey.profile !== undefined && isOurs(prey);
}

/** No phase of that name, or it fails on everything. */
export class HuntImpossible extends Error {
  override readonly name = 'HuntImpossible';
}

/** One process of the target, which times modules of recipes beside a typical real one. */
export class RecipeTarget {
  private count = 0;
  /** The real module whose time per charged byte is the median one. */
  private typical: { readonly arm: string; readonly charge: ChargedBytes } | undefined;
  /** Whether the target can be told to collect its garbage. */
  private collects = false;
  private readonly validator = new Engine();

  private constructor(
    private readonly client: TargetClient,
    private readonly prey: Prey,
  ) {}

  /** @throws HuntImpossible where the target has no such phase */
  static async start(prey: Prey): Promise<RecipeTarget> {
    const client = TargetClient.start(prey.target, { timeoutMilliseconds: SLOWEST_BLOCK_MILLISECONDS });
    const started = new RecipeTarget(client, prey);
    try {
      const { collects = false, memset, phases } = await client.request('describe', {});
      started.collects = collects;
      if (!phases.includes(prey.phase))
        throw new HuntImpossible(
          `the engine "${prey.target.name}" has no phase "${prey.phase}"; it has ${phases.join(', ')}`,
        );
      await started.findTypical();
      if (started.chargesByProfile) await started.prepareFilling(memset[0]?.kernel);
      return started;
    } catch (error) {
      await client.stop();
      throw error;
    }
  }

  get isWorn(): boolean {
    return this.count >= MODULES_OF_A_PROCESS;
  }

  stop(): Promise<void> {
    return this.client.stop();
  }

  private async findTypical(): Promise<void> {
    const { modules } = loadRealCorpus({ tiers: ['small'], check: 'parse' });
    const timed: { arm: string; charge: ChargedBytes; price: number }[] = [];
    for (const { bytes } of modules) {
      try {
        const { arm, charge } = await this.load(bytes);
        timed.push({ arm, charge, price: (await this.time(arm)) / charge.charged });
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
      }
    }
    if (timed.length === 0)
      throw new HuntImpossible(`"${this.prey.target.name}" takes none of the real modules`);
    const middle = median(timed.map(({ price }) => price));
    this.typical = timed.reduce((best, each) =>
      Math.abs(Math.log(each.price / middle)) < Math.abs(Math.log(best.price / middle)) ? each : best,
    );
  }

  private get isOurs(): boolean {
    return isOurs(this.prey);
  }

  private get chargesByProfile(): boolean {
    return chargesByProfile(this.prey);
  }

  private async prepareFilling(kernel = 'native-memset'): Promise<void> {
    await this.client.request('arm', {
      arm: FILLING,
      kind: 'memset',
      kernel,
      regime: 'hot',
      sizes: [FILLED_BYTES],
    });
  }

  /** Nanoseconds of filling a byte now; NaN where nothing is charged by that. */
  private async filledByte(): Promise<number> {
    return this.chargesByProfile ? (await this.time(FILLING)) / FILLED_BYTES : NaN;
  }

  /** A first look. Undefined for a recipe that makes nothing which the target takes. @throws TargetFailure when the target is lost */
  measure(recipe: Recipe): Promise<Dearness | undefined> {
    return this.dearness(recipe, async (arm) => {
      const before = [await this.time(this.typical!.arm), await this.filledByte()] as const;
      const time = await this.time(arm);
      const usual = Math.min(before[0], await this.time(this.typical!.arm));
      return { time, usual, filledByte: Math.min(before[1], await this.filledByte()) };
    });
  }

  /** As it is once the target has warmed up to it, with its share of collecting garbage; otherwise as `measure`. */
  measureSteadily(recipe: Recipe): Promise<Dearness | undefined> {
    return this.dearness(recipe, async (arm) => {
      const beside = this.chargesByProfile ? FILLING : this.typical!.arm;
      const [time, other] = await steadyTimes(this.client, [arm, beside], this.collects);
      const usual = this.chargesByProfile ? await this.time(this.typical!.arm) : other!;
      return { time: time!, usual, filledByte: other! / FILLED_BYTES };
    });
  }

  private async dearness(
    recipe: Recipe,
    timed: (
      arm: string,
    ) => Promise<{ readonly time: number; readonly usual: number; readonly filledByte: number }>,
  ): Promise<Dearness | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = generateRecipe(recipe);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    // The phase by itself translates what is not valid too; an engine never does, and nobody counts its work.
    if (this.isOurs && this.prey.phase === 'translate' && !this.validator.validate(bytes)) return undefined;
    try {
      const { arm, charge } = await this.load(bytes);
      const { filledByte, time, usual } = await timed(arm);
      const typical = this.typical!.charge;
      return {
        ratio: time / charge.charged / (this.chargesByProfile ? filledByte : usual / typical.charged),
        ratioPerByte: time / charge.perByte / (usual / typical.perByte),
        nanoseconds: time,
        charge,
      };
    } catch (error) {
      if (error instanceof TargetError) return undefined;
      throw error;
    }
  }

  private async load(bytes: Uint8Array): Promise<{ readonly arm: string; readonly charge: ChargedBytes }> {
    const { folder, phase, profile, shapes } = this.prey;
    const name = `m${this.count++}`;
    const path = join(folder, `${process.pid}-${name}.wasm`);
    writeFileSync(path, bytes);
    try {
      const { bodyBytes } = await this.client.request('load', { module: name, path });
      const paid = this.chargesByProfile ? { isPaidFor: true } : {};
      await this.client.request('arm', { arm: name, kind: 'phase', phase, module: name, ...paid });
      const perByte = shapes === 'parse' ? bytes.length : Math.max(1, bodyBytes);
      return {
        arm: name,
        charge: this.isOurs ? embeddedCharge(bytes, shapes, profile) : { perByte, charged: perByte },
      };
    } finally {
      rmSync(path, { force: true });
    }
  }

  /** Nanoseconds of a call, in the least disturbed block; the median where something is subtracted, for that is disturbed as well. */
  private async time(arm: string): Promise<number> {
    const block = async (calls: number) => {
      const { nanoseconds, overheadNanoseconds = 0 } = await this.client.request('block', { arm, calls });
      return { time: nanoseconds / calls, overhead: overheadNanoseconds / calls };
    };
    let calls = 1;
    let first = await block(calls);
    // What is subtracted takes its time too, and may be all of a single call.
    const taken = () => Math.max(first.time + first.overhead, 100);
    while (calls < MOST_CALLS && calls * taken() < BLOCK_NANOSECONDS / 2) {
      const wanted = Math.ceil(BLOCK_NANOSECONDS / taken());
      calls = Math.min(MOST_CALLS, STEP * calls, wanted);
      first = await block(calls);
    }
    const times = [first.time];
    for (let number = 0; number < BLOCKS; number++) times.push((await block(calls)).time);
    return first.overhead < first.time / 10 ? Math.min(...times) : Math.max(1, median(times));
  }
}

/** Whether a target ended or hung: the recipe at hand did it. */
export function isLost(error: unknown): error is TargetFailure {
  return error instanceof TargetFailure;
}
