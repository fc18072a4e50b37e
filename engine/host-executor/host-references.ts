import { ExecutorError } from '../errors.js';
import type { Func } from '../runtime/func.js';
import type { Instance } from '../runtime/instance.js';
import type { Store } from '../runtime/store.js';
import { checkFunctionReference } from '../runtime/value.js';
import { ValueType } from '../types/value-type.js';
import type { HostFunction, HostTable } from '../host/web-assembly.js';

/** Functions of an instance that no export names, and the host's table that holds them in this order. */
interface HiddenFunctions {
  readonly instance: Instance;
  readonly functions: Uint32Array;
  readonly table: HostTable;
}

/** Tables that were collected are forgotten when there are twice as many as before, and so many. */
const FEW_TABLES = 64;

/** Which function of a store is which function of the host's. */
export class HostReferences {
  private readonly known = new WeakMap<HostFunction, Func>();
  /** An instance and its table hold each other, so that either leads to the functions; nothing else holds them here. */
  private readonly hiddenOfInstance = new WeakMap<Instance, HiddenFunctions>();
  private readonly hiddenOfTable = new WeakMap<HostTable, HiddenFunctions>();
  private hiddenTables: WeakRef<HostTable>[] = [];
  private prunedAt = 0;

  constructor(
    private readonly store: Store,
    /** Makes the host's function for a function of the embedder's. */
    private readonly wrap: (func: Func) => HostFunction,
  ) {}

  /** A reference, as the API has it, for one of the host's. */
  toValue(type: ValueType, reference: unknown): unknown {
    return type === ValueType.FuncRef && reference !== null
      ? this.func(reference as HostFunction)
      : reference;
  }

  /** The host's reference for one of the API's. @throws TypeError when it is not of the type, or a function of another store */
  toHost(type: ValueType, value: unknown): unknown {
    if (type !== ValueType.FuncRef) return value;
    checkFunctionReference(this.store, value);
    return value === null ? null : this.hostFunction(value as Func);
  }

  /** Notes that the host knows `func` by this function; it may know it by several. */
  bind(func: Func, hostFunction: HostFunction): void {
    this.known.set(hostFunction, func);
    if (func.embedderFunction === null) func.hostFunction ??= hostFunction;
  }

  /** Makes the functions known that no export names. */
  addHidden(hidden: HiddenFunctions): void {
    this.hiddenOfInstance.set(hidden.instance, hidden);
    this.hiddenOfTable.set(hidden.table, hidden);
    this.hiddenTables.push(new WeakRef(hidden.table));
    if (this.hiddenTables.length < 2 * this.prunedAt + FEW_TABLES) return;
    this.hiddenTables = this.hiddenTables.filter((table) => table.deref() !== undefined);
    this.prunedAt = this.hiddenTables.length;
  }

  /** The host's function for `func`. @throws ExecutorError for a function that nothing leads to. */
  hostFunction(func: Func): HostFunction {
    if (func.hostFunction === undefined) {
      const hostFunction = func.embedderFunction === null ? this.find(func) : this.wrap(func);
      func.hostFunction = hostFunction;
      this.known.set(hostFunction, func);
    }
    return func.hostFunction as HostFunction;
  }

  private find(func: Func): HostFunction {
    const hidden = func.instance === undefined ? undefined : this.hiddenOfInstance.get(func.instance);
    const at = hidden?.functions.indexOf(func.index) ?? -1;
    if (hidden !== undefined && at >= 0) return hidden.table.get(at) as HostFunction;
    throw new ExecutorError(
      `function ${func.index} is neither exported nor referred to: the executor "host" cannot reach it, the executor "interpreter" can`,
    );
  }

  private func(hostFunction: HostFunction): Func {
    const known = this.known.get(hostFunction);
    if (known !== undefined) return known;
    // The name of an exported function is its index (JavaScript API, "name of the WebAssembly function").
    const index = Number(hostFunction.name);
    for (const reference of this.hiddenTables) {
      const held = reference.deref();
      const hidden = held === undefined ? undefined : this.hiddenOfTable.get(held);
      if (hidden === undefined) continue;
      const { instance, functions, table } = hidden;
      const at = functions.indexOf(index);
      if (at < 0 || table.get(at) !== hostFunction) continue;
      const func = instance.functionAt(index);
      this.bind(func, hostFunction);
      return func;
    }
    throw new ExecutorError('a function of an instance that could not be made cannot be told on the host');
  }
}
