import type { MemsetRegime, SizeClassName } from '@wasm-dyno/reports/recorded-run';
import type { ArmParams, ArmPart, Description, TargetPhase } from '../targets/protocol.js';
import { Random } from '@wasm-dyno/corpora/random';
import type { Effort } from './effort.js';
import {
  functionStrata,
  kindOfModule,
  moduleStrata,
  pricedModules,
  stratumModuleName,
  wholeCorpusStratum,
  type DescribedModule,
  type ModuleKind,
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
  /** Bytes of the corpus that each part stands for, where parts are timed each by itself too. */
  readonly partBytes?: readonly number[];
  /** The first is the primary one, the others are for comparison. */
  readonly baselines: readonly Baseline[];
  /** What `arm` must answer as `bytesPerCall`. */
  readonly bytesPerCall: number;
}

/** Those that stand for code of the corpus: beside a generated module or a probe, which are there for leverage, nothing else is compared. */
export function standingForCorpus(pairs: readonly PairedArms[]): readonly PairedArms[] {
  const weighing = pairs.filter(({ stratumBytes }) => stratumBytes > 0);
  return weighing.length > 0 ? weighing : pairs;
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
 * The arms that are measured on one target. Phases of single functions get an arm per size class and one of real modules' functions when
 * the target takes functions of several modules together; else, and for phases of whole modules, an arm per sampled module.
 */
export function planArms(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[] {
  const baselines = baselinesOf(description, effort.compareAllKernels);
  return armsByPhase(description, modules, effort, baselines);
}

function armsByPhase(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
  baselines: readonly Baseline[],
): PairedArms[] {
  return phasesOf(description).flatMap((phase) => {
    const strata = takesFunctions(description, phase)
      ? [...functionStrata(modules, effort.warmSample), ...programStratum(modules, effort)]
      : wholeModuleStrata(phase, modules, effort);
    return strata.map((stratum) => pairOf(phase, stratum, baselines));
  });
}

/** The functions of real modules as these have them, once around: what prices are to add up to. Nothing where all code is generated. */
function programStratum(modules: readonly DescribedModule[], { warmSample }: Effort): Stratum[] {
  if (!modules.some((module) => kindOfModule(module) === 'real')) return [];
  const stratum = wholeCorpusStratum(modules, { ...warmSample, bytes: PROGRAM_SAMPLES * warmSample.bytes });
  return stratum === undefined ? [] : [stratum];
}

/** Modules handled whole: those that prices are to hold for; generated ones for leverage beside real ones; for parsing the probes. */
function wholeModuleStrata(
  phase: TargetPhase,
  modules: readonly DescribedModule[],
  { mostModuleBytes: mostBytes, sampleModules }: Effort,
): Stratum[] {
  const strata = (some: readonly DescribedModule[], count: number) =>
    count === 0 ? [] : moduleStrata(some, { modules: count, mostBytes }, ...sizesIn(phase));
  const ofKind = (kind: ModuleKind) => modules.filter((module) => kindOfModule(module) === kind);
  const priced = pricedModules(modules);
  // Parsing takes little time, and is told apart by what modules declare.
  const count = phase === 'parse' ? PARSED_PART * sampleModules : sampleModules;
  const isLeverage = priced.some((module) => kindOfModule(module) === 'real');
  const leverage = [
    ...(isLeverage ? strata(ofKind('generated'), LEVERAGE_MODULES) : []),
    ...(phase === 'parse' ? strata(ofKind('probe'), Infinity) : []),
  ];
  return [...strata(priced, count), ...leverage.map((stratum) => ({ ...stratum, stratumBytes: 0 }))];
}

/** The program sample is so many times that of a size class. */
const PROGRAM_SAMPLES = 2;
/** So many times as many modules are parsed as compiled. */
const PARSED_PART = 2;
/** Generated modules beside real ones. */
const LEVERAGE_MODULES = 1;

/**
 * What cold processes time the first calls of, a process for each group: samples of the whole corpus's functions of several sizes, and
 * modules of several sizes. A first call costs a constant of the process and a price per byte, and calls of one size would not tell the
 * two apart. The same functions are validated and then translated in one process, as an engine does on a first call; what handles modules
 * whole has a process of its own.
 */
export function planColdGroups(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[][] {
  const baselines = [primaryBaseline(description)];
  const byModule = { modules: effort.coldModules, mostBytes: effort.mostModuleBytes };
  const pairs = phasesOf(description).flatMap((phase) =>
    takesFunctions(description, phase)
      ? effort.coldSampleBytes.flatMap((bytes) => firstCallPair(phase, modules, bytes, baselines))
      : moduleStrata(pricedModules(modules), byModule, ...sizesIn(phase)).map((stratum) =>
          pairOf(phase, stratum, baselines),
        ),
  );
  const groups = new Map<string, PairedArms[]>();
  for (const pair of pairs) {
    const key = takesFunctions(description, pair.phase) ? pair.sizes.join() : pair.name;
    const group = groups.get(key) ?? [];
    // A small corpus has the same sample for several sizes; a second time would not be the first.
    if (!group.some(({ phase }) => phase === pair.phase)) groups.set(key, [...group, pair]);
  }
  return [...groups.values()];
}

/** A sample of about so many bytes, which stands for itself: totals over the sizes are times over bytes. */
function firstCallPair(
  phase: TargetPhase,
  modules: readonly DescribedModule[],
  bytes: number,
  baselines: readonly Baseline[],
): PairedArms[] {
  const stratum = wholeCorpusStratum(modules, { bytes, leastFunctions: 1, mostFunctions: 4096 });
  if (stratum === undefined) return [];
  const pair = pairOf(phase, stratum, baselines);
  return [{ ...pair, name: `${pair.name}/first-${bytes}`, stratumBytes: pair.bytesPerCall }];
}

const CURVE_SAMPLE: SampleSize = { bytes: 1024, leastFunctions: 1, mostFunctions: 64 };

/**
 * What the warm-up curve is drawn of. Where the target can time the functions of one call, each function comes once, in an order drawn from
 * the whole corpus: an engine compiles a function once. Else it is an arm whose calls are short, called again and again.
 */
export function planCurveArms(
  description: Description,
  modules: readonly DescribedModule[],
  effort: Effort,
): PairedArms[] {
  const baselines = [primaryBaseline(description)];
  if (description.stopsCurves === true) {
    return phasesOf(description).flatMap((phase) =>
      firstFunctionsPair(phase, takesFunctions(description, phase), modules, effort, baselines),
    );
  }
  return wholeCorpusArms(description, modules, CURVE_SAMPLE, 64 * 1024, baselines).map((pair) => ({
    ...pair,
    name: `curve/${pair.name}/${effort.curveCalls}`,
  }));
}

/** The same order in every process and run: it depends on the corpus alone. */
const CURVE_SEED = 1;

function firstFunctionsPair(
  phase: TargetPhase,
  byFunction: boolean,
  modules: readonly DescribedModule[],
  effort: Effort,
  baselines: readonly Baseline[],
): PairedArms[] {
  const programs = modules.filter((module) => kindOfModule(module) !== 'probe');
  const units = byFunction
    ? programs.flatMap(({ name, functions }) =>
        functions
          .filter(({ bodyBytes }) => bodyBytes > 0)
          .map(({ index, bodyBytes }) => ({ part: { module: name, functions: [index] }, bytes: bodyBytes })),
      )
    : programs
        .filter(({ moduleBytes }) => moduleBytes <= effort.mostModuleBytes)
        .map(({ name, moduleBytes }) => ({ part: { module: name }, bytes: moduleBytes }));
  const drawn = new Random(CURVE_SEED, 'curve', phase).shuffled(units).slice(0, effort.curveFunctions);
  if (drawn.length === 0) return [];
  const sizes = drawn.map(({ bytes }) => bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const parts = drawn.map(({ part }) => part);
  const stratum: Stratum = { sizeClass: 'all', parts, sizes, stratumBytes: bytes };
  return [{ ...pairOf(phase, stratum, baselines), name: `curve/${phase}/first-${drawn.length}` }];
}

/** Counts at which a curve reads the clock: each up to ten, then twelve to a factor of ten, tens, hundreds and so on among them. */
export function curveStops(functions: number): number[] {
  const stops = new Set<number>();
  for (let step = 0; 10 ** (step / 12) < functions; step++) stops.add(Math.round(10 ** (step / 12)));
  for (let count = 1; count <= Math.min(10, functions); count++) stops.add(count);
  return [...stops, functions].filter((stop, i, all) => all.indexOf(stop) === i).sort((a, b) => a - b);
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
      : moduleStrata(pricedModules(modules), { modules: 1, mostBytes: mostModuleBytes }, ...sizesIn(phase));
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
    ...(stratum.partBytes === undefined ? {} : { partBytes: stratum.partBytes }),
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
