import type { MeasuredCosts } from './measured-costs.js';
import { chargedOperatorFields } from './operator-fields.js';
import { recommendForWasmi, type Anchor, type WasmiRecommendation } from './recommend-wasmi.js';
import { recommendForWasmtime, type WasmtimeRecommendation } from './recommend-wasmtime.js';
import type { RoundedCost } from './rounded-cost.js';

export const EXPORT_ENGINES = ['wasmi', 'wasmtime'] as const;
export type ExportEngine = (typeof EXPORT_ENGINES)[number];
export const EXPORT_FORMATS = ['rust', 'toml', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  readonly for: ExportEngine;
  readonly anchor: Anchor;
  /** Wasmi, anchor `memset`: bytes per fuel instead of those that round well. */
  readonly bytesPerFuel?: number;
}

type Recommendation = WasmiRecommendation | WasmtimeRecommendation;

/**
 * Configuration for an engine, in one format. The Rust text defines `fuel_costs()` (Wasmi) or `operator_cost()` (Wasmtime), ready
 * for `Config::fuel_cost` or `Config::operator_cost`.
 * @throws MissingMeasurement, RangeError
 */
export function exportCosts(costs: MeasuredCosts, options: ExportOptions, format: ExportFormat): string {
  const recommendation =
    options.for === 'wasmi' ? recommendForWasmi(costs, options) : recommendForWasmtime(costs, options);
  switch (format) {
    case 'rust':
      return rustText(costs, recommendation);
    case 'toml':
      return tomlText(costs, recommendation);
    case 'json':
      return `${JSON.stringify(jsonObject(costs, recommendation), null, 2)}\n`;
  }
}

interface NamedCost {
  /** As the engine's crate calls it. */
  readonly name: string;
  readonly cost: RoundedCost;
  readonly meaning: string;
}

function namedCosts(recommendation: Recommendation): NamedCost[] {
  if (recommendation.for === 'wasmi') {
    const { bytesCopiedPerFuel, fuelPerBytesTranslated, fuelPerBytesValidated } = recommendation;
    return [
      {
        name: 'bytes_copied_per_fuel',
        cost: bytesCopiedPerFuel,
        meaning: 'bytes filled or copied for one fuel',
      },
      {
        name: 'fuel_per_bytes_translated',
        cost: fuelPerBytesTranslated,
        meaning: 'fuel for a body byte translated',
      },
      {
        name: 'fuel_per_bytes_validated',
        cost: fuelPerBytesValidated,
        meaning: 'fuel for a body byte validated',
      },
    ];
  }
  return [
    {
      name: 'operator',
      cost: recommendation.operator,
      meaning: 'fuel for an operator that costs 1 by default',
    },
    {
      name: 'memory_per_byte',
      cost: recommendation.memoryPerByte,
      meaning: 'fuel for a byte filled, copied or initialised',
    },
  ];
}

/** Where the numbers come from, a sentence a line. */
function provenanceLines(costs: MeasuredCosts, { for: engine, anchor }: Recommendation): string[] {
  const { provenance } = costs;
  const fuel = anchor === 'memset' ? 'bytes filled' : "one operator's time";
  return [
    `Fuel costs for ${engine}, measured by wasm-dyno. One fuel means ${fuel} (anchor "${anchor}").`,
    `Measured: ${provenance.engine} ${provenance.engineVersion}, ${provenance.date}.`,
    `Flags: ${provenance.flags.join(' ') || 'none'}.`,
    `Machine: ${provenance.machine}.`,
    `Baseline: ${provenance.kernel}, regime ${provenance.regime}, ${significant(costs.memsetNanosecondsPerByte)} ns per byte.`,
    `Intervals: ${(provenance.confidenceLevel * 100).toFixed(1)}%, ${provenance.processes} process executions. Verdict: ${provenance.verdict}.`,
  ].map(oneLine);
}

function costLine({ cost, meaning }: NamedCost): string {
  const { exact, roundingError, clamped } = cost;
  const interval = `${significant(exact.estimate)} [${significant(exact.low)}, ${significant(exact.high)}]`;
  const error = `${roundingError >= 0 ? '+' : ''}${(roundingError * 100).toFixed(1)}%`;
  return `${meaning}: ${interval}, rounded ${error}${clamped ? ', cut off by the range' : ''}`;
}

function rustText(costs: MeasuredCosts, recommendation: Recommendation): string {
  const named = namedCosts(recommendation);
  const comments = provenanceLines(costs, recommendation).map((line) => `// ${line}`);
  if (recommendation.for === 'wasmi') {
    return [
      ...comments,
      '',
      '/// For `wasmi::Config::fuel_cost`.',
      'pub fn fuel_costs() -> wasmi::CustomFuelCosts {',
      '    wasmi::CustomFuelCosts {',
      ...named.flatMap((entry) => [
        `        // ${costLine(entry)}`,
        `        ${entry.name}: ${entry.cost.value},`,
      ]),
      '    }',
      '}',
      '',
    ].join('\n');
  }
  const [operator, memoryPerByte] = named as [NamedCost, NamedCost];
  const variable = ['memory_copy_per_byte', 'memory_fill_per_byte', 'memory_init_per_byte'];
  return [
    ...comments,
    '',
    '/// For `wasmtime::Config::operator_cost`.',
    'pub fn operator_cost() -> wasmtime::OperatorCost {',
    '    let mut costs = wasmtime::OperatorCost::new();',
    `    // ${costLine(operator)}`,
    `    const OPERATOR: u8 = ${operator.cost.value};`,
    `    // ${costLine(memoryPerByte)}`,
    `    const BYTE: u8 = ${memoryPerByte.cost.value};`,
    ...variable.map((name) => `    costs.variable.${name} = BYTE;`),
    ...chargedOperatorFields().map((name) => `    costs.${name} = OPERATOR;`),
    '    costs',
    '}',
    '',
  ].join('\n');
}

function tomlText(costs: MeasuredCosts, recommendation: Recommendation): string {
  return [
    ...provenanceLines(costs, recommendation).map((line) => `# ${line}`),
    '',
    `[${recommendation.for}]`,
    `anchor = "${recommendation.anchor}"`,
    ...namedCosts(recommendation).flatMap((entry) => [
      `# ${costLine(entry)}`,
      `${entry.name} = ${entry.cost.value}`,
    ]),
    '',
  ].join('\n');
}

function jsonObject(costs: MeasuredCosts, recommendation: Recommendation): Record<string, unknown> {
  return {
    kind: 'wasm-dyno-fuel-costs',
    for: recommendation.for,
    anchor: recommendation.anchor,
    provenance: costs.provenance,
    memsetNanosecondsPerByte: costs.memsetNanosecondsPerByte,
    costs: Object.fromEntries(
      namedCosts(recommendation).map(({ name, cost }) => [
        name,
        {
          value: cost.value,
          exact: cost.exact.estimate,
          interval: [cost.exact.low, cost.exact.high],
          roundingError: cost.roundingError,
          clamped: cost.clamped,
        },
      ]),
    ),
  };
}

/** A machine's name must not end a comment. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function significant(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
