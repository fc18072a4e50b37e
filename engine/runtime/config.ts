import type { EnforcedLimits } from '../enforced-limits.js';
import type { Features } from '../features.js';
import type {
  ChargePolicy,
  FuelCostOptions,
  HardwareProfile,
  ProfileCheck,
  ProfilePolicyName,
} from '../fuel/index.js';
import type { ExecutorName } from './engine-parts.js';

/**
 * When function bodies are validated and translated.
 *
 * - `eager`: both while loading
 * - `lazy-translation`: validated while loading, translated on first call
 * - `lazy`: both on first call; a call can then throw a CompileError
 */
export type CompilationMode = 'eager' | 'lazy-translation' | 'lazy';

/** What an engine is made with. All of it is fixed for its life, and an option that is undefined counts as not given. */
export interface EngineConfig {
  /**
   * What runs functions: the engine's own `interpreter`, unless told, or the `host`'s WebAssembly, which is much faster and suspends
   * calls only if `resumable`.
   */
  readonly executor?: ExecutorName | undefined;
  /** Changes to the default features. */
  readonly features?: Partial<Features> | undefined;
  /** Changes to the default implementation limits. */
  readonly limits?: Partial<EnforcedLimits> | undefined;
  /** `lazy-translation` unless told. */
  readonly compilationMode?: CompilationMode | undefined;
  /** Whether executing and compiling charge fuel; true unless told. */
  readonly consumeFuel?: boolean | undefined;
  /** A hardware profile to take compile costs from; `@wasm-dyno/engine/node` loads one from a file. */
  readonly profile?: HardwareProfile | undefined;
  /** What to do about a profile made for another engine or version: refuse it (`strict`, the default) or report it in `engine.notices`. */
  readonly profileCheck?: ProfileCheck | undefined;
  /**
   * Ed25519 public keys, of which one must have signed the profile (32 bytes in base64, or PEM text). The profile then has to come from
   * `verifyProfile`, or from `loadProfile` with the same option. Whatever `profileCheck` says, any other is refused.
   */
  readonly requireSignature?: readonly string[] | undefined;
  /** Which of the profile's policies to charge by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /**
   * How careful compile charges are, where the profile has models: `typical`, `p90` (unless told), `p99` or `safe`. Functions outside of the
   * models' domain are charged `safe` in any case.
   */
  readonly chargePolicy?: ChargePolicy | undefined;
  /** Explicit costs; they win over profile and defaults. */
  readonly fuelCosts?: Partial<FuelCostOptions> | undefined;
  /**
   * Whether a store pays only for functions that no store before it has compiled. Off unless told: a charge then depends on
   * the module and the calls alone, not on what the engine did before.
   */
  readonly shareCompilation?: boolean | undefined;
  /**
   * Whether calls can be suspended on the executor `host`, by JavaScript Promise Integration: see Func.callAsync and Func.callResumableAsync. Off
   * unless told: metered code is slower by a third then. The interpreter can always suspend calls.
   */
  readonly resumable?: boolean | undefined;
}

/** How a module is loaded. */
export interface CompileOptions {
  /** Fuel that loading may use; unlimited unless given. What was used is `module.fuelCharged`, or the error's. */
  readonly fuel?: bigint | number | undefined;
}

/** How bytes are validated, and who is told what that cost. */
export interface ValidateOptions extends CompileOptions {
  /** Told once what was charged, whatever came out. */
  readonly onCharge?: ((fuel: bigint) => void) | undefined;
}
