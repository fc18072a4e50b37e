import { operatorName } from '../binary/operator.js';
import { type CompileError, Trap, type TrapCode } from '../errors.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { isHostStackEnd } from '../host/host-stack-end.js';
import { HOST_STACK } from './host-stack.js';
import { hostTrapKind } from './host-trap.js';
import { MeterImport } from './injection/inject-fuel.js';
import {
  NO_REFUSED_STEP,
  refusedStepKind,
  RefusedStepKind,
  refusedStepSubject,
} from './injection/refused-step.js';
import type { Turn } from '../runtime/turn.js';
import { type StandIn, SUSPENSION } from './suspension.js';
import { type HostGlobal, type HostTable, hostWebAssembly } from '../host/web-assembly.js';

const NO_TABLE = -1;

/** What injected code has noted when a call ends. */
export interface StepNotes {
  readonly step: number;
  readonly required: bigint;
  readonly called: IndirectCall;
}

/** A step that was refused for want of fuel. */
export interface Refusal {
  readonly required: bigint;
  readonly step: string;
  readonly isBlock: boolean;
}

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
  /** That of the call that runs in turns, if one does. */
  private runningTurn: Turn | undefined;
  /** Fuel beyond what the turn leaves, which the modules do not see. */
  private reserve = 0n;

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
    return (this.fuelGlobal.value as bigint) + this.reserve;
  }

  set fuel(fuel: bigint) {
    this.runningTurn?.shift(fuel - this.fuel);
    this.divide(fuel);
  }

  get turn(): Turn | undefined {
    return this.runningTurn;
  }

  set turn(turn: Turn | undefined) {
    if (turn === undefined && this.runningTurn === undefined) return;
    this.runningTurn = turn;
    this.divide(this.fuel);
  }

  /** Divides fuel between the modules, which get `least` at least, and the reserve. */
  private divide(fuel: bigint, least = 0n): void {
    const turnLeft = this.runningTurn?.left(fuel) ?? fuel;
    let slice = turnLeft > least ? turnLeft : least;
    if (slice > fuel) slice = fuel;
    this.fuelGlobal.value = slice;
    this.reserve = fuel - slice;
  }

  /** Whether a step may be done, now: the modules have the fuel for it then. */
  affords(required: bigint, isBlock: boolean): boolean {
    const { fuel, runningTurn } = this;
    if (required > fuel || (isBlock && (runningTurn?.isOver(0, fuel, required) ?? false))) return false;
    this.divide(fuel, required);
    return true;
  }

  /** The step that was just refused for want of fuel. */
  takeRefusal(): Refusal {
    const step = this.stepGlobal.value as number;
    this.stepGlobal.value = NO_REFUSED_STEP;
    return {
      required: this.requiredGlobal.value as bigint,
      step: stepText(step),
      isBlock: refusedStepKind(step) === RefusedStepKind.Block,
    };
  }

  /**
   * Runs `step`, which calls into instances of this store, with the host's traps turned into the engine's.
   *
   * @throws Trap, whose `cause` is the host's own error; OutOfFuelError, which cannot be resumed here; whatever host
   * functions throw, as they threw it; the CompileError of an invalid function that was called; a trap that the host words in an unknown way, as the host threw it.
   */
  run<Result>(step: () => Result): Result {
    SUSPENSION.settle();
    const { turn } = this;
    this.turn = undefined;
    // Functions called around this method may have left notes.
    this.calledTableGlobal.value = NO_TABLE;
    this.stepGlobal.value = NO_REFUSED_STEP;
    try {
      return step();
    } catch (error) {
      throw this.translated(error, this.takeNotes());
    } finally {
      this.turn = turn;
    }
  }

  /**
   * A function of the host's, to be imported: what it throws is passed on as it is, even if it looks like a trap. In a call that can wait for an
   * answer the stand-in takes its place.
   */
  embedderFunction<Values extends unknown[], Result>(
    implementation: (...values: Values) => Result,
    standIn: StandIn<Result>,
  ): (...values: Values) => Result {
    const guarded = (values: Values) => {
      try {
        return implementation(...values);
      } catch (error) {
        if (typeof error === 'object' && error !== null) this.hostErrors.add(error);
        throw error;
      }
    };
    return (...values) => {
      const call = SUSPENSION.interrupt();
      return call === undefined ? guarded(values) : call.outside(() => guarded(values), standIn);
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

  /** Takes the notes of a call that has ended: before its error is looked at, which may run the host's code. */
  takeNotes(): StepNotes {
    const step = this.stepGlobal.value as number;
    const required = this.requiredGlobal.value as bigint;
    const called: IndirectCall = {
      table: this.calledTableGlobal.value as number,
      element: (this.calledElementGlobal.value as number) >>> 0,
      wideElement: BigInt.asUintN(64, this.calledWideElementGlobal.value as bigint),
    };
    this.stepGlobal.value = NO_REFUSED_STEP;
    return { step, required, called };
  }

  /** The engine's error for one that ended a call which left these notes. */
  translated(error: unknown, { called, required, step }: StepNotes): unknown {
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
    return new OutOfFuelError(required, this.fuel, stepText(step));
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
export interface IndirectCall {
  /** The table's tag; -1 when a table operator came since. */
  readonly table: number;
  readonly element: number;
  /** The element where the table is 64-bit. */
  readonly wideElement: bigint;
}

function stepText(step: number): string {
  const subject = refusedStepSubject(step);
  switch (refusedStepKind(step)) {
    case RefusedStepKind.Block:
      return 'the next basic block';
    case RefusedStepKind.Compilation:
      return `compiling function ${subject}`;
    default:
      return operatorName(subject) ?? 'an operator';
  }
}

function withCause(trap: Trap, cause: unknown): Trap {
  trap.cause = cause;
  return trap;
}
