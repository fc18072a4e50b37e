import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { parseModule } from '@wasm-dyno/engine/phases';

import type { Elapsed } from '../stopwatch.js';
import { Stopwatch } from '../stopwatch.js';

/** The parts of polywasm's namespace used here; the package comes without types. */
interface Polywasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => object;
  readonly Memory: new (type: object) => object;
  readonly Table: new (type: object) => object;
}

export interface TextPass {
  readonly parse: Elapsed;
  readonly text: Elapsed;
  readonly refusedFunctions: number;
}

/** What polywasm keeps of a function that it may call later. */
interface LazyFunction {
  /** Calls the function, after turning it into text if need be. */
  readonly u: () => unknown;
}

/**
 * polywasm parses at once, and turns a function into JavaScript text on its first call. It hands the text to `Function`, which is
 * stood in for here: so each function can be called once for its text, which is never compiled and never run.
 */
export async function loadPolywasmText(bytes: Uint8Array<ArrayBuffer>): Promise<() => TextPass> {
  const name: string = 'polywasm';
  const { WebAssembly: polywasm } = (await import(name)) as { WebAssembly: Polywasm };
  const imports = importsOf(bytes, polywasm);
  const RealFunction = globalThis.Function;
  return () => {
    const parsing = new Stopwatch();
    const module = new polywasm.Module(bytes);
    const parse = parsing.elapsed();

    const exported: LazyFunction[] = [];
    let functions: readonly (() => unknown)[] = [];
    // No arrow function: it is called with `new`.
    const standIn = function (...parameters: string[]) {
      return parameters[1] === 'F'
        ? (all: typeof functions) => {
            functions = all;
            return () => 0;
          }
        : (lazy: LazyFunction) => {
            exported.push(lazy);
            return () => 0;
          };
    };
    globalThis.Function = standIn as unknown as FunctionConstructor;
    try {
      new polywasm.Instance(module, imports);
      const writing = new Stopwatch();
      for (const lazy of exported) {
        if (functions.length === 0 && typeof lazy.u === 'function') attempt(lazy.u);
      }
      if (functions.length === 0) throw new Error('polywasm showed none of its functions');
      let refusedFunctions = 0;
      for (const write of functions) if (!attempt(write)) refusedFunctions++;
      return { parse, text: writing.elapsed(), refusedFunctions };
    } finally {
      globalThis.Function = RealFunction;
    }
  };
}

function attempt(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch {
    return false;
  }
}

/** Something of the right kind for every import. */
function importsOf(bytes: Uint8Array<ArrayBuffer>, polywasm: Polywasm): object {
  const imports: Record<string, Record<string, unknown>> = {};
  const { imports: descriptors } = parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
  for (const { module, name, type } of descriptors) {
    const standIns: Readonly<Record<string, () => unknown>> = {
      function: () => () => 0,
      memory: () => new polywasm.Memory({ initial: 1024, maximum: 1024 }),
      table: () => new polywasm.Table({ element: 'anyfunc', initial: 65_536 }),
      global: () => 0,
    };
    (imports[module] ??= {})[name] = standIns[type.kind]?.();
  }
  return imports;
}
