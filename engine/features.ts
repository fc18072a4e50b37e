/**
 * WebAssembly features that can be switched. Everything of WebAssembly 2.0 without a name here is always on.
 * The defaults follow the field: what is standardised (3.0) and supported is on, proposals are off.
 */
export interface Features {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly bulkMemory: boolean;
  readonly referenceTypes: boolean;
  readonly multiValue: boolean;
  readonly mutableGlobal: boolean;
  readonly saturatingFloatToInt: boolean;
  readonly signExtension: boolean;
  readonly tailCall: boolean;
  readonly extendedConst: boolean;
  readonly multiMemory: boolean;
  readonly memory64: boolean;
  readonly customPageSizes: boolean;
  readonly wideArithmetic: boolean;
}

/** A proposal's name, as it stands in `Features`. */
export type FeatureName = keyof Features;

/** What an engine has unless told: the proposals that are finished. */
export const DEFAULT_FEATURES: Features = Object.freeze({
  simd: true,
  relaxedSimd: true,
  bulkMemory: true,
  referenceTypes: true,
  multiValue: true,
  mutableGlobal: true,
  saturatingFloatToInt: true,
  signExtension: true,
  tailCall: true,
  extendedConst: true,
  multiMemory: true,
  memory64: true,
  customPageSizes: false,
  wideArithmetic: false,
});

/** All features, in the order of `Features`. */
export const FEATURE_NAMES = Object.freeze(Object.keys(DEFAULT_FEATURES) as FeatureName[]);

/** The default features with some switched; an unknown name is a TypeError. */
export function featuresWith(changes: Partial<Features> = {}): Features {
  for (const name of Object.keys(changes)) {
    if (!Object.hasOwn(DEFAULT_FEATURES, name)) {
      throw new TypeError(`unknown feature "${name}"; known features: ${FEATURE_NAMES.join(', ')}`);
    }
  }
  return Object.freeze({ ...DEFAULT_FEATURES, ...changes });
}
