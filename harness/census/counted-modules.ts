import { readFileSync } from 'node:fs';

import type { CorpusOrigin } from '@wasm-dyno/corpora';
import { Random } from '@wasm-dyno/corpora/random';
import { CompileError, DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import {
  BodyScale,
  bodyFeatures,
  definedFunctionCount,
  parseModule,
  validateFunction,
  type BodyFeatures,
} from '@wasm-dyno/engine/phases';
import type { CensusBody } from './census.js';

/** A module on the disk, and where it comes from. */
export interface ModuleOfOrigin {
  readonly name: string;
  readonly path: string;
  readonly origin?: CorpusOrigin | undefined;
}

/** A module that is to be counted: what its functions are made of. */
export interface CountedModule {
  readonly name: string;
  readonly path: string;
  readonly family: string;
  readonly toolchain: string;
  readonly bodies: readonly Omit<CensusBody, 'nanoseconds'>[];
}

/** They tell apart what parsing takes, and have nothing to compile. */
const PROBES = 'probes/';

/** A census knows no more functions: of larger corpora some are drawn, of each module in proportion. */
const MOST_FUNCTIONS = 8_192;

/**
 * Reads modules and what their functions are made of. Modules that this project's engine finds invalid, or that have no functions, are left out:
 * what they are made of cannot be told.
 */
export function countedModules(files: readonly ModuleOfOrigin[], seed: number): CountedModule[] {
  const modules = files
    .filter(({ name }) => !name.startsWith(PROBES))
    .map(countedModule)
    .filter(({ bodies }) => bodies.length > 0);
  const all = modules.reduce((sum, { bodies }) => sum + bodies.length, 0);
  if (all <= MOST_FUNCTIONS) return modules;
  return modules.map((module) => {
    const wanted = Math.max(1, Math.floor((module.bodies.length * MOST_FUNCTIONS) / all));
    const drawn = new Random(seed, 'census-sample', module.name).shuffled(module.bodies).slice(0, wanted);
    return { ...module, bodies: drawn.sort((a, b) => a.index! - b.index!) };
  });
}

function countedModule({ name, origin, path }: ModuleOfOrigin): CountedModule {
  return { name, path, ...lineageOf(name, origin), bodies: bodiesOf(readFileSync(path)) };
}

function bodiesOf(bytes: Uint8Array): CountedModule['bodies'] {
  try {
    const parsed = parseModule(new Uint8Array(bytes), DEFAULT_FEATURES, DEFAULT_LIMITS);
    const scale = new BodyScale(parsed);
    return Array.from({ length: definedFunctionCount(parsed) }, (_, i) => {
      const index = parsed.importedFunctionCount + i;
      validateFunction(parsed, index);
      const { translate, validate } = scale.weigh(index);
      return { index, functions: 1, features: bodyFeatures(parsed, index), counted: { validate, translate } };
    });
  } catch (error) {
    if (error instanceof CompileError) return [];
    throw error;
  }
}

/** Whose like must not be seen when it is held out. */
function lineageOf(
  name: string,
  origin: CorpusOrigin | undefined,
): Pick<CountedModule, 'family' | 'toolchain'> {
  switch (origin?.kind) {
    case 'generated':
      return { family: origin.family, toolchain: 'generated' };
    case 'package':
      return { family: origin.package, toolchain: origin.toolchain };
    case 'recipe':
      return { family: 'adversarial', toolchain: 'adversarial' };
    default:
      return { family: name, toolchain: 'unknown' };
  }
}

/** The module as one body. */
export function wholeBody({ bodies }: CountedModule): Omit<CensusBody, 'nanoseconds'> {
  const sum = (of: (body: Omit<CensusBody, 'nanoseconds'>) => number) =>
    bodies.reduce((total, body) => total + of(body), 0);
  const names = Object.keys(bodies[0]!.features) as (keyof BodyFeatures)[];
  return {
    index: undefined,
    functions: bodies.length,
    features: Object.fromEntries(
      names.map((feature) => [feature, sum(({ features }) => features[feature])]),
    ) as unknown as BodyFeatures,
    counted: {
      validate: sum(({ counted }) => counted.validate),
      translate: sum(({ counted }) => counted.translate),
    },
  };
}
