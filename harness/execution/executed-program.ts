import { executionKernels, loadPrograms } from '@wasm-dyno/corpora';
import {
  Engine,
  EXECUTION_CLASSES,
  executionCostBounds,
  Func,
  Linker,
  Store,
  type ExecutionClass,
  type ExecutionCostOptions,
} from '@wasm-dyno/engine';
import type { ExecutableProgram } from '../metering/execute-programs.js';

/** A kernel or a real program, with what a call of it executes. */
export interface ExecutedProgram extends ExecutableProgram {
  readonly kind: 'kernel' | 'program';
  readonly bytes: Uint8Array;
  /** By class that it executes. */
  readonly counts: ReadonlyMap<ExecutionClass, number>;
  /** Fuel of a call where every operator costs 1. */
  readonly fuelPerCall: number;
}

/** The kernels of the seed and the real programs that are installed; each has been run here, which gives the kernels their answers. */
export function executedPrograms(seed: number, kernelsPerClass: number): ExecutedProgram[] {
  const kernels = executionKernels(seed, kernelsPerClass).map((kernel) => {
    const results = callTwice(kernel.bytes, kernel.export, {}).results.map(String);
    return { ...kernel, kind: 'kernel' as const, arguments: [], results };
  });
  const programs = loadPrograms().programs.map((program) => ({ ...program, kind: 'program' as const }));
  return [...kernels, ...programs].map(
    ({ name, kind, bytes, export: exported, arguments: values, results }) => ({
      ...{ name, kind, bytes, export: exported, arguments: values, results },
      counts: countClasses(bytes, exported),
      fuelPerCall: Number(callTwice(bytes, exported, {}).fuel),
    }),
  );
}

/**
 * How many operators of each class a call executes, by the engine's own account: the fuel of a call where some classes cost one more
 * than they must, less the fuel where all cost what they must. Of classes that come to nothing together, none is looked at by itself.
 */
export function countClasses(bytes: Uint8Array, name: string): Map<ExecutionClass, number> {
  const least = Object.fromEntries(
    EXECUTION_CLASSES.map((one) => [one, executionCostBounds(one).minimum]),
  ) as Record<ExecutionClass, number>;
  const fuelWith = (dearer: readonly ExecutionClass[]) => {
    const costs = { ...least };
    for (const one of dearer) costs[one]++;
    return callTwice(bytes, name, costs).fuel;
  };
  const base = fuelWith([]);
  const counts = new Map<ExecutionClass, number>();
  const divide = (classes: readonly ExecutionClass[], count: bigint): void => {
    if (count === 0n) return;
    if (classes.length === 1) {
      counts.set(classes[0]!, Number(count));
      return;
    }
    const half = classes.slice(0, classes.length >> 1);
    const inHalf = fuelWith(half) - base;
    divide(half, inHalf);
    divide(classes.slice(half.length), count - inHalf);
  };
  divide(EXECUTION_CLASSES, fuelWith(EXECUTION_CLASSES) - base);
  return counts;
}

/** Results and fuel of a second call: the first has compiled. Imported functions give zeros, as those of targets do. */
function callTwice(
  bytes: Uint8Array,
  name: string,
  executionCosts: ExecutionCostOptions,
): { results: readonly unknown[]; fuel: bigint } {
  // Only what is called is compiled, in each of some dozens of engines.
  const engine = new Engine({ executor: 'interpreter', fuelCosts: { executionCosts } });
  const store = new Store(engine);
  const linker = new Linker(engine);
  const module = engine.compile(bytes);
  for (const { module: from, name: imported, type } of module.imports) {
    if (type.kind !== 'function') throw new TypeError(`a program imports the ${type.kind} ${imported}`);
    const zeros = type.type.results.map(() => 0);
    linker.define(
      from,
      imported,
      Func.wrap(store, type.type, () => zeros),
    );
  }
  const func = linker.instantiate(store, module).getFunction(name)!;
  const results = func.call();
  const before = store.consumedFuel;
  func.call();
  return { results, fuel: store.consumedFuel - before };
}
