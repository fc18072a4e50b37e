import { FAMILY_NAMES, generateCorpus, Random } from 'wasm-dyno/corpora';
import { instrument } from '../instrument.js';
import { BinaryenGenerator } from './binaryen-generator.js';
import { mutateBytes, mutateOperators } from './mutation.js';
import { randomModule } from './random-module.js';

export const SOURCE_NAMES = ['random', 'binaryen', 'corpora', 'mutated operators', 'mutated bytes'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** Shares of the modules; binaryen's generator is slow. */
const WEIGHTS: Readonly<Record<SourceName, number>> = {
  random: 50,
  binaryen: 8,
  corpora: 5,
  'mutated operators': 22,
  'mutated bytes': 15,
};

export interface GeneratedModule {
  readonly bytes: Uint8Array;
  readonly source: SourceName;
  /** A mutated module is compared as far as both sides' verdict on it. */
  readonly compareBehaviour: boolean;
}

/** Makes modules from seeds: the same seed, the same module. */
export class ModuleSources {
  private constructor(
    private readonly names: readonly SourceName[],
    private readonly binaryen: BinaryenGenerator | undefined,
  ) {}

  static async open(names: readonly SourceName[]): Promise<ModuleSources> {
    const needsBinaryen = names.some((name) => name !== 'random' && name !== 'corpora');
    return new ModuleSources(names, needsBinaryen ? await BinaryenGenerator.start() : undefined);
  }

  close(): void {
    this.binaryen?.stop();
  }

  generate(seed: number): GeneratedModule {
    const random = new Random(seed, 'source');
    const source = random.weighted(this.names.map((name) => ({ name, weight: WEIGHTS[name] }))).name;
    const bytes = this.bytesFrom(source, seed, random);
    return { bytes, source, compareBehaviour: source !== 'mutated bytes' };
  }

  private bytesFrom(source: SourceName, seed: number, random: Random): Uint8Array {
    switch (source) {
      case 'random':
        return instrument(randomModule(seed));
      case 'binaryen':
        return instrument(this.binaryen!.generate(random));
      case 'corpora':
        return instrument(corpusModule(seed, random));
      case 'mutated operators':
        return mutateOperators(this.bytesFrom(this.original(random), seed, random), random);
      case 'mutated bytes':
        return mutateBytes(this.bytesFrom(this.original(random), seed, random), random);
    }
  }

  private original(random: Random): SourceName {
    return random.weighted([
      { weight: 80, name: 'random' as const },
      { weight: 8, name: 'binaryen' as const },
      { weight: 12, name: 'corpora' as const },
    ]).name;
  }
}

function corpusModule(seed: number, random: Random): Uint8Array {
  const bodySizes = Array.from({ length: random.integer(1, 4) }, () => random.integer(16, 1500));
  const corpus = generateCorpus({
    seed,
    families: [random.pick(FAMILY_NAMES)],
    bodySizes,
    functionsPerSize: () => 2,
  });
  return corpus.modules[0]!.bytes;
}
