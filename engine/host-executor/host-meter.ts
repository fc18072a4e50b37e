import { operatorName } from '../binary/operator.js';
import { type CompileError, Trap, type TrapCode } from '../errors.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { isHostStackEnd } from '../host/host-stack-end.js';
import { HOST_STACK } from './host-stack.js';
import { hostTrapKind } from './host-trap.js';
import { MeterImport } from './inject-fuel.js';
import { NO_REFUSED_STEP, refusedStepKind, RefusedStepKind, refusedStepSubject } from './refused-step.js';
import { type HostGlobal, type HostTable, hostWebAssembly } from '../host/web-assembly.js';

const NO_TABLE = -1;

/**
 * What a store's instances on the host share: one tank of fuel, and what is needed to tell which trap ended a call. So
 * they may be linked with each other freely.
 */
export class HostMeter {
  private readonly fuelGlobal: HostGlobal;
  private readonly requiredGlobal: HostGlobal;
  private readonly stepGlobal: HostGlobal;
  private readonly calledTableGlobal: HostGlobal;
  private readonly calledElementGlobal: HostGlobal;
  private readonly calledWideElementGlobal: HostGlobal;
  /** Tables by tag: those of the first instance, imports first, then those of the second, and so on; their instances hold them. */
  private readonly tables: (WeakRef<HostTable> | undefined)[] = [];
  /** What is wrong with the invalid functions of an instance, by the tag of its table 0. */
  private readonly invalidFunctions = new Map<number, ReadonlyMap<number, CompileError>>();
  /** Errors that embedder functions threw: they pass through WebAssembly as they are. */
  private readonly hostErrors = new WeakSet<object>();

  /** Without fuel. */
  constructor() {
    const { Global } = hostWebAssembly();
    const mutable = (value: 'i32' | 'i64', initial: unknown) => new Global({ value, mutable: true }, initial);
    this.fuelGlobal = mutable('i64', 0n);
    this.requiredGlobal = mutable('i64', 0n);
    this.stepGlobal = mutable('i32', NO_REFUSED_STEP);
    this.calledTableGlobal = mutable('i32', NO_TABLE);
    this.calledElementGlobal = mutable('i32', 0);
    this.calledWideElementGlobal = mutable('i64', 0n);
  }

  get fuel(): bigint {
    return this.fuelGlobal.value as bigint;
  }

  set fuel(fuel: bigint) {
    this.fuelGlobal.value = fuel;
  }

  /**
   * Runs `step`, which calls into instances of this store, with the host's traps turned into the engine's.
   *
   * @throws Trap, whose `cause` is the host's own error; OutOfFuelError, which cannot be resumed here; whatever host
   * functions throw, as they threw it; the CompileError of an invalid function that was called; a trap that the host words in an unknown way, as the host threw it.
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
  embedderFunction<Values extends unknown[], Result>(
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

  /** The globals that every instance imports, by name; `tableTag` is of this instance's table 0. */
  imports(tableTag: number): Record<string, HostGlobal> {
    const { Global } = hostWebAssembly();
    return {
      [MeterImport.Fuel]: this.fuelGlobal,
      [MeterImport.Required]: this.requiredGlobal,
      [MeterImport.Step]: this.stepGlobal,
      [MeterImport.CalledTable]: this.calledTableGlobal,
      [MeterImport.CalledElement]: this.calledElementGlobal,
      [MeterImport.CalledWideElement]: this.calledWideElementGlobal,
      [MeterImport.Stack]: HOST_STACK.leftGlobal,
      [MeterImport.TableTag]: new Global({ value: 'i32', mutable: false }, tableTag),
    };
  }

  /** Makes room for the tables of an instance; returns the tag of its table 0. */
  reserveTableTags(count: number): number {
    const first = this.tables.length;
    this.tables.length += count;
    return first;
  }

  /** Makes known what calls of invalid functions end with, in the instance whose table 0 has this tag, which no other one has. */
  setInvalidFunctions(tag: number, errors: ReadonlyMap<number, CompileError>): void {
    this.invalidFunctions.set(tag, errors);
  }

  setTable(tag: number, table: HostTable): void {
    this.tables[tag] = new WeakRef(table);
  }

  /** The notes are taken before the error is looked at: that may run the host's code. */
  private translated(error: unknown): unknown {
    const step = this.stepGlobal.value as number;
    const required = this.requiredGlobal.value as bigint;
    const called: IndirectCall = {
      table: this.calledTableGlobal.value as number,
      element: (this.calledElementGlobal.value as number) >>> 0,
      wideElement: BigInt.asUintN(64, this.calledWideElementGlobal.value as bigint),
    };
    this.stepGlobal.value = NO_REFUSED_STEP;
    if (isHostStackEnd(error)) return withCause(new Trap('stack-exhausted'), error);
    if (!(error instanceof hostWebAssembly().RuntimeError) || this.hostErrors.has(error)) return error;
    if (step !== NO_REFUSED_STEP) {
      if (refusedStepKind(step) === RefusedStepKind.Frame)
        return withCause(new Trap('stack-exhausted'), error);
      if (refusedStepKind(step) === RefusedStepKind.InvalidFunction)
        return this.invalidFunction(step, called.table);
      return withCause(this.refusal(step, required), error);
    }
    const code = this.trapCode(error.message, called);
    return code === undefined ? error : withCause(new Trap(code), error);
  }

  private invalidFunction(step: number, tag: number): CompileError {
    return this.invalidFunctions.get(tag)!.get(refusedStepSubject(step))!;
  }

  private refusal(step: number, required: bigint): Trap {
    const kind = refusedStepKind(step);
    if (kind === RefusedStepKind.Conversion) return new Trap('invalid-conversion-to-integer');
    const subject = refusedStepSubject(step);
    const text =
      kind === RefusedStepKind.Block
        ? 'the next basic block'
        : kind === RefusedStepKind.Compilation
          ? `compiling function ${subject}`
          : (operatorName(subject) ?? 'an operator');
    return new OutOfFuelError(required, this.fuel, text);
  }

  private trapCode(message: string, called: IndirectCall): TrapCode | undefined {
    const kind = hostTrapKind(message);
    switch (kind) {
      case 'table-or-undefined-element':
        return called.table === NO_TABLE ? 'table-out-of-bounds' : 'undefined-element';
      case 'uninitialized-or-mismatch':
        return this.isNull(called) ? 'uninitialized-element' : 'indirect-call-type-mismatch';
      default:
        return kind;
    }
  }

  /** Whether an indirect call went to a null: looked up, since hosts word this trap and a mismatch alike. */
  private isNull(called: IndirectCall): boolean {
    const table = this.tables[called.table]?.deref();
    if (table === undefined) return false;
    const { length } = table;
    const element = typeof length === 'bigint' ? called.wideElement : called.element;
    return element < length && table.get(element) === null;
  }
}

/** What an instance noted of its latest `call_indirect`. */
interface IndirectCall {
  /** The table's tag; -1 when a table operator came since. */
  readonly table: number;
  readonly element: number;
  /** The element where the table is 64-bit. */
  readonly wideElement: bigint;
}

function withCause(trap: Trap, cause: unknown): Trap {
  trap.cause = cause;
  return trap;
}
