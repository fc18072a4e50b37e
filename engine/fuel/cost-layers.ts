import { counted } from '../counted.js';
import { entitiesOf, sectionEntries, type ModuleEntities } from '../binary/module-entities.js';
import type { CostExplanation, CostLayer } from './cost-explanation.js';
import {
  COMPILE_PHASES,
  DEFAULT_FUEL_COSTS,
  PARSED_ENTITIES,
  bulkFuel,
  checkBytesPerFuel,
  compileFuel,
  functionFuel,
  entityRecord,
  isOutside,
  multiplierThousandths,
  thousandthsFromConstant,
  thousandthsFromMultiplier,
  type CompilePhase,
  type FuelCostOptions,
  type FuelCosts,
  type OutsidePrice,
  type ParsedEntity,
  type PricedCount,
} from './fuel-costs.js';
import type { ExecutionCosts } from './execution-costs.js';
import { executionLayers, type MeasuredExecution } from './execution-layers.js';
import { chargedClasses, executionCostsOfProfile } from './profile-execution.js';
import type {
  HardwareProfile,
  ProfileEstimate,
  ProfilePolicy,
  ProfilePolicyName,
} from './hardware-profile.js';
import { parseProfile, profileSource } from './profile-check.js';
import { constantThousandthsOf } from './profile-prices.js';
import {
  CHARGE_POLICIES,
  chargedModel,
  chargedPrice,
  DEFAULT_CHARGE_POLICY,
  isChargePolicy,
  type ChargePolicy,
  type ProfilePhaseModels,
} from './profile-models.js';
import { entriesWeight, moduleWeight } from './schedule.js';

/** Where costs come from; a later layer wins, number by number. */
export interface CostLayers {
  readonly profile?: HardwareProfile | undefined;
  /** Which of the profile's policies to charge by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /** How careful charges by the profile's models are; `p90` unless told. */
  readonly chargePolicy?: ChargePolicy | undefined;
  readonly configuration?: Partial<FuelCostOptions> | undefined;
}

const MULTIPLIER_OPTIONS = {
  parse: 'parseMultiplier',
  validate: 'validateMultiplier',
  translate: 'translateMultiplier',
} as const satisfies Record<CompilePhase, keyof FuelCostOptions>;

const CONSTANT_OPTIONS = {
  validate: 'validateFunctionFuel',
  translate: 'translateFunctionFuel',
} as const satisfies Record<Exclude<CompilePhase, 'parse'>, keyof FuelCostOptions>;

const ENTITY_OPTION = 'parseEntityFuel' satisfies keyof FuelCostOptions;

/** The phases whose multipliers a configuration leaves to the layers below. */
export function phasesNotConfigured(configuration: Partial<FuelCostOptions> = {}): CompilePhase[] {
  return COMPILE_PHASES.filter((phase) => configuration[MULTIPLIER_OPTIONS[phase]] === undefined);
}

/** The phases that functions are charged for. */
type FunctionPhase = Exclude<CompilePhase, 'parse'>;

const FUNCTION_PHASES = ['validate', 'translate'] as const satisfies readonly FunctionPhase[];

const BYTES_OF_PHASE: Readonly<Record<CompilePhase, string>> = {
  parse: 'module bytes',
  validate: 'body bytes',
  translate: 'body bytes',
};

/** The costs an engine charges by, each number with its provenance. Immutable. */
export class CostTable {
  readonly costs: FuelCosts;
  /** What executing costs, as executors charge it. */
  readonly execution: ExecutionCosts;
  readonly #explanations: readonly CostExplanation[];
  readonly #pricesEntities: boolean;
  /** How careful charges are that follow from the profile's models; undefined where none do. */
  readonly chargePolicy: ChargePolicy | undefined;

  /**
   * Lays profile and configuration over the defaults.
   *
   * @throws RangeError when a configured number is out of range or unknown, or the profile lacks the policy asked for.
   * @throws ProfileError when the profile is corrupt or of another schema version.
   */
  constructor(layers: CostLayers = {}) {
    const configuration = checkConfiguration(layers.configuration ?? {});
    if (layers.profile !== undefined) parseProfile(layers.profile);
    const bytes = bytesPerFuelCost(configuration);
    const bytesPerFuel = bytes.value;
    const layered: Layered = {
      ...layers,
      configuration,
      bytesPerFuel,
      policy: policyOf(layers),
      chargePolicy: checkChargePolicy(layers.chargePolicy),
    };
    const multipliers = COMPILE_PHASES.map((phase) => multiplierCost(phase, layered));
    const [parse, validate, translate] = multipliers.map(thousandthsOf) as [number, number, number];
    const functions = FUNCTION_PHASES.map((phase) => functionCost(phase, layered));
    const entities = PARSED_ENTITIES.map((entity) => entityCost(entity, layered));
    const parseConstantThousandths = Object.freeze(
      entityRecord((entity) => entities[PARSED_ENTITIES.indexOf(entity)]!.thousandths),
    );
    const outside = outsidePrices(layered, multipliers, functions);
    this.chargePolicy = outside === undefined ? undefined : layered.chargePolicy;
    this.costs = Object.freeze({
      bytesPerFuel,
      parseMultiplierThousandths: parse,
      validateMultiplierThousandths: validate,
      translateMultiplierThousandths: translate,
      validateConstantThousandths: functions[0]!.thousandths,
      translateConstantThousandths: functions[1]!.thousandths,
      parseConstantThousandths,
      ...(outside === undefined ? {} : { outside: outside.prices }),
    });
    this.#pricesEntities = entities.some(
      ({ thousandths, explanation: { layer } }) => layer !== 'default' && thousandths > 0,
    );
    const execution = executionLayers(configuration.executionCosts, measuredExecution(layered));
    this.execution = execution.costs;
    this.#explanations = Object.freeze([
      ...unitExplanation(layered),
      bytes,
      ...[...multipliers, ...functions, ...entities].map(({ explanation }) => explanation),
      ...(outside?.explanations ?? []),
      ...execution.explanations,
    ]);
  }

  /**
   * Fuel for one phase of compiling `bytes` bytes (module bytes for `parse`, body bytes otherwise): of one function, or of a module that
   * declares `entities` (nothing, unless told).
   */
  compileFuel(phase: CompilePhase, bytes: number, entities: ModuleEntities = NO_ENTITIES): bigint {
    const { costs } = this;
    const multiplier = multiplierThousandths(costs, phase);
    return phase === 'parse'
      ? compileFuel(bytes, multiplier, costs.bytesPerFuel, pricedEntities(costs, entities))
      : functionFuel(bytes, multiplier, costs.bytesPerFuel, functionThousandths(costs, phase));
  }

  /** Fuel for one phase of a function whose body has so many bytes and counts as `countedBytes`: outside of the prices' domain the safe one. */
  functionFuel(phase: FunctionPhase, bodyBytes: number, countedBytes: number): bigint {
    const price = this.costs.outside?.[phase];
    if (!isOutside(price, bodyBytes, countedBytes)) return this.compileFuel(phase, countedBytes);
    const { constantThousandths, multiplierThousandths } = price!;
    return functionFuel(countedBytes, multiplierThousandths, this.costs.bytesPerFuel, constantThousandths);
  }

  /** Whether such a function is none that the prices of the phase are known to hold for. */
  isOutsideDomain(phase: FunctionPhase, bodyBytes: number, countedBytes: number): boolean {
    return isOutside(this.costs.outside?.[phase], bodyBytes, countedBytes);
  }

  /**
   * Fuel for parsing these bytes, a module or not. Where what modules declare has prices, these are charged; otherwise entries count as
   * bytes do. The default's charge for the module and its entries is the least in either case: no measured module has as many as a hostile one.
   */
  parseFuel(module: Uint8Array): bigint {
    const entries = sectionEntries(module);
    if (!this.#pricesEntities) return this.compileFuel('parse', moduleWeight(module.length, entries));
    const fuel = this.compileFuel('parse', module.length, entitiesOf(entries));
    const { parseConstantThousandths, parseMultiplierThousandths } = DEFAULT_FUEL_COSTS;
    const least = compileFuel(entriesWeight(entries), parseMultiplierThousandths, this.costs.bytesPerFuel, [
      [1, parseConstantThousandths.module],
    ]);
    return fuel > least ? fuel : least;
  }

  /** Fuel for filling, copying or zeroing `bytes` bytes, on top of the operator's own. */
  bulkFuel(bytes: number): bigint {
    return bulkFuel(bytes, this.costs.bytesPerFuel);
  }

  /** Every number with the layer it comes from, in a fixed order; with a profile, the unit first. */
  explain(): readonly CostExplanation[] {
    return this.#explanations;
  }
}

const NO_ENTITIES: ModuleEntities = {
  sections: 0,
  types: 0,
  functions: 0,
  imports: 0,
  exports: 0,
  globals: 0,
  segments: 0,
  declarationBytes: 0,
};

/** How many of each entity there are. */
export function entityCounts(entities: ModuleEntities): Readonly<Record<ParsedEntity, number>> {
  return {
    module: 1,
    section: entities.sections,
    type: entities.types,
    function: entities.functions,
    import: entities.imports,
    export: entities.exports,
    global: entities.globals,
    segment: entities.segments,
    'declaration-byte': entities.declarationBytes,
  };
}

function pricedEntities({ parseConstantThousandths }: FuelCosts, entities: ModuleEntities): PricedCount[] {
  const counts = entityCounts(entities);
  return PARSED_ENTITIES.map((entity) => [counts[entity], parseConstantThousandths[entity]]);
}

function functionThousandths(costs: FuelCosts, phase: 'validate' | 'translate'): number {
  return phase === 'validate' ? costs.validateConstantThousandths : costs.translateConstantThousandths;
}

/** The explanations as an aligned plain-text table, one number a line, with a heading line. */
export function formatCostExplanations(explanations: readonly CostExplanation[]): string {
  const rows = [
    ['number', 'value', 'unit', 'layer', 'source', 'note'],
    ...explanations.map((e) => [
      e.name,
      e.unit === MULTIPLIER_UNIT ? e.value.toFixed(3) : shortDecimal(e.value),
      e.unit,
      e.layer,
      e.source,
      e.note,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whole numbers as they are, others with three digits. */
function shortDecimal(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

const MULTIPLIER_UNIT = 'x memset';

function checkConfiguration(configuration: Partial<FuelCostOptions>): Partial<FuelCostOptions> {
  const known: readonly string[] = [
    'bytesPerFuel',
    ...Object.values(MULTIPLIER_OPTIONS),
    ...Object.values(CONSTANT_OPTIONS),
    ENTITY_OPTION,
    'executionCosts',
  ];
  for (const name of Object.keys(configuration)) {
    if (!known.includes(name)) {
      throw new RangeError(`unknown fuel cost ${name}; the known ones are ${known.join(', ')}`);
    }
  }
  const entities: unknown = configuration[ENTITY_OPTION];
  if (entities === undefined) return configuration;
  if (typeof entities !== 'object' || entities === null) {
    throw new RangeError(`${ENTITY_OPTION} is ${String(entities)}; give an object such as { function: 500 }`);
  }
  for (const name of Object.keys(entities)) {
    if (!(PARSED_ENTITIES as readonly string[]).includes(name)) {
      throw new RangeError(
        `unknown fuel cost ${ENTITY_OPTION}.${name}; the known ones are ${PARSED_ENTITIES.join(', ')}`,
      );
    }
  }
  return configuration;
}

function bytesPerFuelCost(configuration: Partial<FuelCostOptions>): CostExplanation {
  const common = {
    name: 'bytesPerFuel',
    unit: 'bytes/fuel',
    note: 'bytes filled, copied or zeroed for one fuel',
  };
  if (configuration.bytesPerFuel !== undefined) {
    const value = checkBytesPerFuel(configuration.bytesPerFuel);
    return { ...common, value, layer: 'configuration', source: 'fuelCosts.bytesPerFuel' };
  }
  return { ...common, value: DEFAULT_FUEL_COSTS.bytesPerFuel, layer: 'default', source: 'built in' };
}

/** All layers, checked. */
interface Layered {
  readonly profile?: HardwareProfile | undefined;
  readonly profilePolicy?: ProfilePolicyName | undefined;
  readonly policy: ProfilePolicy | undefined;
  readonly chargePolicy: ChargePolicy;
  readonly configuration: Partial<FuelCostOptions>;
  readonly bytesPerFuel: number;
}

interface Cost {
  readonly thousandths: number;
  readonly explanation: CostExplanation;
}

const thousandthsOf = ({ thousandths }: Cost): number => thousandths;

function policyOf({ profile, profilePolicy = 'warm' }: CostLayers): ProfilePolicy | undefined {
  if (profile === undefined) return undefined;
  const policy = profile.policies[profilePolicy];
  if (policy !== undefined) return policy;
  throw new RangeError(
    `the profile has no ${profilePolicy} policy; calibrate cold starts too, or charge by the warm policy`,
  );
}

/** What one fuel of this engine is in time, where a profile tells. */
function unitExplanation({ profile, bytesPerFuel }: Layered): CostExplanation[] {
  if (profile === undefined) return [];
  const { nanosecondsPerByte, fromBytes, toBytes, definition, bytesPerFuel: own } = profile.unit;
  const profiled =
    own === bytesPerFuel
      ? ''
      : `; the profile's own fuel (${definition}) is filling ${shortDecimal(own)} bytes, a byte in ` +
        `${shortDecimal(nanosecondsPerByte.estimate)} ns, ${intervalText(nanosecondsPerByte, shortDecimal)}`;
  return [
    Object.freeze({
      name: 'nanosecondsPerFuel',
      value: bytesPerFuel * nanosecondsPerByte.estimate,
      unit: 'ns/fuel',
      layer: 'profile',
      source: provenance(profile),
      note:
        `time of filling ${bytesPerFuel} bytes, by ${profile.baseline.kernel} (hot) from ${fromBytes} to ${toBytes} bytes` +
        `; ${intervalText(nanosecondsPerByte, (value) => shortDecimal(bytesPerFuel * value))}${profiled}`,
    }),
  ];
}

function multiplierCost(phase: CompilePhase, layers: Layered): Cost {
  const name = MULTIPLIER_OPTIONS[phase];
  const { bytesPerFuel, configuration, policy, profile, profilePolicy = 'warm' } = layers;
  const layered = (thousandths: number, layer: CostLayer, source: string, remark = ''): Cost => ({
    thousandths,
    explanation: Object.freeze({
      name,
      value: thousandths / 1000,
      unit: MULTIPLIER_UNIT,
      layer,
      source,
      note: `n x ${(thousandths / 1000).toFixed(3)} / ${bytesPerFuel} fuel for n ${BYTES_OF_PHASE[phase]}${remark}`,
    }),
  });

  const configured = configuration[name];
  if (configured !== undefined) {
    return layered(thousandthsFromMultiplier(configured, name), 'configuration', `fuelCosts.${name}`);
  }
  const modelled = modelsOf(layers, phase);
  if (profile !== undefined && modelled !== undefined) {
    const { byteThousandths } = chargedPrice(modelled, layers.chargePolicy);
    return layered(byteThousandths, 'profile', provenance(profile), `; ${modelText(modelled, layers)}`);
  }
  const measured = policy?.phases[phase];
  if (profile !== undefined && measured !== undefined) {
    const interval = intervalText(measured.multiplier, (value) => value.toFixed(3));
    return layered(
      measured.multiplierThousandths,
      'profile',
      provenance(profile),
      `; ${profilePolicy}, ${interval}, verdict ${measured.verdict}`,
    );
  }
  const fallback = multiplierThousandths(DEFAULT_FUEL_COSTS, phase);
  const remark = profile === undefined ? '' : `; the profile has no number for ${phase}`;
  return layered(fallback, 'default', 'built in', remark);
}

/** Where a profile has measured the phase, what it found no constant for has none. */
function functionCost(phase: 'validate' | 'translate', layers: Layered): Cost {
  const name = CONSTANT_OPTIONS[phase];
  const isMeasured = layers.policy?.phases[phase] !== undefined;
  const modelled = modelsOf(layers, phase);
  return constantCost(name, 'function', layers.configuration[name], constantOf(layers, phase, ['function']), {
    layers,
    fallback: isMeasured ? 0 : functionThousandths(DEFAULT_FUEL_COSTS, phase),
    note: `of each function, before its bytes, in ${phase === 'validate' ? 'validating' : 'translating'}`,
    modelled: modelled && {
      thousandths: chargedPrice(modelled, layers.chargePolicy).functionThousandths,
      remark: modelText(modelled, layers),
    },
  });
}

/** What starting the process costs at first calls is paid with each module: a cold one is the first of its process. */
function entityCost(entity: ParsedEntity, layers: Layered): Cost {
  const name = `${ENTITY_OPTION}.${entity}`;
  const constants = [
    ...constantOf(layers, 'parse', [entity]),
    ...(entity === 'module' ? COMPILE_PHASES.flatMap((phase) => constantOf(layers, phase, ['process'])) : []),
  ];
  return constantCost(name, entity, layers.configuration[ENTITY_OPTION]?.[entity], constants, {
    layers,
    fallback: DEFAULT_FUEL_COSTS.parseConstantThousandths[entity],
    note: `of each ${entity}, before the module's bytes, in parsing`,
  });
}

function constantOf({ policy }: Layered, phase: CompilePhase, per: readonly string[]) {
  return policy?.phases[phase]?.constants.filter((constant) => per.includes(constant.per)) ?? [];
}

function constantCost(
  name: string,
  entity: string,
  configured: number | undefined,
  measured: ReturnType<typeof constantOf>,
  {
    fallback,
    layers,
    modelled,
    note,
  }: {
    readonly layers: Layered;
    readonly fallback: number;
    readonly note: string;
    /** What a model says, before what the price does. */
    readonly modelled?: { readonly thousandths: number; readonly remark: string } | undefined;
  },
): Cost {
  const { bytesPerFuel, profile } = layers;
  const layered = (thousandths: number, layer: CostLayer, source: string, remark = ''): Cost => ({
    thousandths,
    explanation: Object.freeze({
      name,
      value: thousandths / 1000 / bytesPerFuel,
      unit: `fuel/${entity}`,
      layer,
      source,
      note: `${note}${remark}`,
    }),
  });
  if (configured !== undefined) {
    const thousandths = thousandthsFromConstant(configured, bytesPerFuel, name);
    return layered(thousandths, 'configuration', `fuelCosts.${name}`);
  }
  if (profile !== undefined && modelled !== undefined)
    return layered(modelled.thousandths, 'profile', provenance(profile), `; ${modelled.remark}`);
  if (profile === undefined || measured.length === 0) return layered(fallback, 'default', 'built in');
  const thousandths = measured.reduce((sum, one) => sum + constantThousandthsOf(one, profile.unit), 0);
  const times = measured.map(
    ({ nanoseconds }) =>
      `${shortDecimal(nanoseconds.estimate)} ns, ${intervalText(nanoseconds, shortDecimal)}`,
  );
  return layered(thousandths, 'profile', provenance(profile), `; ${times.join(' and ')}`);
}

function checkChargePolicy(policy: unknown = DEFAULT_CHARGE_POLICY): ChargePolicy {
  if (isChargePolicy(policy)) return policy;
  throw new RangeError(`unknown charge policy "${String(policy)}"; one of ${CHARGE_POLICIES.join(', ')}`);
}

/** Models tell of code of the compiler that has run for long: of a phase's warm price. */
function modelsOf(
  { profile, profilePolicy = 'warm' }: Layered,
  phase: CompilePhase,
): ProfilePhaseModels | undefined {
  return profilePolicy === 'warm' && phase !== 'parse' ? profile?.models?.phases[phase] : undefined;
}

function modelText(modelled: ProfilePhaseModels, { chargePolicy }: Layered): string {
  const { factor, heldOut } = chargedModel(modelled)!.policies[chargePolicy];
  const { undercharged, worst } = heldOut.module;
  return (
    `model ${modelled.charged}, policy ${chargePolicy} (${shortDecimal(factor)} x typical); modules held out: ` +
    `${shortDecimal(100 * undercharged)}% of functions took longer, at most ${shortDecimal(Math.max(1, worst))} times`
  );
}

/** What functions are charged that the models say nothing of, with what a configuration says in its place. */
function outsidePrices(
  layers: Layered,
  multipliers: readonly Cost[],
  functions: readonly Cost[],
): { prices: Partial<Record<FunctionPhase, OutsidePrice>>; explanations: CostExplanation[] } | undefined {
  const { bytesPerFuel, configuration, profile } = layers;
  const prices: Partial<Record<FunctionPhase, OutsidePrice>> = {};
  const explanations: CostExplanation[] = [];
  for (const [i, phase] of FUNCTION_PHASES.entries()) {
    const modelled = modelsOf(layers, phase);
    if (profile === undefined || modelled === undefined) continue;
    const safe = chargedPrice(modelled, 'safe');
    const { leastBytes, mostBytes, mostCountedThousandths } = modelled.domain;
    const multiplier = MULTIPLIER_OPTIONS[phase];
    const constant = CONSTANT_OPTIONS[phase];
    const price: OutsidePrice = Object.freeze({
      leastBytes,
      mostBytes,
      mostCountedThousandths,
      multiplierThousandths:
        configuration[multiplier] === undefined
          ? safe.byteThousandths
          : multipliers[COMPILE_PHASES.indexOf(phase)]!.thousandths,
      constantThousandths:
        configuration[constant] === undefined ? safe.functionThousandths : functions[i]!.thousandths,
    });
    prices[phase] = price;
    const note =
      `of functions outside the domain (bodies of ${leastBytes} to ${mostBytes} bytes that count as at most ` +
      `${mostCountedThousandths / 1000} times as many), policy safe`;
    const explained = (name: string, value: number, unit: string, isConfigured: boolean) =>
      Object.freeze({
        name: `${name}.outside`,
        value,
        unit,
        layer: isConfigured ? ('configuration' as const) : ('profile' as const),
        source: isConfigured ? `fuelCosts.${name}` : provenance(profile),
        note,
      });
    explanations.push(
      explained(
        multiplier,
        price.multiplierThousandths / 1000,
        MULTIPLIER_UNIT,
        configuration[multiplier] !== undefined,
      ),
      explained(
        constant,
        price.constantThousandths / 1000 / bytesPerFuel,
        'fuel/function',
        configuration[constant] !== undefined,
      ),
    );
  }
  return explanations.length === 0 ? undefined : { prices: Object.freeze(prices), explanations };
}

/** What the profile says that executing costs, where it does. */
function measuredExecution({ profile, bytesPerFuel }: Layered): MeasuredExecution | undefined {
  if (profile?.execution === undefined) return undefined;
  const { execution, unit } = profile;
  const classes = chargedClasses(execution);
  return {
    costs: executionCostsOfProfile(execution, unit, bytesPerFuel),
    source: provenance(profile),
    note: (name) => {
      const { nanoseconds } = classes[name]!;
      return `${shortDecimal(nanoseconds.estimate)} ns on the ${execution.chargedExecutor} executor, ${intervalText(nanoseconds, shortDecimal)}`;
    },
  };
}

function intervalText(
  { low, high, confidenceLevel, processes }: ProfileEstimate,
  shown: (value: number) => string,
): string {
  const level = (100 * confidenceLevel).toFixed(1);
  return `${level}% interval ${shown(low)} to ${shown(high)} over ${counted(processes, 'processes')}`;
}

function provenance(profile: HardwareProfile): string {
  const { cpuModel, logicalCores, id } = profile.machine;
  const measured = `${cpuModel} (${counted(logicalCores, 'logical cores')}, machine ${id}), ${profile.createdAt.slice(0, 10)}`;
  const source = profileSource(profile);
  return source === undefined ? measured : `${measured}, ${source}`;
}
