import { Engine, type EngineConfig, type FuelCosts } from '@wasm-dyno/engine';
import { functionNames } from './function-names.js';

/** Why the price of a function is not what was measured, but what it counts as. */
export type OutsideReason =
  /** Lists of values, or locals at joins, make it count as more than its bytes. */
  | 'counts-beyond-bytes'
  /** Its body is longer than any that the profile's prices come from. */
  | 'larger-than-measured'
  /** Its body is shorter than any that they come from. */
  | 'smaller-than-measured';

export interface InspectedFunction {
  /** Imports first. */
  readonly index: number;
  /** From the name section, else what it is exported as. */
  readonly name?: string;
  readonly bodyBytes: number;
  /** Bytes that it counts as, in each phase. */
  readonly countsAs: { readonly validate: number; readonly translate: number };
  readonly validateFuel: bigint;
  readonly translateFuel: bigint;
  readonly outside: readonly OutsideReason[];
}

/** What a module will be charged for before it does anything. */
export interface Inspection {
  readonly moduleBytes: number;
  readonly parseFuel: bigint;
  readonly validateFuel: bigint;
  readonly translateFuel: bigint;
  /** Of an instance, beside its start function. */
  readonly instantiationFuel: bigint;
  /** The dearest first. */
  readonly functions: readonly InspectedFunction[];
}

/** @throws CompileError when the bytes are no valid module; ProfileError, RangeError for the configuration */
export function inspectModule(bytes: Uint8Array, config: EngineConfig): Inspection {
  // Validates every body, so that what is told is told of a valid module.
  const engine = new Engine({ ...config, compilationMode: 'lazy-translation' });
  const module = engine.compile(bytes);
  const names = functionNames(module);
  const measured = measuredBodies(config, engine.costs.costs);
  const { bodyLengths, importedFunctionCount } = module.parsed;
  const functions = Array.from(bodyLengths, (bodyBytes, definedIndex): InspectedFunction => {
    const index = importedFunctionCount + definedIndex;
    const name = names.get(index);
    const { translate, validate } = module.weightOf(index);
    return {
      index,
      ...(name === undefined ? {} : { name }),
      bodyBytes,
      countsAs: { validate, translate },
      validateFuel: module.phaseFuel('validate', index),
      translateFuel: module.phaseFuel('translate', index),
      outside: reasons(bodyBytes, { validate, translate }, measured),
    };
  });
  const sum = (of: (inspected: InspectedFunction) => bigint) =>
    functions.reduce((total, inspected) => total + of(inspected), 0n);
  const validateFuel = sum((inspected) => inspected.validateFuel);
  return {
    moduleBytes: bytes.length,
    parseFuel: module.fuelCharged - validateFuel,
    validateFuel,
    translateFuel: sum((inspected) => inspected.translateFuel),
    instantiationFuel: module.instantiationFuel,
    functions: functions.sort(
      (a, b) =>
        Number(b.validateFuel + b.translateFuel - a.validateFuel - a.translateFuel) || a.index - b.index,
    ),
  };
}

interface Sizes {
  readonly least: number;
  readonly most: number;
}

/** What the profile's prices come from. */
interface MeasuredBodies extends Sizes {
  /** Bytes that a body counts as / its own. */
  readonly mostCounted: number;
}

/** Bodies in the domain of the profile's models, or of the sizes that its prices come from; without a profile of any size. */
function measuredBodies(config: EngineConfig, { outside }: FuelCosts): MeasuredBodies {
  const domains = Object.values(outside ?? {});
  if (domains.length === 0) return { ...measuredSizes(config), mostCounted: 1 };
  return {
    least: Math.max(...domains.map(({ leastBytes }) => leastBytes)),
    most: Math.min(...domains.map(({ mostBytes }) => mostBytes)),
    mostCounted: Math.min(...domains.map((domain) => domain.mostCountedThousandths)) / 1000,
  };
}

function measuredSizes({ profile, profilePolicy = 'warm' }: EngineConfig): Sizes {
  const classes = profile?.policies[profilePolicy]?.sizeClasses ?? [];
  if (classes.length === 0) return { least: 0, most: Infinity };
  return {
    least: Math.min(...classes.map(({ sizeClass }) => boundsOf(sizeClass).least)),
    most: Math.max(...classes.map(({ sizeClass }) => boundsOf(sizeClass).most)),
  };
}

/** Of a class's name, `64-255` or `65536+`. */
function boundsOf(sizeClass: string): Sizes {
  const [least = '0', most = ''] = sizeClass.split(/[-+]/);
  return { least: Number(least), most: most === '' ? Infinity : Number(most) };
}

function reasons(
  bodyBytes: number,
  counted: InspectedFunction['countsAs'],
  { least, most, mostCounted }: MeasuredBodies,
): OutsideReason[] {
  const outside: OutsideReason[] = [];
  if (Math.max(counted.validate, counted.translate) > bodyBytes * mostCounted)
    outside.push('counts-beyond-bytes');
  if (bodyBytes > most) outside.push('larger-than-measured');
  if (bodyBytes < least) outside.push('smaller-than-measured');
  return outside;
}
