import {
  Engine,
  Func,
  Global,
  Linker,
  Memory,
  Store,
  Table,
  type Extern,
  type Instance,
  type Module,
  type Value,
  ValueType,
} from '@wasm-dyno/engine';
import { answeringInvalidModules } from './loaded-module.js';

/** What runs functions in this process: the engine's interpreter, unless it is told otherwise. */
export const EXECUTOR = process.argv.includes('--executor=host') ? 'host' : 'interpreter';

/** Enough for whatever runs before the part that is measured. */
const PLENTY = 1n << 60n;

export interface FreshInstance {
  readonly engine: Engine;
  readonly store: Store;
  readonly module: Module;
  readonly instance: Instance;
  /** What loading the module took: parsing, in the lazy mode. */
  readonly loadNanoseconds: number;
}

/** An engine that compiles functions at their first call. */
export function lazyEngine(): Engine {
  return new Engine({ compilationMode: 'lazy', executor: EXECUTOR });
}

/**
 * A fresh module, store and instance: nothing of it has been compiled. Imports are stand-ins: functions that
 * return zeros, memories and tables of the wanted size, globals holding zero.
 */
export function freshInstance(bytes: Uint8Array, engine = lazyEngine()): FreshInstance {
  const begin = performance.now();
  const module = answeringInvalidModules(() => engine.compile(bytes));
  const loadNanoseconds = (performance.now() - begin) * 1e6;
  const store = new Store(engine, { fuel: PLENTY });
  const linker = new Linker(engine);
  for (const { module: from, name, type } of module.imports) {
    linker.define(from, name, standIn(store, type));
  }
  return { engine, store, module, instance: linker.instantiate(store, module), loadNanoseconds };
}

function standIn(store: Store, type: Module['imports'][number]['type']): Extern {
  switch (type.kind) {
    case 'function':
      return Func.wrap(store, type.type, () => type.type.results.map(zeroOf));
    case 'memory':
      return Memory.create(store, type);
    case 'table':
      return Table.create(store, type);
    case 'global':
      return Global.create(store, type, zeroOf(type.value));
  }
}

export function zeroOf(type: ValueType): Value {
  switch (type) {
    case ValueType.I32:
    case ValueType.F32:
    case ValueType.F64:
      return 0;
    case ValueType.I64:
      return 0n;
    case ValueType.V128:
      return new Uint8Array(16);
    default:
      return null;
  }
}

/** A value as the protocol writes it: integers in decimal, floats as JavaScript prints them. */
export function valueFromText(type: ValueType, text: string): Value {
  switch (type) {
    case ValueType.I32:
      return Number(BigInt.asIntN(32, BigInt(text)));
    case ValueType.I64:
      return BigInt.asIntN(64, BigInt(text));
    case ValueType.F32:
    case ValueType.F64:
      return Number(text);
    default:
      return zeroOf(type);
  }
}
