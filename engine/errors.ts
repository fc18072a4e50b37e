/** A module's bytes break the binary format or the validation rules. `offset` counts from the module's start. */
export class CompileError extends Error {
  override readonly name: string = 'CompileError';
  /** Fuel that the loading which ended here was charged: what it had done, the failed step included. 0 in a function's first call, which pays itself. */
  fuelCharged = 0n;

  constructor(
    /** What is wrong, in the specification's words where it has some. */
    readonly reason: string,
    /** Byte offset in the module. */
    readonly offset: number,
    /** Index of the function whose body is at fault, imports first; undefined outside bodies. */
    readonly functionIndex?: number,
  ) {
    super(
      functionIndex === undefined
        ? `${reason} (at offset ${offset})`
        : `${reason} (at offset ${offset}, in function ${functionIndex})`,
    );
  }
}

/** The bytes are not a module: binary format violated (spec 5). */
export class MalformedModuleError extends CompileError {
  override readonly name = 'MalformedModuleError';
}

/** A well-formed module that breaks a validation rule (spec 3). */
export class ValidationError extends CompileError {
  override readonly name = 'ValidationError';
}

/** A module that needs a feature which is switched off or not supported, or exceeds an implementation limit. */
export class UnsupportedModuleError extends CompileError {
  override readonly name = 'UnsupportedModuleError';
}

/** Imports that are missing or of the wrong type (spec 4.5.3). */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** What the engine's executor cannot do, or the host cannot do for it. */
export class ExecutorError extends Error {
  override readonly name = 'ExecutorError';
}

/** Why a call trapped: the kinds that the specification tells apart, and the two of fuel and limits. */
export type TrapCode =
  | 'unreachable'
  | 'memory-out-of-bounds'
  | 'table-out-of-bounds'
  | 'undefined-element'
  | 'uninitialized-element'
  | 'indirect-call-type-mismatch'
  | 'integer-divide-by-zero'
  | 'integer-overflow'
  | 'invalid-conversion-to-integer'
  | 'stack-exhausted'
  | 'null-reference'
  | 'out-of-fuel'
  | 'resource-limit';

const TRAP_MESSAGES: Readonly<Record<TrapCode, string>> = {
  unreachable: 'unreachable',
  'memory-out-of-bounds': 'out of bounds memory access',
  'table-out-of-bounds': 'out of bounds table access',
  'undefined-element': 'undefined element',
  'uninitialized-element': 'uninitialized element',
  'indirect-call-type-mismatch': 'indirect call type mismatch',
  'integer-divide-by-zero': 'integer divide by zero',
  'integer-overflow': 'integer overflow',
  'invalid-conversion-to-integer': 'invalid conversion to integer',
  'stack-exhausted': 'call stack exhausted',
  'null-reference': 'null reference',
  'out-of-fuel': 'out of fuel',
  'resource-limit': 'resource limit reached',
};

/** A WebAssembly trap (spec 4.4). Messages are those of the official test suite. */
export class Trap extends Error {
  override readonly name: string = 'Trap';
  constructor(
    readonly code: TrapCode,
    message: string = TRAP_MESSAGES[code],
  ) {
    super(message);
  }
}

/** A ceiling of the engine or the store was reached: what `limit` names of its EnforcedLimits. */
export class ResourceLimitError extends Trap {
  override readonly name = 'ResourceLimitError';
  /** Where loading ended at the ceiling: what it was charged before. 0 for calls. */
  fuelCharged = 0n;

  constructor(
    readonly limit: string,
    /** What would exceed it. */
    what: string,
  ) {
    super('resource-limit', `${what}: that exceeds the limit ${limit}`);
  }
}
