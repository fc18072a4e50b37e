import { loadAdversarialCorpus, Random, type Recipe } from '@wasm-dyno/corpora';
import { medianInterval } from '../statistics/index.js';
import { mixed, mutated, randomRecipe, shapesOf, type Grounds } from './breed.js';
import { hasManyFunctions } from './recipe-size.js';
import { chargesByProfile, isLost, RecipeTarget, type Dearness, type Prey } from './recipe-target.js';
import { simplerRecipes } from './simpler-recipes.js';

export interface HuntOptions {
  readonly prey: Prey;
  readonly seed: number;
  /** Of the search; confirming what it found comes on top. */
  readonly seconds: number;
  /** How many recipes to confirm. */
  readonly kept: number;
  /** Fresh processes to confirm each in. */
  readonly processes: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: HuntProgress) => void;
}

export interface HuntProgress {
  readonly step: 'searching' | 'minimising' | 'confirming';
  readonly candidates: number;
  /** The highest ratio so far. */
  readonly highest: number;
  readonly part: number;
}

/** What a hunt brought home. */
export interface Trophy {
  readonly recipe: Recipe;
  /** Median over fresh processes of time per charge beside the typical one's, with its interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  /** The median at a price per byte. */
  readonly ratioPerByte: number;
  readonly moduleBytesCharged: number;
  readonly processes: number;
}

export interface HuntResult {
  readonly seed: number;
  readonly candidates: number;
  /** Those that ended the target, or that it did not answer in a minute. */
  readonly lost: readonly Recipe[];
  readonly trophies: readonly Trophy[];
}

interface Candidate {
  readonly recipe: Recipe;
  readonly dearness: Dearness;
}

/** Recipes that the next ones come from. */
const PARENTS = 16;
/** A simpler recipe is as good with so much of the ratio. */
const AS_GOOD = 0.9;

/** What there is to search: many functions only where a function has a price, which the embedded engine's profile alone gives it. */
export function groundsOf(prey: Prey): Grounds {
  return { phase: prey.shapes, manyFunctions: chargesByProfile(prey) };
}

/** A search for the modules that are dearest for what they are charged: seeded, but for what the clock says. */
export class Hunt {
  private readonly random: Random;
  private readonly grounds: Grounds;
  private readonly lost: Recipe[] = [];
  private best: Candidate[] = [];
  private candidates = 0;
  private target: RecipeTarget | undefined;

  constructor(private readonly options: HuntOptions) {
    const { shapes } = options.prey;
    this.random = new Random(options.seed, 'hunt', shapes);
    this.grounds = groundsOf(options.prey);
  }

  /** @throws HuntImpossible where the target has no such phase; TargetFailure where it does not start */
  async run(): Promise<HuntResult> {
    const { kept, seed } = this.options;
    try {
      await this.search();
      const trophies: Trophy[] = [];
      const chosen = this.differentOnes(kept);
      for (const [place, candidate] of chosen.entries()) {
        if (this.isStopped) break;
        this.tell('minimising', place / chosen.length);
        const { recipe } = await this.minimised(candidate);
        this.tell('confirming', (place + 0.5) / chosen.length);
        const trophy = await this.confirmed(recipe);
        if (trophy !== undefined) trophies.push(trophy);
      }
      trophies.sort((a, b) => b.ratio - a.ratio);
      return { seed, candidates: this.candidates, lost: this.lost, trophies };
    } finally {
      await this.target?.stop();
    }
  }

  private get isStopped(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  private async search(): Promise<void> {
    const { prey, seconds } = this.options;
    const end = performance.now() + 1000 * seconds;
    // One candidate at least, however slow the machine is.
    const isOver = () => (this.candidates > 0 && performance.now() >= end) || this.isStopped;
    // Begins with what is known already.
    const names = new Set(shapesOf(prey.shapes).map(({ name }) => name));
    const known = loadAdversarialCorpus({ check: 'parse' }).modules.flatMap(({ origin }) =>
      origin.kind === 'recipe' &&
      origin.recipe.parts.every(({ shape }) => names.has(shape)) &&
      (this.grounds.manyFunctions || !hasManyFunctions(origin.recipe))
        ? [origin.recipe]
        : [],
    );
    for (const recipe of known) {
      if (isOver()) return;
      await this.consider(recipe);
      this.tell('searching', 1 - (end - performance.now()) / (1000 * seconds));
    }
    while (!isOver()) {
      await this.consider(this.next());
      this.tell('searching', 1 - (end - performance.now()) / (1000 * seconds));
    }
  }

  private next(): Recipe {
    const { best, grounds, random } = this;
    if (best.length < 2 || random.chance(0.2)) return randomRecipe(grounds, random);
    const parent = random.pick(best).recipe;
    return random.chance(0.25)
      ? mixed(parent, random.pick(best).recipe, random)
      : mutated(parent, grounds, random);
  }

  private async consider(recipe: Recipe): Promise<void> {
    this.candidates++;
    const dearness = await this.lookedAtTwice(recipe);
    if (dearness === undefined) return;
    this.best.push({ recipe, dearness });
    this.best.sort((a, b) => b.dearness.ratio - a.dearness.ratio);
    if (this.best.length > PARENTS) this.best.pop();
  }

  /** What looks dear enough to be kept is timed again, for it may have been disturbed: the lesser counts. */
  private async lookedAtTwice(recipe: Recipe): Promise<Dearness | undefined> {
    const first = await this.measure(recipe);
    const least = this.best.length < PARENTS ? 0 : this.best.at(-1)!.dearness.ratio;
    if (first === undefined || first.ratio <= least) return first;
    const second = await this.measure(recipe);
    return second !== undefined && second.ratio < first.ratio ? second : first;
  }

  /** Undefined where the target takes no such module, or is lost over it. */
  private async measure(recipe: Recipe): Promise<Dearness | undefined> {
    if (this.target?.isWorn === true) {
      await this.target.stop();
      this.target = undefined;
    }
    this.target ??= await RecipeTarget.start(this.options.prey);
    try {
      return await this.target.measure(recipe);
    } catch (error) {
      if (!isLost(error)) throw error;
      this.lost.push(recipe);
      await this.target.stop();
      this.target = undefined;
      return undefined;
    }
  }

  /** The dearest, one for each set of shapes. */
  private differentOnes(count: number): Candidate[] {
    const kinds = new Map<string, Candidate>();
    for (const candidate of this.best) {
      const kind = candidate.recipe.parts
        .map(({ shape }) => shape)
        .sort()
        .join();
      if (!kinds.has(kind)) kinds.set(kind, candidate);
    }
    return [...kinds.values()].slice(0, count);
  }

  private async minimised(found: Candidate): Promise<Candidate> {
    let candidate = found;
    for (let again = true; again && !this.isStopped;) {
      again = false;
      for (const simpler of simplerRecipes(candidate.recipe)) {
        const dearness = await this.measure(simpler);
        if (dearness === undefined || dearness.ratio < AS_GOOD * found.dearness.ratio) continue;
        candidate = { recipe: simpler, dearness };
        again = true;
        break;
      }
    }
    return candidate;
  }

  private async confirmed(recipe: Recipe): Promise<Trophy | undefined> {
    const { prey, processes } = this.options;
    const seen: Dearness[] = [];
    for (let number = 0; number < processes && !this.isStopped; number++) {
      const target = await RecipeTarget.start(prey);
      try {
        const dearness = await target.measureSteadily(recipe);
        if (dearness !== undefined) seen.push(dearness);
      } catch (error) {
        if (!isLost(error)) throw error;
      } finally {
        await target.stop();
      }
    }
    const interval = medianInterval(seen.map(({ ratio }) => ratio));
    if (interval === undefined) return undefined;
    const perByte = seen.map(({ ratioPerByte }) => ratioPerByte).sort((a, b) => a - b);
    return {
      recipe,
      ratio: interval.estimate,
      low: interval.low,
      high: interval.high,
      confidenceLevel: interval.confidenceLevel,
      ratioPerByte: perByte[perByte.length >> 1]!,
      moduleBytesCharged: seen[0]!.charge.charged,
      processes: seen.length,
    };
  }

  private tell(step: HuntProgress['step'], part: number): void {
    const highest = this.best[0]?.dearness.ratio ?? 0;
    this.options.onProgress?.({
      step,
      part: Math.min(1, Math.max(0, part)),
      highest,
      candidates: this.candidates,
    });
  }
}
