/**
 * Implementation limits (spec appendix A.2), enforced while parsing, validating, instantiating and running.
 * The defaults follow the limits that browsers agreed on in the WebAssembly JavaScript API.
 */
export interface EnforcedLimits {
  readonly maximumModuleBytes: number;
  readonly maximumTypes: number;
  readonly maximumFunctions: number;
  readonly maximumImports: number;
  readonly maximumExports: number;
  readonly maximumGlobals: number;
  readonly maximumTables: number;
  readonly maximumMemories: number;
  readonly maximumDataSegments: number;
  readonly maximumElementSegments: number;
  readonly maximumParameters: number;
  readonly maximumResults: number;
  readonly maximumLocals: number;
  readonly maximumBodyBytes: number;
  readonly maximumBranchTableTargets: number;
  readonly maximumNesting: number;
  /** Bytes of code that an engine's modules may come to together: of the interpreter's, or 4 for each byte that the host is given to compile. */
  readonly maximumCodeBytes: number;
  /** Different function types of an engine, over all its modules. */
  readonly maximumDistinctTypes: number;
  /** Elements that one table may grow to. */
  readonly maximumTableElements: number;
  /** Bytes that one memory may grow to. */
  readonly maximumMemoryBytes: number;
  /** Elements of all tables of one store together. */
  readonly maximumStoreTableElements: number;
  /** Bytes of all memories of one store together. */
  readonly maximumStoreMemoryBytes: number;
  /** Instances of one store. */
  readonly maximumInstances: number;
  /** Bytes that the suspended calls of one store may keep of their stacks. */
  readonly maximumSuspendedBytes: number;
  /**
   * What the frames of a store's running calls may come to, in slots of 8 bytes (see `frameCost`); deeper recursion traps as exhaustion,
   * on either executor at the same depth. The default is Wasmtime's, 512 KiB (`max_wasm_stack`). The interpreter has room for
   * `MOST_STACK_SLOTS`; the host executor's frames are on the host's own stack, which must have room for the limit.
   */
  readonly maximumStackSlots: number;
  /** Frames of a store's running calls on the interpreter; more trap as exhaustion. The default is the most. */
  readonly maximumCallDepth: number;
  /**
   * Calls from the host that may run within each other (embedder function calls WebAssembly calls embedder function, ...), those of all stores
   * counted; one more traps as exhaustion. Each holds frames on the host's own stack.
   */
  readonly maximumNestedCalls: number;
}

/** What holds unless told. The host executor has a default of its own for `maximumStackSlots`. */
export const DEFAULT_LIMITS: EnforcedLimits = Object.freeze({
  maximumModuleBytes: 1_073_741_824,
  maximumTypes: 1_000_000,
  maximumFunctions: 1_000_000,
  maximumImports: 1_000_000,
  maximumExports: 1_000_000,
  maximumGlobals: 1_000_000,
  maximumTables: 100_000,
  maximumMemories: 100,
  maximumDataSegments: 100_000,
  maximumElementSegments: 10_000_000,
  maximumParameters: 1_000,
  maximumResults: 1_000,
  maximumLocals: 50_000,
  maximumBodyBytes: 7_654_321,
  maximumBranchTableTargets: 1_000_000,
  maximumNesting: 100_000,
  maximumCodeBytes: 536_870_912,
  maximumDistinctTypes: 1_000_000,
  maximumTableElements: 10_000_000,
  maximumMemoryBytes: 4_294_967_296,
  maximumStoreTableElements: 10_000_000,
  maximumStoreMemoryBytes: 4_294_967_296,
  maximumInstances: 10_000,
  maximumSuspendedBytes: 268_435_456,
  maximumStackSlots: 65_536,
  maximumCallDepth: 65_536,
  maximumNestedCalls: 100,
});

/** Slots of the interpreter's stack, which is there once, for all stores: a store may be given less of it. */
export const MOST_STACK_SLOTS = 1_048_576;

/** What there is room for, whatever a limit says. */
const CEILINGS: Partial<EnforcedLimits> = {
  maximumStackSlots: MOST_STACK_SLOTS,
  maximumCallDepth: DEFAULT_LIMITS.maximumCallDepth,
};

/** Limits that apply in a store; the others apply when a module is loaded. */
const OF_STORES: readonly (keyof EnforcedLimits)[] = [
  'maximumFunctions',
  'maximumGlobals',
  'maximumTables',
  'maximumMemories',
  'maximumTableElements',
  'maximumMemoryBytes',
  'maximumStoreTableElements',
  'maximumStoreMemoryBytes',
  'maximumInstances',
  'maximumSuspendedBytes',
  'maximumStackSlots',
  'maximumCallDepth',
  'maximumNestedCalls',
];

/**
 * The limits of a store: its engine's with some changed.
 * @throws TypeError, RangeError as limitsWith does; TypeError for changing a limit that only applies when a module is loaded
 */
export function storeLimitsWith(engine: EnforcedLimits, changes: Partial<EnforcedLimits>): EnforcedLimits {
  const limits = limitsWith({ ...engine, ...changes });
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof EnforcedLimits)[]) {
    if (limits[name] !== engine[name] && !OF_STORES.includes(name)) {
      throw new TypeError(
        `limit ${name} applies when a module is loaded: give it to the engine, not to a store`,
      );
    }
  }
  return limits;
}

/**
 * The default limits with some changed.
 * @throws TypeError for an unknown name, RangeError for a value that is not a whole number >= 0 or is more than there is room for
 */
export function limitsWith(changes: Partial<EnforcedLimits> = {}): EnforcedLimits {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) throw new TypeError(`unknown limit "${name}"`);
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`limit ${name} must be a whole number from 0 on, not ${String(value)}`);
    }
  }
  for (const [name, most] of Object.entries(CEILINGS) as [keyof EnforcedLimits, number][]) {
    if ((changes[name] ?? 0) > most) {
      throw new RangeError(
        `limit ${name} may be ${most} at most, not ${changes[name]}: the interpreter has no room for more`,
      );
    }
  }
  return Object.freeze({ ...DEFAULT_LIMITS, ...changes });
}
