import type { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from '../generated/function-builder.js';
import type { ModuleBuilder } from '../generated/module-builder.js';
import type { Random } from '../random.js';

/** Phases that a shape is made to be dear in. */
export const ADVERSARIAL_PHASES = ['parse', 'validate', 'translate'] as const;
export type AdversarialPhase = (typeof ADVERSARIAL_PHASES)[number];

interface NamedShape {
  readonly name: string;
  /** In a line: what makes it dear. */
  readonly about: string;
  /** The phases it is meant for. */
  readonly phases: readonly AdversarialPhase[];
  /** What intensity counts, and from what to what it goes. */
  readonly intensity: { readonly of: string; readonly least: number; readonly most: number };
}

/** Where statements of a body shape are written. */
export interface Site {
  readonly body: FunctionBuilder;
  readonly random: Random;
  readonly intensity: number;
  /** Locals of type i32, at least 4. */
  readonly words: readonly number[];
  /** Structures, branches or calls of one statement: many, so that what makes their values does not count, unless the body is to be small. */
  readonly repetitions: number;
}

/** What a shape writes into the bodies of one module. */
export interface PreparedShape {
  /** What each body declares. */
  readonly declare?: (body: FunctionBuilder) => void;
  /** What the function of that number takes; the first shape that says so says it for all. */
  readonly parameters?: (number: number) => readonly ValueType[];
  readonly write: (site: Site) => void;
}

/** A shape whose statements take nothing from the stack and leave nothing there, so that they mix. */
export interface BodyShape extends NamedShape {
  readonly kind: 'body';
  /** Adds to the module what the statements need, and to each body what it declares. */
  prepare(module: ModuleBuilder, intensity: number): PreparedShape;
}

/** A shape of what a module declares. */
export interface ModuleShape extends NamedShape {
  readonly kind: 'module';
  /** Adds one entry, the `number`-th; the first may add what all need. Function 0 is there: it takes and leaves nothing. */
  add(module: ModuleBuilder, number: number, intensity: number, random: Random): void;
}

export type Shape = BodyShape | ModuleShape;

export function intensityRange(of: string, least: number, most: number): NamedShape['intensity'] {
  return { of, least, most };
}
