import type { MemsetRegime, SizeClassName } from '@wasm-dyno/reports/recorded-run';
import type { ArmParams, ArmPart, Description, TargetPhase } from '../targets/protocol.js';
import type { Effort } from './effort.js';
import {
  functionStrata,
  moduleStrata,
  stratumModuleName,
  wholeCorpusStratum,
  type DescribedModule,
  type SampleSize,
  type Stratum,
} from './strata.js';

/** A baseline: how a memset is done, and where in the memory hierarchy. */
export interface Baseline {
  readonly kernel: string;
  readonly regime: MemsetRegime;
}

/** A phase arm and the memset arms that fill the same sizes in the same order. */
export interface PairedArms {
  /** Name of the pair and of its phase arm, the same in every process. */
  readonly name: string;
  readonly phase: TargetPhase;
  readonly module: string;
  readonly sizeClass: SizeClassName;
  readonly parts: readonly ArmPart[];
  readonly sizes: readonly number[];
  readonly stratumBytes: number;
  /** The first is the primary one, the others are for comparison. */
  readonly baselines: readonly Baseline[];
  /** What `arm` must answer as `bytesPerCall`. */
  readonly bytesPerCall: number;
}

/** Phases that calibration measures, in the order of the report. */
export const CALIBRATED_PHASES = ['parse', 'validate', 'translate', 'compile', 'first-call'] as const;

/** The others handle modules whole. */
const FUNCTION_PHASES: readonly TargetPhase[] = ['validate', 'translate'];

/** The kernel of the ratio: the first that the target names, which is its best. */
export function primaryBaseline(description: Description): Baseline {
  const kernel = description.memset[0]?.kernel;
  if (kernel === undefined)
    throw new Error(`target "${description.engine}" offers no memset to measure against`);
  return { kernel, regime: 'hot' };
}

/** The primary baseline first, then those that ratios are to be compared over. */
export function baselinesOf(description: Description, allKernels: boolean): Baseline[] {
  const primary = primaryBaseline(description);
  const others = description.memset
    .filter(({ kernel }) => allKernels || kernel === primary.kernel)
    .flatMap(({ kernel, regimes }) => regimes.map((regime) => ({ kernel, regime })))
    .filter(({ kernel, regime }) => kernel !== primary.kernel || regime !== primary.regime);
  return [primary, ...others];
}

/**
 * The arms that are measured on one target. Phases of single functions get an arm per size class when the target takes
 * functions of several modules together; else, and for phases of whole modules, an arm per sampled module.
 */
export function planArms(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[] {
  const baselines = baselinesOf(description, effort.compareAllKernels);
  return armsBySizeClass(description, modules, effort, effort.warmSample, baselines);
}

function armsBySizeClass(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
  sample: SampleSize,
  baselines: readonly Baseline[],
): PairedArms[] {
  const byModule = { modules: effort.sampleModules, mostBytes: effort.mostModuleBytes };
  return phasesOf(description).flatMap((phase) => {
    const strata = takesFunctions(description, phase)
      ? functionStrata(modules, sample)
      : moduleStrata(modules, byModule, ...sizesIn(phase));
    return strata.map((stratum) => pairOf(phase, stratum, baselines));
  });
}

/**
 * What cold processes time the first calls of, a process for each group: per phase an arm for each size class, or one for all (functions
 * of the whole corpus, or the module of middle size). The same functions are validated and then translated in one process, as an engine
 * does on a first call; what handles modules whole has a process of its own.
 */
export function planColdGroups(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[][] {
  const baselines = [primaryBaseline(description)];
  const pairs = effort.coldBySizeClass
    ? armsBySizeClass(description, modules, effort, effort.coldSample, baselines)
    : wholeCorpusArms(description, modules, effort.coldSample, effort.mostModuleBytes, baselines);
  const groups = new Map<string, PairedArms[]>();
  for (const pair of pairs) {
    const key = takesFunctions(description, pair.phase) ? pair.sizeClass : pair.name;
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return [...groups.values()];
}

const CURVE_SAMPLE: SampleSize = { bytes: 1024, leastFunctions: 1, mostFunctions: 64 };

/** What the warm-up curve is drawn of: for each phase an arm whose calls are short. */
export function planCurveArms(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[] {
  const baselines = [primaryBaseline(description)];
  return wholeCorpusArms(description, modules, CURVE_SAMPLE, 64 * 1024, baselines).map((pair) => ({
    ...pair,
    name: `curve/${pair.name}/${effort.curveCalls}`,
  }));
}

function wholeCorpusArms(
  description: Description,
  modules: readonly DescribedModule[],
  sample: SampleSize,
  mostModuleBytes: number,
  baselines: readonly Baseline[],
): PairedArms[] {
  return phasesOf(description).flatMap((phase) => {
    const [stratum] = takesFunctions(description, phase)
      ? [wholeCorpusStratum(modules, sample)]
      : moduleStrata(modules, { modules: 1, mostBytes: mostModuleBytes }, ...sizesIn(phase));
    return stratum === undefined ? [] : [pairOf(phase, stratum, baselines)];
  });
}

function phasesOf(description: Description): TargetPhase[] {
  // Where the phases can be told apart function by function, the whole is their sum: `verify` checks that it is.
  const apart = description.combinesModules === true;
  return CALIBRATED_PHASES.filter(
    (phase) =>
      description.phases.includes(phase) && !(apart && (phase === 'first-call' || phase === 'compile')),
  );
}

function takesFunctions(description: Description, phase: TargetPhase): boolean {
  return description.combinesModules === true && FUNCTION_PHASES.includes(phase);
}

type SizesIn = [(module: DescribedModule) => number, (module: DescribedModule) => readonly number[]];

/** What counts as a module's size in a phase, and what the memset beside it fills. */
function sizesIn(phase: TargetPhase): SizesIn {
  return phase === 'parse'
    ? [({ moduleBytes }) => moduleBytes, ({ moduleBytes }) => [moduleBytes]]
    : [({ bodyBytes }) => bodyBytes, bodySizes];
}

function pairOf(phase: TargetPhase, stratum: Stratum, baselines: readonly Baseline[]): PairedArms {
  const module = stratumModuleName(stratum);
  const wholeModule = stratum.parts[0]!.functions === undefined;
  return {
    name: `${phase}/${wholeModule ? module : stratum.sizeClass}`,
    phase,
    module,
    sizeClass: stratum.sizeClass,
    parts: stratum.parts,
    sizes: stratum.sizes,
    stratumBytes: stratum.stratumBytes,
    baselines,
    bytesPerCall: stratum.sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The request that prepares the phase arm of a pair. */
export function phaseArmRequest(pair: PairedArms): ArmParams {
  const [first, ...parts] = pair.parts;
  return {
    arm: pair.name,
    kind: 'phase',
    phase: pair.phase,
    ...first!,
    ...(parts.length === 0 ? {} : { parts }),
  };
}

/** The request that prepares the memset arm of a pair over one baseline. */
export function memsetArmRequest(pair: PairedArms, baseline: Baseline, copy?: number): ArmParams {
  return { arm: memsetArmName(pair, baseline, copy), kind: 'memset', ...baseline, sizes: pair.sizes };
}

export function memsetArmName(pair: PairedArms, baseline: Baseline, copy?: number): string {
  const name = `${pair.name}/memset/${baseline.kernel}/${baseline.regime}`;
  return copy === undefined ? name : `${name}/${copy}`;
}

function bodySizes(module: DescribedModule): readonly number[] {
  const sizes = module.functions.map(({ bodyBytes }) => bodyBytes).filter((bytes) => bytes > 0);
  return sizes.length > 0 ? sizes : [module.bodyBytes];
}
