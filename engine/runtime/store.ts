import type { EnforcedLimits } from '../enforced-limits.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { CallStack, type CallStackOwner } from '../execute/call-stack.js';
import { limitsWith } from '../enforced-limits.js';
import type { Engine } from './engine.js';
import type { Caller, Func } from './func.js';
import { GlobalValues } from './global.js';
import type { Module } from './module.js';
import { readValue, writeValue, type Value } from './value.js';

/** Fuel of a store that was given none: enough for centuries. */
const UNLIMITED_FUEL = 2n ** 63n - 1n;

export interface StoreOptions<Data> {
  /** Fuel to start with; practically unlimited unless given. */
  readonly fuel?: bigint | number;
  /** The host's own data, handed to its functions. */
  readonly data?: Data;
  /** Changes to the engine's limits, for this store. */
  readonly limits?: Partial<EnforcedLimits>;
}

/**
 * What instances live in (spec 4.2.3): their memories, tables and globals, one call stack, one tank of fuel. Nothing of one store
 * may be used in another. A store runs one call at a time.
 */
export class Store<Data = unknown> implements CallStackOwner {
  readonly limits: EnforcedLimits;
  readonly globals = new GlobalValues();
  /** @internal */
  readonly stack: CallStack;
  data: Data;
  private addedFuel: bigint;
  /** Per module: which of its functions this store has paid for. */
  private readonly paidFunctions = new Map<Module, Uint8Array>();

  constructor(
    readonly engine: Engine,
    options: StoreOptions<Data> = {},
  ) {
    this.limits =
      options.limits === undefined ? engine.limits : limitsWith({ ...engine.limits, ...options.limits });
    this.stack = new CallStack(this.limits, this.globals, this);
    this.data = options.data as Data;
    this.addedFuel = checkFuel(options.fuel ?? UNLIMITED_FUEL);
    this.stack.fuel = this.addedFuel;
  }

  /** Fuel left. Setting it does not count as consuming. */
  get fuel(): bigint {
    return this.stack.fuel;
  }

  set fuel(fuel: bigint | number) {
    const amount = checkFuel(fuel);
    this.addedFuel += amount - this.stack.fuel;
    this.stack.fuel = amount;
  }

  /** Fuel consumed in this store so far. */
  get consumedFuel(): bigint {
    return this.addedFuel - this.stack.fuel;
  }

  addFuel(fuel: bigint | number): void {
    this.fuel = this.stack.fuel + checkFuel(fuel);
  }

  /** Charges fuel on behalf of the host. @throws OutOfFuelError, with nothing charged, if it does not suffice. */
  consumeFuel(fuel: bigint | number, step = 'a host function'): void {
    const amount = checkFuel(fuel);
    if (!this.stack.chargeStep(amount, step)) throw new OutOfFuelError(amount, this.stack.fuel, step);
  }

  /** @internal Makes a function ready on its first use in this store: see CallStackOwner. */
  prepare(func: Func): boolean {
    const module = func.instance!.module;
    const { index } = func;
    const definedIndex = index - module.parsed.importedFunctionCount;
    let paid = this.paidFunctions.get(module);
    if (paid === undefined) {
      paid = new Uint8Array(module.parsed.bodyLengths.length);
      this.paidFunctions.set(module, paid);
    }
    const isPaid = paid[definedIndex] !== 0 || (this.engine.shareCompilation && module.isTranslated(index));
    let charged: { validate: bigint; translate: bigint } | undefined;
    if (!isPaid) {
      charged = module.firstCallFuel(index);
      if (!this.stack.chargeStep(charged.validate + charged.translate, 'compiling')) {
        const bodyBytes = module.bodyBytes(index).toLocaleString('en');
        this.stack.requiredStep = `compiling function ${index} (${bodyBytes} bytes)`;
        return false;
      }
      paid[definedIndex] = 1;
    }
    const code = module.codeOf(index, charged);
    func.code = code.code;
    func.frameSlots = code.frameSlots;
    func.entry = code.entry;
    return true;
  }

  /** @internal Calls a host function on registers: see CallStackOwner. */
  callHost(func: Func, argumentsAt: number): void {
    const { stack } = this;
    const { files } = stack;
    const { parameters, results } = func.type;
    const values: Value[] = parameters.map((type, i) => readValue(files, argumentsAt + i, type));
    const outer = stack.depth > 0 ? stack.frameFunctions[stack.depth - 1]?.instance : undefined;
    const instance = outer?.store === this ? outer : undefined;
    const caller: Caller = {
      store: this as Store,
      instance,
      getMemory: (name) => instance?.getMemory(name),
    };
    const answer = func.host!(caller, ...values);
    if (results.length === 0) return;
    if (results.length === 1) {
      // A v128 is an array-like of its own: only a real array is a list of results.
      writeValue(
        files,
        argumentsAt,
        results[0]!,
        Array.isArray(answer) && answer.length === 1 ? (answer[0] as Value) : answer,
      );
      return;
    }
    if (!Array.isArray(answer) || answer.length !== results.length) {
      throw new TypeError(`a host function of ${results.length} results must return an array of them`);
    }
    for (let i = 0; i < results.length; i++)
      writeValue(files, argumentsAt + i, results[i]!, answer[i] as Value);
  }
}

function checkFuel(fuel: bigint | number): bigint {
  const amount = typeof fuel === 'bigint' ? fuel : Number.isSafeInteger(fuel) ? BigInt(fuel) : -1n;
  if (amount < 0n || amount > UNLIMITED_FUEL) {
    throw new RangeError(`fuel is a whole number from 0 to 2^63 - 1, not ${String(fuel)}`);
  }
  return amount;
}
