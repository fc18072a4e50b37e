import { operatorName } from '../binary/operator.js';
import { Trap, type TrapCode } from '../errors.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { hostTrapKind, isStackExhaustion } from './host-trap.js';
import type { HostModule } from './host-module.js';
import { MeterImport, PAID_IMPORT_PREFIX } from './inject-fuel.js';
import { NO_REFUSED_STEP, refusedStepKind, RefusedStepKind, refusedStepSubject } from './refused-step.js';
import { type HostGlobal, type HostTable, hostWebAssembly } from './web-assembly.js';

/** Fuel of a store that was given none: enough for centuries. */
const UNLIMITED_FUEL = 2n ** 63n - 1n;

const NO_TABLE = -1;

/**
 * What instances on the host share: one tank of fuel, which functions are paid for, and what is needed to tell which
 * trap ended a call. Instances of one store may be linked with each other freely.
 */
export class HostStore {
  private readonly fuelGlobal: HostGlobal;
  private readonly requiredGlobal: HostGlobal;
  private readonly stepGlobal: HostGlobal;
  private readonly calledTableGlobal: HostGlobal;
  private readonly calledElementGlobal: HostGlobal;
  /** Tables by tag: those of the first instance, imports first, then those of the second, and so on. */
  private readonly tables: (HostTable | undefined)[] = [];
  private readonly paidGlobals = new Map<HostModule, readonly HostGlobal[]>();
  /** Errors that host functions threw: they pass through WebAssembly as they are. */
  private readonly hostErrors = new WeakSet<object>();
  private addedFuel: bigint;

  /** `fuel`: to start with; practically unlimited unless given. */
  constructor(fuel: bigint | number = UNLIMITED_FUEL) {
    const { Global } = hostWebAssembly();
    const mutable = (value: 'i32' | 'i64', initial: unknown) => new Global({ value, mutable: true }, initial);
    this.addedFuel = checkFuel(fuel);
    this.fuelGlobal = mutable('i64', this.addedFuel);
    this.requiredGlobal = mutable('i64', 0n);
    this.stepGlobal = mutable('i32', NO_REFUSED_STEP);
    this.calledTableGlobal = mutable('i32', NO_TABLE);
    this.calledElementGlobal = mutable('i32', 0);
  }

  /** Fuel left. Setting it does not count as consuming. */
  get fuel(): bigint {
    return this.fuelGlobal.value as bigint;
  }

  set fuel(fuel: bigint | number) {
    const amount = checkFuel(fuel);
    this.addedFuel += amount - this.fuel;
    this.fuelGlobal.value = amount;
  }

  addFuel(fuel: bigint | number): void {
    this.fuel = this.fuel + checkFuel(fuel);
  }

  /** Fuel consumed in this store so far. */
  get consumedFuel(): bigint {
    return this.addedFuel - this.fuel;
  }

  /**
   * Runs `step`, which calls into instances of this store, with the host's traps turned into the engine's.
   *
   * @throws Trap, whose `cause` is the host's own error; OutOfFuelError, which cannot be resumed here; whatever host
   * functions throw, as they threw it; a trap that the host words in an unknown way, as the host threw it.
   */
  run<Result>(step: () => Result): Result {
    // Functions called around this method may have left notes.
    this.calledTableGlobal.value = NO_TABLE;
    this.stepGlobal.value = NO_REFUSED_STEP;
    try {
      return step();
    } catch (error) {
      throw this.translated(error);
    }
  }

  /** A function of the host's, to be imported: what it throws is passed on as it is, even if it looks like a trap. */
  hostFunction<Values extends unknown[], Result>(
    implementation: (...values: Values) => Result,
  ): (...values: Values) => Result {
    return (...values) => {
      try {
        return implementation(...values);
      } catch (error) {
        if (typeof error === 'object' && error !== null) this.hostErrors.add(error);
        throw error;
      }
    };
  }

  /** The globals that an instance of `module` imports. For HostInstance. */
  meterImports(module: HostModule, tableTag: number): Record<string, HostGlobal> {
    const { Global } = hostWebAssembly();
    const imports: Record<string, HostGlobal> = {
      [MeterImport.Fuel]: this.fuelGlobal,
      [MeterImport.Required]: this.requiredGlobal,
      [MeterImport.Step]: this.stepGlobal,
      [MeterImport.CalledTable]: this.calledTableGlobal,
      [MeterImport.CalledElement]: this.calledElementGlobal,
      [MeterImport.TableTag]: new Global({ value: 'i32', mutable: false }, tableTag),
    };
    let paid = module.sharedPaidGlobals ?? this.paidGlobals.get(module);
    if (paid === undefined) {
      paid = module.newPaidGlobals();
      this.paidGlobals.set(module, paid);
    }
    paid.forEach((global, index) => (imports[`${PAID_IMPORT_PREFIX}${index}`] = global));
    return imports;
  }

  /** Makes room for the tables of an instance; returns the tag of its table 0. For HostInstance. */
  reserveTableTags(count: number): number {
    const first = this.tables.length;
    this.tables.length += count;
    return first;
  }

  setTable(tag: number, table: HostTable): void {
    this.tables[tag] = table;
  }

  private translated(error: unknown): unknown {
    const step = this.stepGlobal.value as number;
    this.stepGlobal.value = NO_REFUSED_STEP;
    if (typeof error === 'object' && error !== null && this.hostErrors.has(error)) return error;
    if (error instanceof Trap) return error;
    const { RuntimeError } = hostWebAssembly();
    if (!(error instanceof RuntimeError)) {
      return isStackExhaustion(error) ? withCause(new Trap('stack-exhausted'), error) : error;
    }
    if (step !== NO_REFUSED_STEP) return withCause(this.refusal(step), error);
    const code = this.trapCode(error.message);
    return code === undefined ? error : withCause(new Trap(code), error);
  }

  private refusal(step: number): Trap {
    const kind = refusedStepKind(step);
    if (kind === RefusedStepKind.Conversion) return new Trap('invalid-conversion-to-integer');
    const subject = refusedStepSubject(step);
    const text =
      kind === RefusedStepKind.Block
        ? 'the next basic block'
        : kind === RefusedStepKind.Compilation
          ? `compiling function ${subject}`
          : (operatorName(subject) ?? 'an operator');
    return new OutOfFuelError(this.requiredGlobal.value as bigint, this.fuel, text);
  }

  private trapCode(message: string): TrapCode | undefined {
    const kind = hostTrapKind(message);
    switch (kind) {
      case 'table-or-undefined-element':
        return this.calledTableGlobal.value === NO_TABLE ? 'table-out-of-bounds' : 'undefined-element';
      case 'uninitialized-or-mismatch': {
        const table = this.tables[this.calledTableGlobal.value as number];
        const element = (this.calledElementGlobal.value as number) >>> 0;
        const isNull = table !== undefined && element < table.length && table.get(element) === null;
        return isNull ? 'uninitialized-element' : 'indirect-call-type-mismatch';
      }
      default:
        return kind;
    }
  }
}

function withCause(trap: Trap, cause: unknown): Trap {
  trap.cause = cause;
  return trap;
}

function checkFuel(fuel: bigint | number): bigint {
  const amount = typeof fuel === 'bigint' ? fuel : Number.isSafeInteger(fuel) ? BigInt(fuel) : -1n;
  if (amount < 0n || amount > UNLIMITED_FUEL) {
    throw new RangeError(`fuel is a whole number from 0 to 2^63 - 1, not ${String(fuel)}`);
  }
  return amount;
}
