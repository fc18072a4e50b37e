/**
 * The messages of the target protocol, version 1 (`docs/target-protocol.md`; schema: `protocol.schema.json`).
 * A target is a child process that owns one engine, a clock and the loops; one JSON object per line each way.
 */
import type { MemsetRegime } from '@wasm-dyno/reports/words';

export const PROTOCOL_VERSION = 1;

export const TARGET_PHASES = ['parse', 'validate', 'translate', 'compile', 'first-call', 'execute'] as const;
export type TargetPhase = (typeof TARGET_PHASES)[number];

export const KERNELS = [
  'wasm-memory-fill-loop',
  'wasm-memory-fill-call',
  'uint8array-fill',
  'buffer-fill',
  'engine-memory-fill',
  'native-memset',
] as const;
/** The kernels that the protocol names; a target may have others. */
export type KnownKernel = (typeof KERNELS)[number];

export type ErrorCode = 'bad-request' | 'unsupported' | 'invalid-module' | 'trap' | 'internal';

export interface Description {
  readonly protocol: number;
  readonly engine: string;
  readonly version: string;
  /** Build or start flags that bear on speed. */
  readonly flags: readonly string[];
  readonly features: readonly string[];
  readonly phases: readonly TargetPhase[];
  readonly executes: boolean;
  readonly memset: readonly { readonly kernel: string; readonly regimes: readonly MemsetRegime[] }[];
  readonly clock: { readonly name: string; readonly resolutionNanoseconds: number };
  /** What the engine charges by default; null for an engine without fuel. */
  readonly fuel: Readonly<Record<string, unknown>> | null;
  /** True when a phase arm may take functions of several modules (`parts`). */
  readonly combinesModules?: boolean;
  /** True when the target knows the method `opinion`. */
  readonly secondOpinion?: boolean;
  /** True when the target knows the method `collect`. */
  readonly collects?: boolean;
  /** True when `curve` of a phase arm takes `stops`. */
  readonly stopsCurves?: boolean;
  /** True when the target knows the method `tier`. */
  readonly tellsTiers?: boolean;
  /** True when the target knows the method `charge`. */
  readonly charges?: boolean;
  /** The modes that `load` and `charge` take, in the engine's own words; absent for an engine without modes. */
  readonly modes?: readonly string[];
}

export interface LoadParams {
  /** Name by which later requests call the module. */
  readonly module: string;
  readonly path: string;
  readonly mode?: string;
}

export interface LoadResult {
  readonly moduleBytes: number;
  /** Sum of the function bodies' bytes. */
  readonly bodyBytes: number;
  /** Empty when the engine cannot tell functions apart. */
  readonly functions: readonly { readonly index: number; readonly bodyBytes: number }[];
}

/** Functions (all when absent) of one module. */
export interface ArmPart {
  readonly module: string;
  readonly functions?: readonly number[];
}

export interface PhaseArmParams {
  readonly arm: string;
  readonly kind: 'phase';
  readonly phase: TargetPhase;
  readonly module: string;
  readonly functions?: readonly number[];
  /** More modules for the same arm, after the first; only for targets that say `combinesModules`. */
  readonly parts?: readonly ArmPart[];
  /**
   * For validating, of this project's engine: with what it does beside the phase so that this is paid for first. Bodies whose lists stop
   * validation are weighed and begun anew.
   */
  readonly isPaidFor?: boolean;
  /** For `execute`. */
  readonly export?: string;
  /** For `execute`: decimal integers, floats as JavaScript prints them. */
  readonly arguments?: readonly string[];
}

export interface MemsetArmParams {
  readonly arm: string;
  readonly kind: 'memset';
  readonly kernel: string;
  readonly regime: MemsetRegime;
  /** One call fills each once, in this order. */
  readonly sizes: readonly number[];
}

export type ArmParams = PhaseArmParams | MemsetArmParams;

export interface ArmResult {
  readonly bytesPerCall: number;
  readonly granularity: 'function' | 'module';
  /** How the engine is made to do this phase alone, for the record. */
  readonly method?: string;
}

export interface BlockParams {
  readonly arm: string;
  readonly calls: number;
}

export interface BlockResult {
  readonly calls: number;
  /** Time of all calls together, without `overheadNanoseconds`. */
  readonly nanoseconds: number;
  /** Bytes handled by all calls together. */
  readonly bytes: number;
  /** Charged by the engine during the block, as a decimal integer. */
  readonly fuel?: string;
  /** Garbage collections inside the timed part, which `nanoseconds` includes. */
  readonly collections?: number;
  readonly collectionNanoseconds?: number;
  /** Bytes that the timed part allocated; left out when a collection fell into it, for then it cannot be told. */
  readonly allocatedBytes?: number;
  /** Measured and subtracted by the target. */
  readonly overheadNanoseconds?: number;
  /** How long the timing thread was runnable but not running during the timed part. Watched from outside where absent, less exactly. */
  readonly runDelayNanoseconds?: number;
  /** How often the timing thread was taken off its CPU during the timed part. */
  readonly involuntarySwitches?: number;
  /**
   * Time of a fixed piece of the target's own work (independent additions, no memory) right before the timed part: tells a shared core or
   * a lowered clock, which nothing else shows inside a virtual machine.
   */
  readonly referenceBeforeNanoseconds?: number;
  /** The same right after the timed part. */
  readonly referenceAfterNanoseconds?: number;
}

export interface CurveParams extends BlockParams {
  /**
   * Counts of functions (of modules, where the arm handles modules), ascending: `calls` is then 1, and the clock is read after so many of
   * the call's functions. Only for targets that say `stopsCurves`.
   */
  readonly stops?: readonly number[];
}

export interface CurveResult {
  /** Time of each call by itself, in order; with `stops` of each stretch from one stop to the next. */
  readonly nanoseconds: readonly number[];
  /** With `stops`: garbage collections that fell into them, all together; `nanoseconds` are with them. Absent where there is no such thing. */
  readonly collectionNanoseconds?: number;
}

/** What runs a phase now, in the engine's own words, for example `core in WebAssembly, optimised`; absent where it cannot be told. */
export interface TierResult {
  readonly tier?: string;
}

export interface InvokeParams {
  readonly module: string;
  readonly export: string;
  readonly arguments: readonly string[];
}

export interface InvokeResult {
  readonly results: readonly string[];
  readonly fuel?: string;
}

/** Of `charge`: what the engine charges for compiling single functions at their first call. */
export interface ChargeParams {
  readonly module: string;
  /** As in `load`. */
  readonly mode: string;
  /** All when absent. */
  readonly functions?: readonly number[];
}

export interface ChargeResult {
  readonly charges: readonly FunctionCharge[];
}

export interface FunctionCharge {
  readonly index: number;
  readonly bodyBytes: number;
  /** As a decimal integer; running the function is not part of it. */
  readonly fuel: string;
}

export interface OpinionParams {
  readonly arm: string;
  /** How long the other instrument may measure. */
  readonly milliseconds: number;
}

/** What an independent instrument inside the target makes of an arm. */
export interface OpinionResult {
  /** The instrument and its version, for example `Benchmark.js 2.1.4`. */
  readonly instrument: string;
  readonly nanosecondsPerCall: number;
  /** The instrument's own relative margin of error (0.01 is 1%). */
  readonly relativeMargin: number;
  readonly samples: number;
}

/** Parameters and result of each method. */
export interface Methods {
  describe: { params: Record<string, never>; result: Description };
  load: { params: LoadParams; result: LoadResult };
  arm: { params: ArmParams; result: ArmResult };
  block: { params: BlockParams; result: BlockResult };
  curve: { params: CurveParams; result: CurveResult };
  collect: { params: Record<string, never>; result: Record<string, never> };
  tier: { params: { readonly phase: TargetPhase }; result: TierResult };
  invoke: { params: InvokeParams; result: InvokeResult };
  charge: { params: ChargeParams; result: ChargeResult };
  opinion: { params: OpinionParams; result: OpinionResult };
  exit: { params: Record<string, never>; result: Record<string, never> };
}

export type Method = keyof Methods;

export interface Request<M extends Method = Method> {
  readonly id: number;
  readonly method: M;
  readonly params: Methods[M]['params'];
}

export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly message: string;
  /** Byte offset in the module, with `invalid-module`. */
  readonly offset?: number;
}

export type Answer =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: ErrorAnswer };
