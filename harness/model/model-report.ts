import { MODELLED_PHASES, type ProfileModels } from '@wasm-dyno/engine';
import type { ModelPredictionRow } from '@wasm-dyno/reports/recorded-run';
import { closureByClass, type Census, type ClassClosure } from '../census/index.js';
import { median, quantile } from '../statistics/index.js';
import { CHARGED_MODEL, MODEL_KINDS } from './cost-model.js';
import { fittedPhase, type FittedPhase, type FittingOptions } from './phase-models.js';
import { repeatsOf, type Repeats } from './repeats.js';

/** What a census says of models. */
export interface ModelReport {
  readonly engine: string;
  readonly machine: string;
  readonly grain: 'function' | 'module';
  readonly nanosecondsPerFilledByte: number;
  readonly clockNanoseconds: number;
  readonly closure: readonly ClassClosure[];
  /** By phase, of a census of four processes or more: how far apart two measurements of the same functions are. */
  readonly repeats: Readonly<Record<string, Repeats>>;
  /** As profiles have them. */
  readonly models: ProfileModels;
  /** Between which parts of the measured functions' features (p1 to p99, for each byte) prices were tried. */
  readonly features: readonly { readonly feature: string; readonly least: number; readonly most: number }[];
  /** What the charged model, and the one that knows most, predict for functions of modules that it has not seen, and what they took. */
  readonly predictions: readonly ModelPredictionRow[];
}

export interface ModelReportOptions {
  /** What filling a byte takes; as the census measured it unless told. */
  readonly nanosecondsPerFilledByte?: number | undefined;
  /** Is told which part is done; fitting takes some seconds. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

export function modelReport(census: Census, options: ModelReportOptions = {}): ModelReport {
  const { engine, modules } = census;
  const unit = options.nanosecondsPerFilledByte ?? median(engine.nanosecondsPerFilledByte);
  const phases = MODELLED_PHASES.filter((phase) =>
    modules.some(({ bodies }) => bodies.some(({ nanoseconds }) => nanoseconds[phase] !== undefined)),
  );
  const steps = phases.length * MODEL_KINDS.length;
  let done = 0;
  const fitting: FittingOptions = {
    nanosecondsPerFilledByte: unit,
    seed: census.seed,
    onStep: () => options.onProgress?.(++done / steps),
  };
  const fitted = phases.flatMap((phase) => {
    const found = fittedPhase(census, phase, fitting);
    return found === undefined ? [] : [{ phase, ...found }];
  });
  const bodies = modules.flatMap((module) => module.bodies);
  return {
    engine: engine.engine,
    machine: census.machine,
    grain: engine.grain,
    nanosecondsPerFilledByte: unit,
    clockNanoseconds: median(engine.clockNanoseconds),
    closure: closureByClass(census),
    repeats: Object.fromEntries(
      fitted.flatMap(({ observations, phase }) => {
        const repeats = repeatsOf(observations);
        return repeats === undefined ? [] : [[phase, repeats]];
      }),
    ),
    models: {
      functions: bodies.length,
      modules: modules.length,
      processes: engine.processes,
      corpusSha256: census.corpusSha256,
      phases: Object.fromEntries(fitted.map(({ models, phase }) => [phase, models])),
    },
    features: featuresOf(census),
    predictions: fitted.flatMap((each) => predictionRows(engine.engine, each)),
  };
}

/** The one that is charged by, and the one that knows most. */
const TOLD_MODELS: ReadonlySet<string> = new Set([CHARGED_MODEL, MODEL_KINDS.at(-1)!.name]);

function predictionRows(
  engine: string,
  { observations, phase, predictions }: FittedPhase & { readonly phase: ModelPredictionRow['phase'] },
): ModelPredictionRow[] {
  return [...predictions]
    .filter(([model]) => TOLD_MODELS.has(model))
    .flatMap(([model, predicted]) =>
      observations.map(({ features, index, module, nanoseconds }, i) => ({
        engine,
        phase,
        model,
        module,
        function: index,
        bytes: features.bytes,
        nanoseconds: Math.round(nanoseconds),
        predictedNanoseconds: Math.round(predicted[i]!),
      })),
    );
}

const FEATURES = [
  'operators',
  'variables',
  'globals',
  'constants',
  'memory',
  'control',
  'calls',
  'others',
  'locals',
  'listValues',
] as const;

function featuresOf({ modules }: Census): ModelReport['features'] {
  const features = modules.flatMap(({ bodies }) => bodies.map((body) => body.features));
  const within = (feature: string, values: readonly number[]) => ({
    feature,
    least: quantile(values, 0.01),
    most: quantile(values, 0.99),
  });
  return [
    within(
      'bytes',
      features.map(({ bytes }) => bytes),
    ),
    ...FEATURES.map((feature) =>
      within(
        feature,
        features.map((each) => each[feature] / each.bytes),
      ),
    ),
  ];
}
