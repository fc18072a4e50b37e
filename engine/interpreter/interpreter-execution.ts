import { ResourceLimitError } from '../errors.js';
import type { TranslatedFunction } from '../translate/translated-function.js';
import { CallStack, type CallStackOwner } from './call-stack.js';
import { Memory } from '../runtime/memory.js';
import { Table } from '../runtime/table.js';
import type { GlobalType, MemoryType, TableType } from '../types/external-type.js';
import type { CallTier, Execution, ImportedExterns, ValueForm } from '../runtime/engine-parts.js';
import type { Caller, Func } from '../runtime/func.js';
import { embedderResults } from '../runtime/embedder-results.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { GlobalSlot, GlobalValues } from './global-values.js';
import type { Instance } from '../runtime/instance.js';
import { instantiate } from './instantiate.js';
import { call, callResumable } from './invocation.js';
import { readValue, writeValue } from './register-values.js';
import type { Resumable } from '../runtime/resumable-call.js';
import type { Module } from '../runtime/module.js';
import type { Store } from '../runtime/store.js';
import { INVALID_CALL_FUEL } from '../fuel/index.js';
import { StoreHoldings } from '../runtime/store-holdings.js';
import type { RawValue, Value } from '../runtime/value.js';

/** The interpreter at work in one store: its call stack, its globals, and which functions are paid for. */
export class InterpreterExecution implements Execution, CallStackOwner {
  readonly globals = new GlobalValues();
  readonly stack: CallStack;
  readonly holdings: StoreHoldings;
  /** Per module: which of its functions this store has paid for. */
  private readonly paidFunctions = new Map<Module, Uint8Array>();

  constructor(readonly store: Store) {
    this.stack = new CallStack(store.limits, this.globals, this);
    this.holdings = new StoreHoldings(store.limits);
  }

  get fuel(): bigint {
    return this.stack.fuel;
  }

  set fuel(fuel: bigint) {
    this.stack.fuel = fuel;
  }

  get ran(): CallTier | undefined {
    return this.stack.ran;
  }

  set ran(tier: CallTier | undefined) {
    this.stack.ran = tier;
  }

  newMemory(type: MemoryType): Memory {
    return new Memory(this.store, type);
  }

  newTable(type: TableType, ...initial: [value?: unknown]): Table {
    return new Table(this.store, type, ...initial);
  }

  newGlobal(type: GlobalType, initial: RawValue): GlobalSlot {
    const slot = new GlobalSlot(this.globals, type.value);
    slot.raw = initial;
    return slot;
  }

  instantiate(module: Module, imports: ImportedExterns): Instance {
    return instantiate(this.store, this.globals, module, imports);
  }

  call(func: Func, values: readonly unknown[], form: ValueForm): unknown[] {
    return call(this.stack, func, values, form);
  }

  callResumable(func: Func, values: readonly unknown[], form: ValueForm): Resumable<unknown> {
    return callResumable(this.stack, func, values, form);
  }

  inTurn<Result>(fuel: bigint, run: () => Result): Result {
    return this.stack.inTurn(fuel, run);
  }

  /** Makes a function ready on its first use in this store: see CallStackOwner. */
  prepare(func: Func): boolean {
    const { engine } = this.store;
    const module = func.instance!.module;
    const { index } = func;
    const definedIndex = index - module.parsed.importedFunctionCount;
    let paid = this.paidFunctions.get(module);
    if (paid === undefined) {
      paid = new Uint8Array(module.parsed.bodyLengths.length);
      this.paidFunctions.set(module, paid);
    }
    const isPaid = paid[definedIndex] !== 0 || (engine.shareCompilation && module.isCompiled(index));
    let charged: { validate: bigint; translate: bigint } | undefined;
    if (!isPaid) {
      module.weighForFirstCall(index, this.stack.fuel);
      charged = module.firstCallFuel(index);
      if (!this.stack.chargeStep(charged.validate + charged.translate, 'compiling')) {
        const bodyBytes = module.bodyBytes(index).toLocaleString('en');
        this.stack.requiredStep = `compiling function ${index} (${bodyBytes} bytes)`;
        return false;
      }
      paid[definedIndex] = 1;
    }
    const invalid = module.bodyErrorOf(index, charged?.validate);
    if (invalid !== undefined) {
      if (engine.metering.consumeFuel && !this.stack.charge(INVALID_CALL_FUEL)) return false;
      throw invalid;
    }
    const code = this.codeOf(module, index, paid, charged?.translate);
    func.code = code.code;
    func.frameSlots = code.frameSlots;
    func.frameCost = module.parsed.frameCosts[definedIndex]!;
    func.entry = code.entry;
    return true;
  }

  /** The code of a function that is paid for; an attempt that the engine has no room for has to be paid for again. */
  private codeOf(module: Module, index: number, paid: Uint8Array, charged?: bigint): TranslatedFunction {
    try {
      return module.codeOf(index, charged);
    } catch (error) {
      if (error instanceof ResourceLimitError) paid[index - module.parsed.importedFunctionCount] = 0;
      throw error;
    }
  }

  /** Calls an embedder function on registers: see CallStackOwner. */
  callEmbedder(func: Func, argumentsAt: number): boolean {
    const { stack } = this;
    const { files } = stack;
    const { parameters, results } = func.type;
    const values: Value[] = parameters.map((type, i) => readValue(files, argumentsAt + i, type));
    const outer =
      stack.depth > stack.firstDepth ? stack.frameFunctions[stack.depth - 1]?.instance : undefined;
    const instance = outer?.store === this.store ? outer : undefined;
    const caller: Caller = {
      store: this.store,
      instance,
      getMemory: (name) => instance?.getMemory(name),
    };
    let answer: unknown;
    try {
      answer = func.embedderFunction!(caller, ...values);
    } catch (error) {
      if (!OutOfFuelError.isOfUndoneStep(error, this.store)) throw error;
      stack.requireFuel(error.requiredFuel, error.step);
      return false;
    }
    const answers = embedderResults(results.length, answer);
    for (let i = 0; i < results.length; i++)
      writeValue(this.store, files, argumentsAt + i, results[i]!, answers[i]);
    return true;
  }
}
