import type { BodyFeatures } from '@wasm-dyno/engine/phases';
import { CENSUS_PHASES, type Census, type CensusPhase } from '../census/index.js';
import { shortNumber, terminalTable } from '../console/terminal.js';
import { median, quantile } from '../statistics/index.js';
import { MODEL_KINDS, type Observation, type Priced } from './cost-model.js';
import { FOLDS, heldOut, type Fold, type HeldOut } from './held-out.js';

/** A price as it is charged: whole thousandths of a filled byte, rounded up. */
export interface WholePrice {
  readonly of: Priced;
  readonly filledByteThousandths: number;
}

export interface PhaseReport {
  readonly phase: CensusPhase;
  readonly heldOut: Readonly<Record<Fold, readonly HeldOut[]>>;
  /** Of each model, fitted on everything. */
  readonly models: readonly { readonly name: string; readonly prices: readonly WholePrice[] }[];
}

export interface ModelReport {
  readonly engine: string;
  readonly machine: string;
  readonly modules: number;
  readonly functions: number;
  readonly nanosecondsPerFilledByte: number;
  /** Between which parts of the measured functions' features (p1 to p99, for each byte) prices hold. */
  readonly domain: readonly { readonly feature: string; readonly least: number; readonly most: number }[];
  readonly phases: readonly PhaseReport[];
}

/** `onProgress` is told which part is done; fitting takes some seconds. */
export function modelReport(census: Census, onProgress?: (part: number) => void): ModelReport {
  const steps = CENSUS_PHASES.length * FOLDS.length * MODEL_KINDS.length;
  let done = 0;
  const step = () => onProgress?.(++done / steps);
  const unit = median(census.nanosecondsPerFilledByte);
  const functions = census.modules.flatMap((module) => module.functions);
  return {
    engine: `${census.engine} ${census.engineVersion}`,
    machine: census.machine,
    modules: census.modules.length,
    functions: functions.length,
    nanosecondsPerFilledByte: unit,
    domain: domainOf(functions.map(({ features }) => features)),
    phases: CENSUS_PHASES.map((phase) => phaseReport(phase, observationsOf(census, phase), unit, step)),
  };
}

function observationsOf({ modules }: Census, phase: CensusPhase): Observation[] {
  return modules.flatMap(({ functions, name, toolchain }) =>
    functions.map(({ features, nanoseconds }) => ({
      module: name,
      toolchain,
      features,
      nanoseconds: median(nanoseconds[phase]),
    })),
  );
}

function phaseReport(
  phase: CensusPhase,
  observations: readonly Observation[],
  unit: number,
  step: () => void,
): PhaseReport {
  const validated = (fold: Fold) =>
    MODEL_KINDS.flatMap((kind) => {
      const tried = heldOut(kind, observations, fold, unit);
      step();
      return tried;
    });
  return {
    phase,
    heldOut: { module: validated('module'), toolchain: validated('toolchain') },
    models: MODEL_KINDS.map((kind) => ({
      name: kind.name,
      prices: kind.fit(observations, unit).prices.map(({ nanoseconds, of }) => ({
        of,
        filledByteThousandths: Math.ceil((1000 * nanoseconds) / unit),
      })),
    })),
  };
}

const DOMAIN = [
  'operators',
  'variables',
  'constants',
  'memory',
  'control',
  'calls',
  'others',
  'locals',
  'listValues',
] as const;

function domainOf(features: readonly BodyFeatures[]) {
  const sizes = features.map(({ bytes }) => bytes);
  return [
    { feature: 'bytes', least: Math.min(...sizesEnds(sizes)), most: Math.max(...sizesEnds(sizes)) },
    ...DOMAIN.map((feature) => {
      const density = features.map((each) => each[feature] / each.bytes);
      return { feature, least: quantile(density, 0.01), most: quantile(density, 0.99) };
    }),
  ];
}

function sizesEnds(sizes: readonly number[]): [number, number] {
  return [quantile(sizes, 0.01), quantile(sizes, 0.99)];
}

export function modelReportText(report: ModelReport): string {
  const { engine, functions, machine, modules, nanosecondsPerFilledByte, phases } = report;
  const first = `${engine} on ${machine}: ${functions.toLocaleString('en')} functions of ${modules} modules; a filled byte takes ${shortNumber(nanosecondsPerFilledByte)} ns\n`;
  return [
    first,
    ...phases.flatMap((phase) => FOLDS.map((fold) => foldText(phase, fold))),
    domainText(report),
  ].join('\n');
}

function foldText({ heldOut: by, phase }: PhaseReport, fold: Fold): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [
    { head: 'model' },
    { head: 'policy' },
    right('factor'),
    right('median error'),
    right('p95'),
    right('undercharged'),
    right('worst'),
    right('charge / time of modules'),
  ];
  const rows = by[fold].map((each) => [
    each.model,
    each.policy,
    shortNumber(each.factor),
    percent(each.medianError),
    percent(each.p95Error),
    percent(each.undercharged),
    `${shortNumber(each.worst)}x`,
    `${shortNumber(each.leastOfModules)} to ${shortNumber(each.mostOfModules)}`,
  ]);
  return `${phase}, each ${fold} charged by what the others say\n${terminalTable(columns, rows)}\n`;
}

function domainText({ domain }: ModelReport): string {
  const rows = domain.map(({ feature, least, most }) => [
    feature === 'bytes' ? 'bytes' : `${feature} for each byte`,
    `${shortNumber(least)} to ${shortNumber(most)}`,
  ]);
  return `domain (98% of the functions in each line)\n${terminalTable([{ head: 'feature' }, { head: 'from, to' }], rows)}\n`;
}

function percent(part: number): string {
  return `${shortNumber(100 * part)}%`;
}
