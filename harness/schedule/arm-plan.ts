import type { FunctionSizeClass, MeasuredPhase, MemsetRegime } from '../measurement.js';
import type { ArmParams, ArmPart, Description, TargetPhase } from '../targets/protocol.js';
import type { Effort } from './effort.js';
import {
  functionStrata,
  moduleStrata,
  stratumModuleName,
  type DescribedModule,
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
  readonly sizeClass: FunctionSizeClass;
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
  const moduleSample = { modules: effort.sampleModules, mostBytes: effort.mostModuleBytes };
  const bySizeClass = functionStrata(modules, {
    bytes: effort.sampleBytes,
    leastFunctions: effort.leastSampleFunctions,
  });
  const byModule = moduleStrata(modules, moduleSample, ({ bodyBytes }) => bodyBytes, bodySizes);
  const strataOf = (phase: TargetPhase): Stratum[] => {
    if (phase === 'parse') return moduleStrata(modules, moduleSample, ({ moduleBytes }) => moduleBytes);
    if (phase === 'compile' || phase === 'first-call') return byModule;
    return description.combinesModules === true && bySizeClass.length > 0 ? bySizeClass : byModule;
  };
  return CALIBRATED_PHASES.filter(
    (phase) => description.phases.includes(phase) && phase !== 'first-call',
  ).flatMap((phase) =>
    strataOf(phase).map((stratum) => {
      const module = stratumModuleName(stratum);
      return {
        name: `${phase}/${stratum.sizeClass === 'all' ? module : stratum.sizeClass}`,
        phase,
        module,
        sizeClass: stratum.sizeClass,
        parts: stratum.parts,
        sizes: stratum.sizes,
        stratumBytes: stratum.stratumBytes,
        baselines,
        bytesPerCall: stratum.sizes.reduce((sum, size) => sum + size, 0),
      };
    }),
  );
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
export function memsetArmRequest(pair: PairedArms, baseline: Baseline): ArmParams {
  return { arm: memsetArmName(pair, baseline), kind: 'memset', ...baseline, sizes: pair.sizes };
}

export function memsetArmName(pair: PairedArms, baseline: Baseline): string {
  return `${pair.name}/memset/${baseline.kernel}/${baseline.regime}`;
}

/** A row's phase is the protocol's name. */
export function measuredPhase(pair: PairedArms): MeasuredPhase {
  return pair.phase;
}

function bodySizes(module: DescribedModule): readonly number[] {
  const sizes = module.functions.map(({ bodyBytes }) => bodyBytes).filter((bytes) => bytes > 0);
  return sizes.length > 0 ? sizes : [module.bodyBytes];
}
