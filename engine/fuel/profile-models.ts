/**
 * How careful compile charges are: what is usual (`typical`), such that 90% (`p90`) or 99% (`p99`) of the functions of as many of the modules
 * are not undercharged, or no function that was seen (`safe`).
 */
export const CHARGE_POLICIES = ['typical', 'p90', 'p99', 'safe'] as const;

/** A name of one of {@link CHARGE_POLICIES}. */
export type ChargePolicy = (typeof CHARGE_POLICIES)[number];

/** What is charged by unless told. */
export const DEFAULT_CHARGE_POLICY: ChargePolicy = 'p90';

/** The phases that models tell of: functions' own, or where an engine cannot tell them apart, both at once. */
export const MODELLED_PHASES = ['validate', 'translate', 'compile'] as const;

/** What was left out, in turn, when models were tried. */
export const MODEL_FOLDS = ['module', 'family', 'toolchain'] as const;

/** How a model did on what it had not seen. */
export interface ProfileTrial {
  /** Of |charge / time - 1| over a module's functions, for the median module. */
  readonly medianError: number;
  readonly p95Error: number;
  /** Part of the functions that were charged less than they took. */
  readonly undercharged: number;
  /** Of these the worst: time / charge. */
  readonly worst: number;
  /** Charge / time over whole modules. */
  readonly leastOfModules: number;
  readonly mostOfModules: number;
}

/** One price of a model. */
export interface ProfileModelPrice {
  /** `function`, `bytes`, or another feature of a body. */
  readonly of: string;
  /** What is charged by each policy: whole thousandths of a byte filled, rounded up. */
  readonly thousandths: Readonly<Record<ChargePolicy, number>>;
  /** Of the typical price, 95%, by drawing processes, and by drawing modules, anew; null where that was not done. */
  readonly overProcesses: { readonly low: number; readonly high: number } | null;
  readonly overModules: { readonly low: number; readonly high: number } | null;
}

/** A model of what one phase takes. */
export interface ProfileModel {
  readonly name: string;
  readonly prices: readonly ProfileModelPrice[];
  readonly policies: Readonly<
    Record<
      ChargePolicy,
      {
        /** What the typical charge is multiplied by. */
        readonly factor: number;
        readonly heldOut: Readonly<Record<(typeof MODEL_FOLDS)[number], ProfileTrial>>;
      }
    >
  >;
}

/** Functions that prices are known to hold for: others are charged `safe`. */
export interface ProfileDomain {
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Bytes that a body counts as / its own, in thousandths. */
  readonly mostCountedThousandths: number;
}

/** The models of one phase. */
export interface ProfilePhaseModels {
  /** By which of them engines charge that know nothing of a body but its bytes, this one too. */
  readonly charged: string;
  readonly domain: ProfileDomain;
  readonly models: readonly ProfileModel[];
}

/** Models of what compiling costs, fitted on a census. */
export interface ProfileModels {
  readonly functions: number;
  readonly modules: number;
  readonly processes: number;
  /** Digest of the modules that were counted. */
  readonly corpusSha256: string;
  readonly phases: Readonly<Partial<Record<(typeof MODELLED_PHASES)[number], ProfilePhaseModels>>>;
}

/** A function's and a byte's price, of the model that is charged by. */
export interface ChargedPrice {
  readonly functionThousandths: number;
  readonly byteThousandths: number;
}

/** The model that is charged by. */
export function chargedModel({ charged, models }: ProfilePhaseModels): ProfileModel | undefined {
  return models.find(({ name }) => name === charged);
}

/** What engines charge by that know nothing of a body but its bytes. */
export function chargedPrice(phase: ProfilePhaseModels, policy: ChargePolicy): ChargedPrice {
  const of = (priced: string) =>
    chargedModel(phase)!.prices.find((price) => price.of === priced)?.thousandths[policy] ?? 0;
  // A multiplier is a thousandth at least.
  return { functionThousandths: of('function'), byteThousandths: Math.max(1, of('bytes')) };
}

/** Where models contradict something, and how. */
interface Contradiction {
  readonly field: string;
  readonly what: string;
}

/** What models contradict: themselves, or what engines can charge by. */
export function modelsContradiction({ phases }: ProfileModels): Contradiction | undefined {
  for (const phase of MODELLED_PHASES) {
    const found = phases[phase] && phaseContradiction(phases[phase], `models.phases.${phase}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function phaseContradiction(phase: ProfilePhaseModels, at: string): Contradiction | undefined {
  const { domain, models } = phase;
  const charged = chargedModel(phase);
  if (charged === undefined) return { field: `${at}.charged`, what: 'is none of the models beside it' };
  if (charged.prices.some(({ of }) => of !== 'function' && of !== 'bytes'))
    return { field: `${at}.charged`, what: 'has prices of more than functions and bytes' };
  if (domain.leastBytes > domain.mostBytes)
    return { field: `${at}.domain.mostBytes`, what: 'is below the least' };
  for (const [i, { prices }] of models.entries()) {
    for (const [j, { thousandths }] of prices.entries()) {
      // What turns out to be outside the domain, or to need more care, never costs less for it.
      const sinks = CHARGE_POLICIES.find(
        (policy, k) => k > 0 && thousandths[policy] < thousandths[CHARGE_POLICIES[k - 1]!],
      );
      if (sinks !== undefined)
        return {
          field: `${at}.models[${i}].prices[${j}].thousandths.${sinks}`,
          what: 'is below what a less careful policy charges',
        };
    }
  }
  return undefined;
}

/** Whether engines have it: a name of a policy. */
export const isChargePolicy = (value: unknown): value is ChargePolicy =>
  (CHARGE_POLICIES as readonly unknown[]).includes(value);
