import { counted } from '../counted.js';
import { ExecutorError, LinkError } from '../errors.js';
import type { CallTier, Execution, ImportedExterns, ValueForm } from '../runtime/engine-parts.js';
import type { Caller, Func } from '../runtime/func.js';
import { Global } from '../runtime/global.js';
import { embedderResults } from '../runtime/embedder-results.js';
import { Instance } from '../runtime/instance.js';
import type { Module } from '../runtime/module.js';
import type { Store } from '../runtime/store.js';
import { shareTaken } from '../runtime/store-holdings.js';
import type { ModuleNeeds } from '../runtime/store-room.js';
import {
  bitsOfValue,
  checkRaw,
  checkValue,
  checkValueFor,
  type RawValue,
  type Value,
  valueOfBits,
} from '../runtime/value.js';
import type { GlobalType, MemoryType, TableType } from '../types/external-type.js';
import { functionType } from '../types/function-type.js';
import { ValueType } from '../types/value-type.js';
import { HostGlobalCell } from './host-global.js';
import { checkHostMemory, checkHostTable } from './injection/host-limits.js';
import { HostHoldings } from './host-holdings.js';
import { HostMemory } from './host-memory.js';
import { HostMeter } from './host-meter.js';
import { hostModuleOf } from './host-module.js';
import { HOST_STACK } from './host-stack.js';
import { HostCall, type HostCallOwner } from './host-call.js';
import { SUSPENSION } from './suspension.js';
import type { AsyncCallState } from '../runtime/async-call-state.js';
import { HostReferences } from './host-references.js';
import { requireStackForRecursion, requireWaitingStack } from '../host/host-stack-room.js';
import { HostTable } from './host-table.js';
import {
  MEMORY_MAXIMUM_PREFIX,
  MeterImport,
  PAID_IMPORT_PREFIX,
  TABLE_MAXIMUM_PREFIX,
} from './injection/inject-fuel.js';
import { instanceFor } from './link.js';
import type { PaidFunctions } from './paid-functions.js';
import {
  crossesExactly,
  plainCallee,
  rawCaller,
  vectorCallee,
  waitingCaller,
  withReferences,
} from './value-bridge.js';
import { waitingCallee } from './waiting-callee.js';
import {
  type HostCompiledModule,
  type HostFunction,
  type HostGlobal,
  type HostImports,
  type HostLinearMemory,
  type HostLinkedInstance,
  type HostTable as HostTableObject,
  hostWebAssembly,
} from '../host/web-assembly.js';

/** Whether its segments may leave functions in tables of others, which keep an instance alive that failed after. */
function writesImportedTables({ parsed }: Module): boolean {
  if (parsed.importedTableCount === 0) return false;
  for (const { mode, tableIndex } of parsed.elements)
    if (mode === 'active' && tableIndex < parsed.importedTableCount) return true;
  return false;
}

function reportFirstCalls(paidFunctions: ReadonlyMap<Module, PaidFunctions>): void {
  for (const [module, paid] of paidFunctions) {
    for (const definedIndex of paid.takeNew())
      reportFirstCall(module, module.parsed.importedFunctionCount + definedIndex);
  }
}

/** The host's WebAssembly at work in one store, on modules that meter themselves. */
export class HostExecution implements Execution, HostCallOwner {
  readonly meter = new HostMeter();
  private readonly references: HostReferences;
  private readonly paidFunctions = new Map<Module, PaidFunctions>();
  private readonly rawCallers = new WeakMap<Func, (values: readonly RawValue[]) => RawValue[]>();
  private readonly waitingCallers = new WeakMap<Func, (values: readonly RawValue[]) => Promise<unknown>>();
  readonly holdings: HostHoldings;
  ran: CallTier | undefined;
  /** Calls from outside that are running, one in another. */
  private depth = 0;
  /** When meters were last told before what they are owed of this store: see Observers.owe. */
  private owedSince = -1;
  /** The instance that the innermost of them went to. */
  private entered: Instance | undefined;

  constructor(readonly store: Store) {
    requireStackForRecursion(store.limits);
    if (store.engine.resumable) requireWaitingStack(store.limits);
    this.references = new HostReferences(store, (func) => this.wrapped(func));
    this.holdings = new HostHoldings(store.limits);
  }

  get fuel(): bigint {
    return this.meter.fuel;
  }

  set fuel(fuel: bigint) {
    this.meter.fuel = fuel;
  }

  // Parts of a store

  newMemory(type: MemoryType): HostMemory {
    const memory = HostMemory.make(this.store, type);
    this.holdings.seeMemory(memory.hostObject);
    return memory;
  }

  newTable(type: TableType, ...initial: [value?: unknown]): HostTable {
    if (initial.length > 0) this.references.toHost(type.element, initial[0]);
    const table = HostTable.make(this.store, type, this.references);
    this.holdings.seeTable(table.hostObject);
    if (initial.length > 0 && initial[0] !== null) {
      for (let i = 0; i < type.limits.minimum; i++) table.set(i, initial[0]);
    }
    return table;
  }

  newGlobal(type: GlobalType, initial: RawValue): HostGlobalCell {
    return HostGlobalCell.make(type, initial, this.references);
  }

  instantiate(module: Module, imports: ImportedExterns, needs: ModuleNeeds): Instance {
    const { meter, references, store } = this;
    const { parsed } = module;
    const { compiled, injected, invalidFunctions } = hostModuleOf(module);
    const tables = [...imports.tables];
    const memories = [...imports.memories];
    const globals = [...imports.globals];
    for (const type of parsed.memories.slice(memories.length)) checkHostMemory(type);
    for (const type of parsed.tables.slice(tables.length)) checkHostTable(type);
    const instance = new Instance(store, module, imports.functions, tables, memories, globals);

    const hasInvalid = invalidFunctions.size > 0;
    const tableTag = meter.reserveTableTags(Math.max(parsed.tables.length, hasInvalid ? 1 : 0));
    if (hasInvalid) meter.setInvalidFunctions(tableTag, invalidFunctions);
    imports.tables.forEach((table, i) => meter.setTable(tableTag + i, (table as HostTable).hostObject));
    const given = this.importValues(instance, imports);
    const added: Record<string, HostGlobal | HostFunction> = {
      ...meter.imports(tableTag),
      [MeterImport.StoreMemory]: this.holdings.memoryGlobal,
      [MeterImport.StoreTable]: this.holdings.tableGlobal,
      ...this.growthLimits(module, imports),
    };
    if (injected.resumable) {
      const { refused, wait } = SUSPENSION.functions;
      added[MeterImport.Refused] = refused;
      added[MeterImport.Wait] = wait;
    }
    this.paidBy(module).globals.forEach((global, i) => (added[`${PAID_IMPORT_PREFIX}${i}`] = global));
    const { exports } = this.run(instance, () => this.link(instance, compiled, inOrder(given, added), needs));

    for (const name of injected.memoryExports) this.holdings.seeMemory(exports[name] as HostLinearMemory);
    injected.tableExports.forEach((name, i) => {
      const table = exports[name] as HostTableObject;
      this.holdings.seeTable(table);
      meter.setTable(tableTag + parsed.importedTableCount + i, table);
    });
    for (const [position, { kind, index }] of parsed.exports.entries()) {
      const object = exports[position];
      switch (kind) {
        case 'function':
          references.bind(instance.functionAt(index), object as HostFunction);
          break;
        case 'table':
          tables[index] ??= new HostTable(
            store,
            parsed.tables[index]!,
            references,
            object as HostTableObject,
          );
          break;
        case 'memory':
          if (memories[index] === undefined) {
            const type = parsed.memories[index]!;
            memories[index] = new HostMemory(store, type, object as HostLinearMemory);
          }
          break;
        case 'global': {
          const type = parsed.globals[index]!;
          globals[index] ??= new Global(
            store,
            type,
            new HostGlobalCell(type, references, object as HostGlobal),
          );
        }
      }
    }
    const { functionTable, startExport } = injected;
    if (functionTable !== undefined) {
      const { exportName, functions } = functionTable;
      references.addHidden({ instance, functions, table: exports[exportName] as HostTableObject });
    }
    instance.fillExports();
    if (startExport !== undefined) {
      const start = instance.functionAt(parsed.startFunctionIndex!);
      this.enter(start, exports[startExport] as () => void, instance);
    }
    return instance;
  }

  /** Links, and holds what the module defines: a trap of its segments leaves what imported tables have been given. */
  private link(
    instance: Instance,
    compiled: HostCompiledModule,
    imports: HostImports,
    needs: ModuleNeeds,
  ): HostLinkedInstance {
    const { holdings } = this;
    holdings.take('instances', 1);
    holdings.take('memoryBytes', needs.memoryBytes);
    holdings.take('tableElements', needs.tableElements);
    const share = shareTaken(instance, holdings, 'instances', 1);
    try {
      const { parsed } = instance.module;
      const asked = {
        memories: parsed.memories.length - parsed.importedMemoryCount,
        tables: parsed.tables.length - parsed.importedTableCount,
      };
      return instanceFor(compiled, imports, asked, holdings);
    } catch (error) {
      if (error instanceof LinkError) {
        share.giveBack();
        holdings.give('memoryBytes', needs.memoryBytes);
        holdings.give('tableElements', needs.tableElements);
      } else if (writesImportedTables(instance.module)) holdings.keepAll();
      else holdings.recountAfter(instance);
      throw error;
    }
  }

  /** The host's objects for a module's imports, in their order. */
  private importValues(instance: Instance, imports: ImportedExterns): unknown[] {
    const next = { function: 0, table: 0, memory: 0, global: 0 };
    const adapters = new Map<Func, HostFunction>();
    const adapterOf = (func: Func) => {
      let adapter = adapters.get(func);
      if (adapter === undefined) adapters.set(func, (adapter = this.importable(func, instance)));
      return adapter;
    };
    return instance.module.imports.map(({ type }) => {
      const index = next[type.kind]++;
      switch (type.kind) {
        case 'function': {
          const func = imports.functions[index]!;
          return func.embedderFunction === null ? this.references.hostFunction(func) : adapterOf(func);
        }
        case 'table':
          return (imports.tables[index] as HostTable).hostObject;
        case 'memory':
          return (imports.memories[index] as HostMemory).hostObject;
        case 'global':
          return (imports.globals[index]!.cell as HostGlobalCell).hostObject;
      }
    });
  }

  /** How far each memory and table of an instance may grow: its own maximum, and the limits of the store it was made in. */
  private growthLimits({ parsed }: Module, imports: ImportedExterns): Record<string, HostGlobal> {
    const { Global: HostGlobal } = hostWebAssembly();
    const { maximumMemoryBytes, maximumTableElements } = this.store.limits;
    const limit = (units: number) => new HostGlobal({ value: 'i64', mutable: false }, BigInt(units));
    const limits: Record<string, HostGlobal> = {};
    parsed.memories.forEach(({ limits: { maximum }, pageSizeLog2 }, i) => {
      const imported = imports.memories[i] as HostMemory | undefined;
      const enforced = Math.floor(maximumMemoryBytes / 2 ** pageSizeLog2);
      limits[`${MEMORY_MAXIMUM_PREFIX}${i}`] = limit(
        imported?.maximumPages ?? Math.min(maximum ?? enforced, enforced),
      );
    });
    parsed.tables.forEach(({ limits: { maximum } }, i) => {
      const imported = imports.tables[i] as HostTable | undefined;
      limits[`${TABLE_MAXIMUM_PREFIX}${i}`] = limit(
        imported?.maximumSize ?? Math.min(maximum ?? maximumTableElements, maximumTableElements),
      );
    });
    return limits;
  }

  private paidBy(module: Module): PaidFunctions {
    let paid = this.paidFunctions.get(module);
    if (paid === undefined) {
      paid = hostModuleOf(module).paidFunctions();
      this.paidFunctions.set(module, paid);
    }
    return paid;
  }

  // Calls into the host's WebAssembly

  call(func: Func, values: readonly unknown[], form: ValueForm): unknown[] {
    return form === 'raw' ? this.callRaw(func, values) : this.callValues(func, values);
  }

  private callValues(func: Func, values: readonly Value[]): Value[] {
    const { parameters, results } = func.type;
    checkCount(parameters, values);
    if (func.embedderFunction !== null) return this.callDirectly(func, values);
    const operands = new Array<unknown>(values.length);
    for (let i = 0; i < operands.length; i++) {
      const type = parameters[i]!;
      checkValue(type, values[i]);
      operands[i] = this.references.toHost(type, values[i]);
    }
    if (hasVector(func)) {
      const raw = this.callRaw(
        func,
        values.map((value, i) => bitsOfValue(parameters[i]!, value)),
      );
      return raw.map((value, i) => valueOfBits(results[i]!, value));
    }
    const target = this.references.hostFunction(func);
    const answer = this.enter(func, () => target(...operands));
    return this.answers(results, answer);
  }

  private callRaw(func: Func, values: readonly RawValue[]): RawValue[] {
    const { references } = this;
    const { parameters, results } = func.type;
    checkCount(parameters, values);
    if (func.embedderFunction !== null || (crossesExactly(parameters) && crossesExactly(results))) {
      const answers = this.callValues(
        func,
        values.map((value, i) => valueOfBits(parameters[i]!, value)),
      );
      return answers.map((value, i) => bitsOfValue(results[i]!, value));
    }
    let call = this.rawCallers.get(func);
    if (call === undefined) {
      call = rawCaller(references.hostFunction(func), func.type);
      this.rawCallers.set(func, call);
    }
    const caller = call;
    const operands = values.map((value, i) => {
      checkRaw(this.store, parameters[i]!, value);
      return references.toHost(parameters[i]!, value);
    });
    const answers = this.enter(func, () => caller(operands));
    return answers.map((answer, i) => references.toValue(results[i]!, answer));
  }

  callResumable(): never {
    throw new ExecutorError(
      'the executor "host" cannot resume calls at once: use callResumableAsync, call, or an engine with the executor "interpreter"',
    );
  }

  /** See Execution.callResumableAsync. */
  async callResumableAsync(
    func: Func,
    values: readonly unknown[],
    form: ValueForm,
    isInTurns: boolean,
  ): Promise<AsyncCallState<unknown>> {
    const { parameters, results } = func.type;
    if (func.embedderFunction !== null) return { state: 'finished', results: this.call(func, values, form) };
    this.requireResumable(isInTurns);
    checkCount(parameters, values);
    const operands = values.map((value, i) => this.operand(parameters[i]!, value, form));
    const caller = this.waitingCallerOf(func);
    const call = new HostCall(
      this,
      func,
      () => caller(operands),
      (numbers, references) =>
        withReferences(func.type, numbers, references).map((raw, i) => {
          const value = this.references.toValue(results[i]!, raw);
          return form === 'raw' ? value : valueOfBits(results[i]!, value);
        }),
    );
    return call.start(isInTurns);
  }

  private requireResumable(isInTurns: boolean): void {
    const { engine } = this.store;
    if (engine.resumable) return;
    const instead = isInTurns ? 'leave store.fuelYieldInterval undefined' : 'use call';
    throw new ExecutorError(
      `this engine cannot suspend calls: make it with resumable: true where the host knows WebAssembly.Suspending (Node 24), ${instead}, or use the executor "interpreter"`,
    );
  }

  /** An argument as it crosses bit by bit, references being the host's. */
  private operand(type: ValueType, value: unknown, form: ValueForm): RawValue {
    if (form === 'raw') checkRaw(this.store, type, value);
    else checkValue(type, value as Value);
    return this.references.toHost(type, form === 'raw' ? value : bitsOfValue(type, value as Value));
  }

  private waitingCallerOf(func: Func): (values: readonly RawValue[]) => Promise<unknown> {
    let caller = this.waitingCallers.get(func);
    if (caller === undefined) {
      const target = this.references.hostFunction(func);
      caller = waitingCaller(target, func.type, (numbers) => SUSPENSION.finished(numbers));
      this.waitingCallers.set(func, caller);
    }
    return caller;
  }

  /** See HostCallOwner. */
  reenter<Result>({ instance }: Func, work: () => Result): Result {
    const outer = this.entered;
    this.entered = instance;
    this.depth++;
    this.ran = 'host';
    try {
      return HOST_STACK.within(work);
    } finally {
      this.depth--;
      this.entered = outer;
    }
  }

  beginStretch(): void {
    this.beginTelling();
  }

  endStretch(): void {
    if (this.store.engine.observers.hearCompiling) reportFirstCalls(this.paidFunctions);
  }

  /** Before functions are called for the first time, perhaps: whether that is to be told as soon as they return. */
  private beginTelling(): boolean {
    const { observers } = this.store.engine;
    if (!observers.hearCompiling) return false;
    const isAtOnce = observers.hearEvents;
    if (this.owedSince === observers.settled) {
      if (isAtOnce) observers.settle();
      return isAtOnce;
    }
    const { paidFunctions } = this;
    for (const paid of paidFunctions.values()) paid.takeNew();
    if (isAtOnce) return true;
    this.owedSince = observers.settled;
    // It keeps no store alive.
    observers.owe(() => reportFirstCalls(paidFunctions));
    return false;
  }

  /** Runs a call from outside, which claims its place on the stack. */
  enter<Result>(func: Func, step: () => Result, instance = func.instance): Result {
    const { parameters, results } = func.type;
    const slots = Math.max(parameters.length, results.length);
    this.ran = 'host';
    return HOST_STACK.during(this.store.limits, slots, () => this.run(instance, step));
  }

  /** Runs a step that goes into the host's WebAssembly, with its traps turned into the engine's. */
  private run<Result>(instance: Instance | undefined, step: () => Result): Result {
    const outer = this.entered;
    this.entered = instance;
    this.depth++;
    const isReported = this.depth === 1 && this.beginTelling();
    try {
      return this.meter.run(step);
    } finally {
      this.depth--;
      this.entered = outer;
      if (isReported) reportFirstCalls(this.paidFunctions);
    }
  }

  /** What a function of the host's WebAssembly returned, as the API's values. */
  private answers(types: readonly ValueType[], answer: unknown): Value[] {
    if (types.length === 0) return [];
    const answers = types.length === 1 ? [answer] : (answer as unknown[]);
    for (let i = 0; i < types.length; i++) answers[i] = this.references.toValue(types[i]!, answers[i]);
    return answers;
  }

  // Calls out to the embedder's functions

  /** A call of the embedder's function by the embedder. */
  private callDirectly(func: Func, values: readonly Value[]): Value[] {
    const { parameters, results } = func.type;
    const crossing = (type: ValueType, value: Value) => {
      checkValueFor(this.store, type, value);
      return valueOfBits(type, bitsOfValue(type, value));
    };
    const operands = values.map((value, i) => crossing(parameters[i]!, value));
    return HOST_STACK.during(this.store.limits, Math.max(parameters.length, results.length), () => {
      const answers = this.perform(func, this.entered, operands);
      return results.map((type, i) => crossing(type, answers[i]));
    });
  }

  private perform(func: Func, instance: Instance | undefined, values: Value[]): readonly Value[] {
    const caller: Caller = {
      store: this.store,
      instance,
      getMemory: (name) => instance?.getMemory(name),
    };
    return embedderResults(func.type.results.length, func.embedderFunction!(caller, ...values));
  }

  /** What the host imports for a function of the embedder's: called from `instance`, or else from where the call went in. */
  private importable(func: Func, instance: Instance | undefined): HostFunction {
    const { meter, references } = this;
    const { parameters, results } = func.type;
    const answersTo = (values: unknown[]) => {
      for (let i = 0; i < values.length; i++) values[i] = references.toValue(parameters[i]!, values[i]);
      return this.perform(func, instance ?? this.entered, values);
    };
    const neutral = results.map(neutralValue);
    const crossAll = (answers: readonly unknown[]) => {
      if (answers.length !== results.length)
        throw new TypeError(
          `the embedder function gives ${counted(results.length, 'results')}, not ${answers.length}`,
        );
      return results.map((type, i) => this.checked(type, answers[i]));
    };
    if (hasVector(func)) {
      const callee = meter.embedderFunction((values: unknown[]) => crossAll(answersTo(values)), {
        neutral,
        cross: crossAll,
      });
      return this.bound(func, vectorCallee(callee, func.type), () =>
        vectorCallee(() => SUSPENSION.answers as unknown[], functionType([], results)),
      );
    }
    const cross = (answers: readonly unknown[]) => {
      const crossed = crossAll(answers);
      return crossed.length === 1 ? crossed[0] : crossed;
    };
    const callee = meter.embedderFunction(
      (...values: unknown[]) => {
        const answers = answersTo(values);
        return results.length === 1 ? this.checked(results[0]!, answers[0]) : cross(answers);
      },
      { neutral: results.length === 1 ? neutral[0] : neutral, cross },
    );
    return this.store.engine.resumable ? this.bound(func, callee, () => () => SUSPENSION.answers) : callee;
  }

  /** The host's function, which waits where calls can be suspended, for an embedder function. `answers` makes what it gives then. */
  private bound(func: Func, callee: HostFunction, answers: () => HostFunction): HostFunction {
    const hostFunction = this.store.engine.resumable ? waitingCallee(callee, answers(), func.type) : callee;
    this.references.bind(func, hostFunction);
    return hostFunction;
  }

  private checked(type: ValueType, value: Value): unknown {
    checkValue(type, value);
    return this.references.toHost(type, value);
  }

  /** A function of the host's WebAssembly for one of the embedder's: tables and references take no other. */
  private wrapped(func: Func): HostFunction {
    const importable = this.importable(func, undefined);
    return hasVector(func) || this.store.engine.resumable ? importable : plainCallee(importable, func.type);
  }
}

/** Reports the compiling that a store has just paid for, which the host did out of sight. */
function reportFirstCall(module: Module, functionIndex: number): void {
  if (hostModuleOf(module).invalidFunctions.has(functionIndex)) return;
  const { engine } = module;
  const bodyBytes = module.bodyBytes(functionIndex);
  const { translate, validate } = module.firstCallFuel(functionIndex);
  if (engine.compilationMode === 'lazy')
    engine.report(module, 'validate', functionIndex, bodyBytes, validate, 0);
  engine.report(module, 'translate', functionIndex, bodyBytes, translate, 0);
}

/** Some value of a type, as it crosses. */
function neutralValue(type: ValueType): unknown {
  switch (type) {
    case ValueType.I64:
      return 0n;
    case ValueType.V128:
      return new Uint8Array(16);
    default:
      return type === ValueType.FuncRef || type === ValueType.ExternRef ? null : 0;
  }
}

function hasVector({ type }: Func): boolean {
  return type.parameters.includes(ValueType.V128) || type.results.includes(ValueType.V128);
}

function checkCount(parameters: readonly ValueType[], values: readonly unknown[]): void {
  if (values.length !== parameters.length) {
    throw new TypeError(
      `the function takes ${counted(parameters.length, 'arguments')}, not ${values.length}`,
    );
  }
}

/**
 * An import object that gives `given` one after the other, as the host reads a module's imports (JavaScript API, "read the
 * imports"), and by name the `added` ones behind them. Two imports of one name may be different things.
 */
function inOrder(given: readonly unknown[], added: Readonly<Record<string, unknown>>): HostImports {
  let next = 0;
  const names = new Proxy(added, {
    get: (_, name) => (next < given.length ? given[next++] : added[name as string]),
  });
  return new Proxy({}, { get: () => names });
}
