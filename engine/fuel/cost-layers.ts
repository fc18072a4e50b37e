import {
  COMPILE_PHASES,
  DEFAULT_FUEL_COSTS,
  bulkFuel,
  checkBytesPerFuel,
  compileFuel,
  multiplierThousandths,
  thousandthsFromMultiplier,
  type CompilePhase,
  type FuelCostOptions,
  type FuelCosts,
} from './fuel-costs.js';
import type { HardwareProfile, ProfilePolicyName } from './hardware-profile.js';
import { parseProfile, profileSource } from './profile-check.js';

/** Where a number comes from. Later layers replace single numbers of earlier ones. */
export type CostLayer = 'default' | 'profile' | 'configuration';

/** One number of the cost table and where it comes from. */
export interface CostExplanation {
  /** As in the configuration, for example `translateMultiplier`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly layer: CostLayer;
  /** Who says so: for a profile its machine, date and file. */
  readonly source: string;
  readonly note: string;
}

/** Where costs come from; a later layer wins, number by number. */
export interface CostLayers {
  readonly profile?: HardwareProfile | undefined;
  /** Which of the profile's policies to charge by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  readonly configuration?: Partial<FuelCostOptions> | undefined;
}

const MULTIPLIER_OPTIONS = {
  parse: 'parseMultiplier',
  validate: 'validateMultiplier',
  translate: 'translateMultiplier',
} as const satisfies Record<CompilePhase, keyof FuelCostOptions>;

/** The phases whose multipliers a configuration leaves to the layers below. */
export function phasesNotConfigured(configuration: Partial<FuelCostOptions> = {}): CompilePhase[] {
  return COMPILE_PHASES.filter((phase) => configuration[MULTIPLIER_OPTIONS[phase]] === undefined);
}

const BYTES_OF_PHASE: Readonly<Record<CompilePhase, string>> = {
  parse: 'module bytes',
  validate: 'body bytes',
  translate: 'body bytes',
};

/** The costs an engine charges by, each number with its provenance. Immutable. */
export class CostTable {
  readonly costs: FuelCosts;
  readonly #explanations: readonly CostExplanation[];

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
    const multipliers = COMPILE_PHASES.map((phase) =>
      multiplierCost(phase, bytesPerFuel, layers, configuration),
    );
    const [parse, validate, translate] = multipliers.map((cost) => cost.thousandths) as [
      number,
      number,
      number,
    ];
    this.costs = Object.freeze({
      bytesPerFuel,
      parseMultiplierThousandths: parse,
      validateMultiplierThousandths: validate,
      translateMultiplierThousandths: translate,
    });
    this.#explanations = Object.freeze([bytes, ...multipliers.map((cost) => cost.explanation)]);
  }

  /** Fuel for one phase of compiling `bytes` bytes (module bytes for `parse`, body bytes otherwise). */
  compileFuel(phase: CompilePhase, bytes: number): bigint {
    return compileFuel(bytes, multiplierThousandths(this.costs, phase), this.costs.bytesPerFuel);
  }

  /** Fuel for filling, copying or zeroing `bytes` bytes, on top of the operator's own. */
  bulkFuel(bytes: number): bigint {
    return bulkFuel(bytes, this.costs.bytesPerFuel);
  }

  /** Every number with the layer it comes from, in a fixed order. */
  explain(): readonly CostExplanation[] {
    return this.#explanations;
  }
}

/** The explanations as an aligned plain-text table, one number a line, with a heading line. */
export function formatCostExplanations(explanations: readonly CostExplanation[]): string {
  const rows = [
    ['number', 'value', 'unit', 'layer', 'source', 'note'],
    ...explanations.map((e) => [
      e.name,
      e.unit === MULTIPLIER_UNIT ? e.value.toFixed(3) : String(e.value),
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

const MULTIPLIER_UNIT = 'x memset';

function checkConfiguration(configuration: Partial<FuelCostOptions>): Partial<FuelCostOptions> {
  const known: readonly string[] = ['bytesPerFuel', ...Object.values(MULTIPLIER_OPTIONS)];
  for (const name of Object.keys(configuration)) {
    if (!known.includes(name)) {
      throw new RangeError(`unknown fuel cost ${name}; the known ones are ${known.join(', ')}`);
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

function multiplierCost(
  phase: CompilePhase,
  bytesPerFuel: number,
  layers: CostLayers,
  configuration: Partial<FuelCostOptions>,
): { thousandths: number; explanation: CostExplanation } {
  const name = MULTIPLIER_OPTIONS[phase];
  const layered = (thousandths: number, layer: CostLayer, source: string, remark = '') => ({
    thousandths,
    explanation: Object.freeze({
      name,
      value: thousandths / 1000,
      unit: MULTIPLIER_UNIT,
      layer,
      source,
      note: `ceil(n x ${(thousandths / 1000).toFixed(3)} / ${bytesPerFuel}) fuel for n ${BYTES_OF_PHASE[phase]}${remark}`,
    }),
  });

  const configured = configuration[name];
  if (configured !== undefined) {
    return layered(thousandthsFromMultiplier(configured, name), 'configuration', `fuelCosts.${name}`);
  }
  if (layers.profile !== undefined) {
    const policyName = layers.profilePolicy ?? 'warm';
    const policy = layers.profile.policies[policyName];
    if (policy === undefined) {
      throw new RangeError(
        `the profile has no ${policyName} policy; calibrate cold starts too, or charge by the warm policy`,
      );
    }
    const measured = policy.phases[phase];
    if (measured !== undefined) {
      const { low, high } = measured;
      const confidence = (100 * measured.confidenceLevel).toFixed(1);
      const { kernel, regime } = layers.profile.baseline;
      return layered(
        measured.multiplierThousandths,
        'profile',
        provenance(layers.profile),
        `; ${policyName}, ${confidence}% interval ${low.toFixed(3)} to ${high.toFixed(3)} over ${measured.processes} processes,` +
          ` against ${kernel} (${regime}), verdict ${measured.verdict}`,
      );
    }
  }
  const fallback = multiplierThousandths(DEFAULT_FUEL_COSTS, phase);
  const remark = layers.profile === undefined ? '' : `; the profile has no number for ${phase}`;
  return layered(fallback, 'default', 'built in', remark);
}

function provenance(profile: HardwareProfile): string {
  const { cpuModel, logicalCores, id } = profile.machine;
  const measured = `${cpuModel} (${logicalCores} logical cores, machine ${id}), ${profile.createdAt.slice(0, 10)}`;
  const source = profileSource(profile);
  return source === undefined ? measured : `${measured}, ${source}`;
}
