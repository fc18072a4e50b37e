/** What the runner asks of an engine that plays scripts. */
import type { ModuleOutline, Proposal } from '../module-outline.js';
import type { ReferenceValue, ScriptValue } from '../script/values.js';

export interface ScriptHost {
  /** Proposals beyond WebAssembly 2.0 that the engine has: modules that need others are skipped. */
  readonly supported: ReadonlySet<Proposal>;
  /** Those of them that are switched off for this script, where a module that needs one must be refused. */
  readonly switchedOff: ReadonlySet<Proposal>;
  /** A store of its own for one script, with the `spectest` module registered. */
  newSession(): ScriptSession;
}

/** Everything throws HostError where the engine refuses or traps; any other error is a bug of the engine. */
export interface ScriptSession {
  /** Refuses a module that is malformed or invalid anywhere, bodies included, whatever the engine defers. */
  check(bytes: Uint8Array): void;
  compile(bytes: Uint8Array, outline: ModuleOutline): ScriptModule;
  /** Fuel that the session's calls have consumed; undefined without metering. */
  readonly consumedFuel: bigint | undefined;
}

export interface ScriptModule {
  instantiate(): ScriptInstance;
}

export interface ScriptInstance {
  invoke(name: string, values: readonly ScriptValue[]): readonly ScriptValue[];
  get(name: string): ScriptValue;
  /** Makes the instance's exports importable under this module name. */
  registerAs(name: string): void;
}

/** How an engine says no. `refused` is a module refused without telling whether it is malformed or invalid. */
export type HostErrorKind =
  'malformed' | 'invalid' | 'refused' | 'unsupported' | 'unlinkable' | 'trap' | 'exhaustion' | 'exception';

export class HostError extends Error {
  override readonly name = 'HostError';
  constructor(
    readonly kind: HostErrorKind,
    message: string,
    /** The trap in the suite's words, where the engine's own are comparable with them. */
    readonly suiteMessage?: string,
  ) {
    super(message);
  }
}

/** The script names an export that is missing or of another kind: the script's mistake, or the engine's. */
export class MissingExportError extends Error {
  override readonly name = 'MissingExportError';
}

/** A host value that scripts name by a number, `(ref.extern 1)`. The same number is always the same object. */
export class NumberedReference {
  private static readonly known = new Map<number, NumberedReference>();

  private constructor(readonly number: number) {}

  static of(number: number): NumberedReference {
    let reference = NumberedReference.known.get(number);
    if (reference === undefined) {
      reference = new NumberedReference(number);
      NumberedReference.known.set(number, reference);
    }
    return reference;
  }
}

/** The script's view of a reference that an engine gave back; `isFunction` says what it is unless null. */
export function referenceValue(reference: unknown, isFunction: boolean): ReferenceValue {
  if (reference === null)
    return { kind: 'reference', sort: 'null', heapType: isFunction ? 'func' : 'extern' };
  if (isFunction) return { kind: 'reference', sort: 'function' };
  const hostNumber = reference instanceof NumberedReference ? reference.number : undefined;
  return { kind: 'reference', sort: 'extern', hostNumber };
}

/** The functions of the `spectest` module, which print nothing here: name and parameter types. */
export const SPECTEST_FUNCTIONS: readonly (readonly [string, readonly ('i32' | 'i64' | 'f32' | 'f64')[]])[] =
  [
    ['print', []],
    ['print_i32', ['i32']],
    ['print_i64', ['i64']],
    ['print_f32', ['f32']],
    ['print_f64', ['f64']],
    ['print_i32_f32', ['i32', 'f32']],
    ['print_f64_f64', ['f64', 'f64']],
  ];
