import { FAMILY_NAMES, generateCorpus, Random } from '@wasm-dyno/corpora';
import { clearNans } from '../clear-nans.js';
import { WebAssembly } from '../host-web-assembly.js';
import { instrument } from '../instrument.js';
import { BinaryenGenerator } from './binaryen-generator.js';
import { mutateBytes, mutateOperators } from './mutation.js';
import { randomModule } from './random-module.js';

export const SOURCE_NAMES = ['random', 'binaryen', 'corpora', 'mutated operators', 'mutated bytes'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];
type OriginalSource = Exclude<SourceName, `mutated ${string}`>;

/** Shares of the modules; binaryen's generator is slow. */
const WEIGHTS: Readonly<Record<SourceName, number>> = {
  random: 50,
  binaryen: 8,
  corpora: 5,
  'mutated operators': 22,
  'mutated bytes': 15,
};

/** What is mutated. */
const ORIGINALS = [
  { weight: 80, source: 'random' },
  { weight: 8, source: 'binaryen' },
  { weight: 12, source: 'corpora' },
] as const;

export interface GeneratedModule {
  readonly bytes: Uint8Array;
  readonly source: SourceName;
  /** Of modules with bytes changed only the two sides' verdicts are compared. */
  readonly compareBehaviour: boolean;
}

/** Makes modules from seeds: the same seed, the same module. */
export class ModuleSources {
  private readonly binaryen = new BinaryenGenerator();

  constructor(private readonly names: readonly SourceName[]) {}

  close(): void {
    this.binaryen.stop();
  }

  /** @throws GeneratorFailure */
  async generate(seed: number): Promise<GeneratedModule> {
    const random = new Random(seed, 'source');
    const source = random.weighted(this.names.map((name) => ({ name, weight: WEIGHTS[name] }))).name;
    if (source === 'mutated bytes') {
      const original = comparable(await this.original(random, seed));
      return { bytes: mutateBytes(original, random), source, compareBehaviour: false };
    }
    if (source === 'mutated operators') {
      const mutated = mutateOperators(await this.original(random, seed), random);
      const isValid = WebAssembly.validate(mutated);
      return { bytes: isValid ? comparable(mutated) : mutated, source, compareBehaviour: isValid };
    }
    return { bytes: comparable(await this.bytesFrom(source, seed, random)), source, compareBehaviour: true };
  }

  private original(random: Random, seed: number): Promise<Uint8Array> {
    return this.bytesFrom(random.weighted(ORIGINALS).source, seed, random);
  }

  private async bytesFrom(source: OriginalSource, seed: number, random: Random): Promise<Uint8Array> {
    switch (source) {
      case 'random':
        return randomModule(seed);
      case 'binaryen':
        return this.binaryen.generate(random);
      case 'corpora':
        return corpusModule(seed, random);
    }
  }
}

/** What makes a module's behaviour comparable: everything exported, and no NaN's bits shown. */
function comparable(bytes: Uint8Array): Uint8Array {
  return instrument(clearNans(bytes));
}

function corpusModule(seed: number, random: Random): Uint8Array {
  const sizes = Array.from({ length: random.integer(1, 4) }, () => random.integer(16, 1500));
  const bodySizes = [...new Set(sizes)];
  const corpus = generateCorpus({
    seed,
    families: [random.pick(FAMILY_NAMES)],
    bodySizes,
    functionsPerSize: () => 2,
  });
  const [module] = corpus.modules;
  if (module === undefined) throw new Error(`the corpus is empty: ${corpus.skipped[0]?.reason}`);
  return module.bytes;
}
