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
  /** Elements that one table may grow to. */
  readonly maximumTableElements: number;
  /** Bytes that one memory may grow to. */
  readonly maximumMemoryBytes: number;
  /** Register slots of one store's value stack; deeper recursion traps as exhaustion. The default is the most. */
  readonly maximumStackSlots: number;
  /** Nested WebAssembly calls of one store; deeper recursion traps as exhaustion. The default is the most. */
  readonly maximumCallDepth: number;
}

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
  maximumTableElements: 10_000_000,
  maximumMemoryBytes: 4_294_967_296,
  maximumStackSlots: 1_048_576,
  maximumCallDepth: 65_536,
});

/** The interpreter's stack is there once, for all stores: a store may be given less of it. */
const CEILINGS = ['maximumStackSlots', 'maximumCallDepth'] as const satisfies (keyof EnforcedLimits)[];

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
  for (const name of CEILINGS) {
    if ((changes[name] ?? 0) > DEFAULT_LIMITS[name]) {
      throw new RangeError(
        `limit ${name} may be ${DEFAULT_LIMITS[name]} at most, not ${changes[name]}: the interpreter has no room for more`,
      );
    }
  }
  return Object.freeze({ ...DEFAULT_LIMITS, ...changes });
}
