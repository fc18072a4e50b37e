import { counted } from '@wasm-dyno/reports/wording';
import type { MeasuredCosts } from './measured-costs.js';
import type { ExecutionClass } from '@wasm-dyno/engine';
import { wasmiOperatorFields, wasmtimeOperatorFields, type OperatorField } from './operator-fields.js';
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

/** Each engine's cost model. */
const RECOMMEND: Readonly<
  Record<ExportEngine, (costs: MeasuredCosts, options: ExportOptions) => Recommendation>
> = { wasmi: recommendForWasmi, wasmtime: recommendForWasmtime };

/** Configuration for an engine, and what whoever uses it must know of it. */
export interface ExportedCosts {
  readonly text: string;
  /** A line for each number that the engine's type cannot hold, or that rounding moves far from what was measured. */
  readonly notices: readonly string[];
}

/**
 * Configuration for an engine, in one format. The Rust text defines `fuel_costs()` (Wasmi) and `operator_cost()` (Wasmi, where an
 * operator's time is known, and Wasmtime), ready for `Config::fuel_cost` and `Config::operator_cost`.
 * @throws MissingMeasurement, RangeError
 */
export function exportCosts(
  costs: MeasuredCosts,
  options: ExportOptions,
  format: ExportFormat,
): ExportedCosts {
  const recommendation = RECOMMEND[options.for](costs, options);
  return {
    text: textOf(costs, recommendation, format),
    notices: [
      ...(costs.spread ?? []),
      ...exportNotices(recommendation),
      ...classNotices(costs, recommendation),
    ],
  };
}

function textOf(costs: MeasuredCosts, recommendation: Recommendation, format: ExportFormat): string {
  switch (format) {
    case 'rust':
      return rustText(costs, recommendation);
    case 'toml':
      return tomlText(costs, recommendation);
    case 'json':
      return `${JSON.stringify(jsonObject(costs, recommendation), null, 2)}\n`;
  }
}

/** Rounding beyond it is told. */
const TOLD_ROUNDING_ERROR = 0.1;

function exportNotices(recommendation: Recommendation): string[] {
  return namedCosts(recommendation).flatMap(({ name, cost: { value, exact, roundingError, clamped } }) => {
    const off = `${signedPercent(roundingError)} of what was measured`;
    if (clamped) {
      return [
        `${name}: ${significant(exact.estimate)} does not fit the engine's type and becomes ${value}: ${off}`,
      ];
    }
    if (Math.abs(roundingError) <= TOLD_ROUNDING_ERROR) return [];
    return [`${name}: ${significant(exact.estimate)} is rounded to ${value}: ${off}`];
  });
}

/** Of classes, in one sentence: some dozens are rounded. */
function classNotices({ operatorTimes }: MeasuredCosts, { classes }: Recommendation): string[] {
  if (operatorTimes === undefined || classes === undefined) return [];
  const off = [...classes].filter(([, cost]) => Math.abs(cost.roundingError) > TOLD_ROUNDING_ERROR);
  const told = off.map(([name, { exact, value }]) => `${name} ${significant(exact.estimate)} as ${value}`);
  const from = `operators cost what they take on ${operatorTimes.measuredOn}, by class`;
  if (told.length === 0) return [from];
  return [`${from}; ${told.length} of ${classes.size} are rounded by more than 10%: ${told.join(', ')}`];
}

interface NamedCost {
  /** As the engine's crate calls it. */
  readonly name: string;
  readonly cost: RoundedCost;
  readonly meaning: string;
}

function namedCosts(recommendation: Recommendation): NamedCost[] {
  switch (recommendation.for) {
    case 'wasmi':
      return namedWasmiCosts(recommendation);
    case 'wasmtime':
      return [
        operatorCost(recommendation.operator),
        {
          name: 'memory_per_byte',
          cost: recommendation.memoryPerByte,
          meaning: 'fuel for a byte filled, copied or initialised',
        },
      ];
  }
}

function namedWasmiCosts(recommendation: WasmiRecommendation): NamedCost[] {
  const { bytesCopiedPerFuel, fuelPerBytesTranslated, fuelPerBytesValidated, operator } = recommendation;
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
    ...(operator === undefined ? [] : [operatorCost(operator)]),
  ];
}

function operatorCost(cost: RoundedCost): NamedCost {
  return { name: 'operator', cost, meaning: 'fuel for an operator that costs 1 by default' };
}

/** Where the numbers come from, a sentence a line. */
function provenanceLines(costs: MeasuredCosts, { for: engine, anchor }: Recommendation): string[] {
  const { provenance } = costs;
  const fuel = anchor === 'memset' ? 'bytes filled' : "one operator's time";
  const { operatorTimes } = costs;
  return [
    `Fuel costs for ${engine}, measured by wasm-dyno. One fuel means ${fuel} (anchor "${anchor}").`,
    `Measured: ${provenance.engine} ${provenance.engineVersion}, ${provenance.date}.`,
    `Flags: ${provenance.flags.join(' ') || 'none'}.`,
    `Machine: ${provenance.machine}.`,
    `Baseline: ${provenance.kernel}, regime ${provenance.regime}, ${significant(costs.memsetNanosecondsPerByte)} ns per byte.`,
    `Intervals: ${(provenance.confidenceLevel * 100).toFixed(1)}%, ${counted(provenance.processes, 'process execution')}. Verdict: ${provenance.verdict}.`,
    ...(costs.chargePolicy === undefined
      ? []
      : [
          `Prices of bytes: by policy "${costs.chargePolicy}", fitted on single functions.`,
          ...(costs.spread ?? []),
        ]),
    ...(operatorTimes === undefined
      ? []
      : [`Operators: by class, measured on ${operatorTimes.measuredOn}; whole fuel, to the nearest.`]),
  ].map(oneLine);
}

function costLine({ cost, meaning }: NamedCost): string {
  const { exact, roundingError, clamped } = cost;
  const interval = `${significant(exact.estimate)} [${significant(exact.low)}, ${significant(exact.high)}]`;
  return `${meaning}: ${interval}, rounded ${signedPercent(roundingError)}${clamped ? ', cut off by the range' : ''}`;
}

function signedPercent(part: number): string {
  return `${part >= 0 ? '+' : ''}${(part * 100).toFixed(1)}%`;
}

function rustText(costs: MeasuredCosts, recommendation: Recommendation): string {
  const comments = provenanceLines(costs, recommendation).map((line) => `// ${line}`);
  return [...comments, '', ...rustCode(recommendation), ''].join('\n');
}

function rustCode(recommendation: Recommendation): string[] {
  switch (recommendation.for) {
    case 'wasmi':
      return wasmiCode(recommendation);
    case 'wasmtime':
      return wasmtimeCode(recommendation);
  }
}

function wasmiCode(recommendation: WasmiRecommendation): string[] {
  const { classes, operator } = recommendation;
  const compiling = namedCosts(recommendation).filter(({ cost }) => cost !== operator);
  return [
    '/// For `wasmi::Config::fuel_cost`.',
    'pub fn fuel_costs() -> wasmi::CustomFuelCosts {',
    '    wasmi::CustomFuelCosts {',
    ...compiling.flatMap((entry) => [
      `        // ${costLine(entry)}`,
      `        ${entry.name}: ${entry.cost.value},`,
    ]),
    '    }',
    '}',
    '',
    ...(operator === undefined
      ? ['// No operator_cost(): the time of an executed fuel is not known; wasm-dyno metering measures it.']
      : wasmiOperatorCode(operator, classes)),
  ];
}

/** The SIMD fields exist only under a feature of Wasmi's, and a macro that nobody calls is not checked. */
function wasmiOperatorCode(operator: RoundedCost, classes: Recommendation['classes']): string[] {
  const { core, simd } = wasmiOperatorFields();
  return [
    `// ${costLine(operatorCost(operator))}`,
    `pub const OPERATOR: u8 = ${operator.value};`,
    '',
    '/// For `wasmi::Config::operator_cost`. Of a Wasmi with its feature `simd`, call `simd_operator_cost!` on it first.',
    'pub fn operator_cost() -> wasmi::OperatorCost {',
    '    let mut costs = wasmi::OperatorCost::default();',
    ...classConstants(core, classes),
    ...core.map((one) => `    costs.${one.field} = ${constantOf(one, classes)};`),
    '    costs',
    '}',
    '',
    '/// The SIMD operators: `let mut costs = operator_cost(); simd_operator_cost!(costs);`',
    '#[allow(unused_macros)]',
    'macro_rules! simd_operator_cost {',
    '    ($costs:expr) => {',
    ...simd.map((one) => `        $costs.${one.field} = ${costOf(one, classes)?.value ?? operator.value};`),
    '    };',
    '}',
  ];
}

function costOf(
  { operatorClass }: OperatorField,
  classes: Recommendation['classes'],
): RoundedCost | undefined {
  return operatorClass === undefined ? undefined : classes?.get(operatorClass);
}

function constantName(name: ExecutionClass): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** What an operator costs in Rust: its class's constant, or that of all whose class was not measured. */
function constantOf(one: OperatorField, classes: Recommendation['classes']): string {
  return costOf(one, classes) === undefined ? 'OPERATOR' : constantName(one.operatorClass!);
}

/** A constant for each class that the fields are of, with what it was rounded from. */
function classConstants(fields: readonly OperatorField[], classes: Recommendation['classes']): string[] {
  const used = new Set(fields.map(({ operatorClass }) => operatorClass));
  return [...(classes ?? [])].flatMap(([name, cost]) => {
    if (!used.has(name as OperatorField['operatorClass'])) return [];
    return [
      `    // ${costLine({ name, cost, meaning: `fuel for an operator of the class ${name}` })}`,
      `    const ${constantName(name)}: u8 = ${cost.value};`,
    ];
  });
}

function wasmtimeCode(recommendation: WasmtimeRecommendation): string[] {
  const [operator, memoryPerByte] = namedCosts(recommendation) as [NamedCost, NamedCost];
  const fields = wasmtimeOperatorFields();
  const { classes } = recommendation;
  const variable = ['memory_copy_per_byte', 'memory_fill_per_byte', 'memory_init_per_byte'];
  return [
    '/// For `wasmtime::Config::operator_cost`.',
    'pub fn operator_cost() -> wasmtime::OperatorCost {',
    '    let mut costs = wasmtime::OperatorCost::new();',
    `    // ${costLine(operator)}`,
    `    const OPERATOR: u8 = ${operator.cost.value};`,
    `    // ${costLine(memoryPerByte)}`,
    `    const BYTE: u8 = ${memoryPerByte.cost.value};`,
    ...variable.map((name) => `    costs.variable.${name} = BYTE;`),
    ...classConstants(fields, classes),
    ...fields.map((one) => `    costs.${one.field} = ${constantOf(one, classes)};`),
    '    costs',
    '}',
  ];
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
    ...(recommendation.classes === undefined ? [] : ['', `[${recommendation.for}.operators]`]),
    ...[...(recommendation.classes ?? [])].map(
      ([name, { exact, value }]) => `${name} = ${value} # ${significant(exact.estimate)}`,
    ),
    '',
  ].join('\n');
}

function jsonObject(costs: MeasuredCosts, recommendation: Recommendation): Record<string, unknown> {
  return {
    kind: 'wasm-dyno-fuel-costs',
    for: recommendation.for,
    anchor: recommendation.anchor,
    ...(costs.chargePolicy === undefined ? {} : { chargePolicy: costs.chargePolicy }),
    provenance: costs.provenance,
    memsetNanosecondsPerByte: costs.memsetNanosecondsPerByte,
    costs: Object.fromEntries(namedCosts(recommendation).map(({ name, cost }) => [name, jsonCost(cost)])),
    ...(recommendation.classes === undefined
      ? {}
      : {
          operatorsMeasuredOn: costs.operatorTimes!.measuredOn,
          operators: Object.fromEntries(
            [...recommendation.classes].map(([name, cost]) => [name, jsonCost(cost)]),
          ),
        }),
  };
}

function jsonCost({ clamped, exact, roundingError, value }: RoundedCost): Record<string, unknown> {
  return { value, exact: exact.estimate, low: exact.low, high: exact.high, roundingError, clamped };
}

/** A machine's name must not end a comment. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function significant(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
