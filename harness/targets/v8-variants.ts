import type { TargetPhase } from './protocol.js';

/** One of V8's ways through a module, in a process of its own: flags of V8 hold for a process. */
export interface V8Variant {
  /** What the user calls it: `v8-liftoff`. */
  readonly name: string;
  readonly about: string;
  /** Flags of the node process. */
  readonly flags: readonly string[];
  readonly phases: readonly TargetPhase[];
}

/**
 * Each variant compiles on one thread: V8 otherwise spreads a module over all cores, and the time would be a fact about the
 * number of cores. `--wasm-num-compilation-tasks=1` does so for compiling and leaves the rest of V8 as it is. Validation has no
 * such flag, so the variant that only validates runs with `--single-threaded`. Measured on Node 20 (V8 11.3): with these flags
 * the time passed and the processor time used agree.
 */
export const V8_VARIANTS: readonly V8Variant[] = [
  {
    name: 'v8-validate',
    about: 'V8: WebAssembly.validate',
    flags: ['--single-threaded'],
    phases: ['validate'],
  },
  {
    name: 'v8-lazy',
    about: 'V8 as it is by default: validates at once, compiles at the first call',
    flags: ['--wasm-lazy-compilation', '--wasm-num-compilation-tasks=1'],
    phases: ['compile', 'execute'],
  },
  {
    name: 'v8-liftoff',
    about: 'V8: its baseline compiler for the whole module',
    flags: ['--no-wasm-lazy-compilation', '--liftoff', '--no-wasm-tier-up', '--wasm-num-compilation-tasks=1'],
    phases: ['compile', 'execute'],
  },
  {
    name: 'v8-turbofan',
    about: 'V8: its optimising compiler for the whole module',
    flags: [
      '--no-wasm-lazy-compilation',
      '--no-liftoff',
      '--no-wasm-tier-up',
      '--wasm-num-compilation-tasks=1',
    ],
    phases: ['compile', 'execute'],
  },
];

/** The variant's name is the program's one argument. @throws RangeError on an unknown name */
export function v8Variant(name: string | undefined): V8Variant {
  const variant = V8_VARIANTS.find((known) => known.name === name);
  if (variant === undefined) {
    const names = V8_VARIANTS.map((known) => known.name).join(', ');
    throw new RangeError(`no variant "${String(name)}" of V8; there are ${names}`);
  }
  return variant;
}
