import { entityCounts, type ModuleEntities } from '@wasm-dyno/engine';
import {
  worstVerdict,
  type ModuleClosureRow,
  type PriceRecord,
  type RecordedEstimate,
  type Verdict,
} from '@wasm-dyno/reports/recorded-run';
import { median, relativeHalfWidth } from '../statistics/index.js';
import type { ArmSeries, PhaseSeries } from './arm-series.js';
import { closureLeftOut, corpusInterval, leaveOneModuleOut, type ModuleCharge } from './corpus-spread.js';
import type { VerdictThresholds } from './estimate-warning.js';
import { leastDisturbed } from './least-disturbed.js';
import type { TimedModule } from './module-times.js';
import { plannedInterval, type IntervalOptions } from './observations.js';
import {
  chargedPerByte,
  fitShape,
  levelFactor,
  scaledPrices,
  type PricedArm,
  type PricedEntity,
  type Prices,
} from './price-fit.js';
import type { RatioEstimate } from './ratio-estimate.js';
import { recordedEstimate } from './recorded-estimate.js';
import { replicatesOf, type Replicate } from './replicate.js';
import type { UnitEstimate } from './unit-estimate.js';

/** What modules declare, by their names in the rows. */
export type ModuleCensus = ReadonlyMap<string, ModuleEntities>;

/** A phase's price in one process execution. */
export type ProcessPrice = Prices & {
  readonly multiplier: number;
  /** Time over the whole corpus, constants included, in times of filling as many bytes. */
  readonly corpusMultiplier: number;
  /** Time of filling a byte, by which both were divided. */
  readonly unitPerByte: number;
};

/** A phase's price over the process executions, and in each. */
export interface EstimatedPrice extends PriceRecord {
  readonly byProcess: readonly ProcessPrice[];
}

/** What of it is recorded. */
export function recordedPrice({ byProcess, ...price }: EstimatedPrice): PriceRecord {
  void byProcess;
  return price;
}

/** A phase's price, and how it fits each module of the corpus. */
export interface PriceEstimate {
  readonly price: EstimatedPrice;
  readonly modules: readonly ModuleClosureRow[];
}

/** What a price rests on besides its phase's arms. */
export interface PriceBasis {
  readonly unit: UnitEstimate;
  /** At equal bytes, over the whole corpus. */
  readonly ratio: RatioEstimate | undefined;
  readonly census: ModuleCensus;
  /** Modules that were timed among all others; without, those with arms of their own are told of. */
  readonly passes: readonly TimedModule[];
}

/** A size class has at least this part in the shape, however few bytes of the corpus it stands for: it gives leverage. */
const LEAST_CLASS_WEIGHT = 0.05;
/**
 * And a module so much. What a byte takes to parse is mostly that of copying it, which hangs on where each arm's memory lies in a process: several modules tell
 * it better than the largest one alone (docs/notes/measuring.md).
 */
const LEAST_MODULE_WEIGHT = 0.1;

/**
 * The price of one phase against one unit: in each process execution a fit of constants and a time per byte (`fitPrices`), over the
 * processes their medians. Undefined where the arms do not determine it.
 */
export function priceEstimate(
  series: PhaseSeries,
  { census, passes, ratio, unit }: PriceBasis,
  options: IntervalOptions,
  thresholds: VerdictThresholds,
): PriceEstimate | undefined {
  const { arms } = leastDisturbed(series.pairs, series.arms, series.temperature, options, thresholds);
  const plan = pricePlan(series, arms, census);
  const { replicates } = replicatesOf(arms, series.temperature);
  const fits = replicates.flatMap((replicate) => fitOf(plan, replicate, unit) ?? []);
  if (fits.length === 0) return undefined;
  const over = (value: (fit: Fit) => number, some: readonly Fit[] = fits): RecordedEstimate =>
    recordedEstimate(plannedInterval(some.map(value), options));
  const multiplier = over(({ prices, unitPerByte }) => prices.perByte / unitPerByte);
  const nanosecondsPerByte = over(({ prices }) => prices.perByte);
  const corpusNanosecondsPerByte = over((fit) => corpusTime(plan, fit));
  const timed = passes.length > 0 ? passes : modulesWithArms(series, plan, arms);
  const charges = timed.map((module) => moduleCharge(module, fits));
  const { engine, kernel, temperature, phase } = series;
  return {
    price: {
      engine,
      temperature,
      kernel,
      phase,
      corpusNanosecondsPerByte,
      nanosecondsPerByte,
      multiplier,
      constants: plan.entities.map((per) => ({
        per,
        nanoseconds: over(({ prices }) => prices.constants[per] ?? 0),
      })),
      corpusInterval: corpusInterval(charges, multiplier.estimate),
      leaveOneModuleOut: leaveOneModuleOut(charges, multiplier.estimate),
      verdict: worstVerdict([
        unit.record.verdict,
        ratio?.verdict ?? 'insufficient-data',
        ...[nanosecondsPerByte, scaledBy(multiplier, unit.record.nanosecondsPerByte.estimate)].map((each) =>
          widthVerdict({ ...each, estimate: corpusNanosecondsPerByte.estimate }, thresholds),
        ),
        widthVerdict(corpusNanosecondsPerByte, thresholds),
      ]),
      byProcess: fits.map((fit) => ({
        ...fit.prices,
        multiplier: fit.prices.perByte / fit.unitPerByte,
        corpusMultiplier: corpusTime(plan, fit) / fit.unitPerByte,
        unitPerByte: fit.unitPerByte,
      })),
    },
    modules: closureRows(series, timed, charges, fits, over),
  };
}

type Spread = Pick<RecordedEstimate, 'estimate' | 'low' | 'high'>;

function scaledBy({ estimate, low, high }: Spread, factor: number): Spread {
  return { estimate: factor * estimate, low: factor * low, high: factor * high };
}

function widthVerdict(spread: Spread, thresholds: VerdictThresholds): Verdict {
  const halfWidth = relativeHalfWidth(spread);
  if (!(halfWidth <= thresholds.insufficientHalfWidth)) return 'insufficient-data';
  return halfWidth > thresholds.noisyHalfWidth ? 'noisy' : 'ok';
}

/** Nanoseconds per byte over the corpus. */
function corpusTime({ arms }: PricePlan, { nanosecondsPerByte }: Fit): number {
  const bytes = arms.reduce((sum, { levelBytes }) => sum + levelBytes, 0);
  const time = arms.reduce((sum, { levelBytes }, i) => sum + levelBytes * nanosecondsPerByte[i]!, 0);
  return time / bytes;
}

/** What is fitted to what. */
interface PricePlan {
  readonly arms: readonly PricedArm[];
  readonly series: readonly ArmSeries[];
  readonly entities: readonly PricedEntity[];
  /** Whether charges are to add up over the corpus: not at first calls, which a process has once. */
  readonly isLevelled: boolean;
}

interface Fit {
  readonly process: number;
  /** Before charges were made to add up. */
  readonly shape: Prices;
  readonly prices: Prices;
  readonly nanosecondsPerByte: readonly number[];
  readonly unitPerByte: number;
}

function fitOf(plan: PricePlan, replicate: Replicate, unit: UnitEstimate): Fit | undefined {
  const nanosecondsPerByte = replicate.map((entry) => entry.phaseNanosecondsPerByte);
  const shape = fitShape(plan.arms, plan.entities, nanosecondsPerByte);
  if (shape === undefined) return undefined;
  const factor = plan.isLevelled ? levelFactor(plan.arms, shape, nanosecondsPerByte) : 1;
  const own = replicate.map(({ process }) => unit.byProcess.get(process));
  const unitPerByte = own.every((value) => value !== undefined)
    ? median(own)
    : unit.record.nanosecondsPerByte.estimate;
  const { process } = replicate[0]!;
  return { process, shape, prices: scaledPrices(shape, factor), nanosecondsPerByte, unitPerByte };
}

/** Sizes within a smaller factor do not tell a constant from a slope. */
const SMALLEST_SIZE_FACTOR = 8;
const FEWEST_SIZES = 3;

function pricePlan(series: PhaseSeries, arms: readonly ArmSeries[], census: ModuleCensus): PricePlan {
  const { temperature, phase } = series;
  const ofModules = phase !== 'validate' && phase !== 'translate';
  // Arms by size class give the shape where there are any, arms by module the level.
  const byClass = arms.some(({ sizeClass }) => sizeClass !== 'all');
  const byModule = arms.some(({ sizeClass }) => sizeClass === 'all');
  const totalBytes = arms
    .filter(({ sizeClass }) => !byClass || sizeClass !== 'all')
    .reduce((sum, { stratumBytes }) => sum + stratumBytes, 0);
  const cold = temperature === 'cold';
  const leastWeight = ofModules && !cold ? LEAST_MODULE_WEIGHT : LEAST_CLASS_WEIGHT;
  const priced = arms.map((arm): PricedArm => {
    const { sizeClass, stratumBytes, bytesPerFunction, functions } = arm;
    const shapes = !byClass || sizeClass !== 'all';
    const levels = !byModule || sizeClass === 'all';
    const common = {
      arm: arm.arm,
      weight: shapes ? Math.max(leastWeight, stratumBytes / Math.max(1, totalBytes)) : 0,
      levelBytes: levels ? stratumBytes : 0,
    };
    if (cold) return { ...common, bytes: bytesPerFunction * functions, counts: { process: 1 } };
    if (!ofModules) return { ...common, bytes: bytesPerFunction, counts: { function: 1 } };
    const entities = census.get(arm.module);
    if (phase === 'parse' && entities !== undefined) {
      return { ...common, bytes: bytesPerFunction, counts: entityCounts(entities) };
    }
    return { ...common, bytes: bytesPerFunction * functions, counts: { module: 1, function: functions } };
  });
  return { arms: priced, series: arms, entities: entitiesTold(priced), isLevelled: !cold };
}

/** The entities whose constants the arms can tell apart from each other and from the bytes. */
function entitiesTold(arms: readonly PricedArm[]): PricedEntity[] {
  const shaping = arms.filter(({ weight }) => weight > 0);
  const sizes = shaping.map(({ bytes }) => bytes);
  const tellsSizes =
    new Set(sizes).size >= FEWEST_SIZES && Math.max(...sizes) >= SMALLEST_SIZE_FACTOR * Math.min(...sizes);
  if (!tellsSizes) return [];
  const entities = [...new Set(shaping.flatMap(({ counts }) => Object.keys(counts) as PricedEntity[]))];
  // With fewer arms than unknowns anything fits: the constant of the whole is then all that is told.
  return shaping.length > entities.length + 1 ? entities : entities.slice(0, 1);
}

/** The modules that arms of their own stand for. First calls have none: what they take is the process's more than the module's. */
function modulesWithArms(
  { temperature }: PhaseSeries,
  { arms }: PricePlan,
  series: readonly ArmSeries[],
): TimedModule[] {
  if (temperature === 'cold') return [];
  return arms.flatMap((arm, i): TimedModule[] => {
    const { bytesPerFunction, functions, module, processes, sizeClass, stratumBytes } = series[i]!;
    if (arm.levelBytes === 0 || sizeClass !== 'all') return [];
    const byProcess = new Map(processes.map((one) => [one.process, one.phaseNanosecondsPerByte]));
    const bytes = Math.round(bytesPerFunction * functions);
    return [{ module, arm, functions, bytes, corpusBytes: stratumBytes, byProcess }];
  });
}

/** A module's time and charge, by medians over the processes; the charge before charges were made to add up. */
function moduleCharge(
  { arm, byProcess, corpusBytes, module }: TimedModule,
  fits: readonly Fit[],
): ModuleCharge {
  return {
    module,
    time: corpusBytes * median([...byProcess.values()]),
    charge: corpusBytes * median(fits.map(({ shape }) => chargedPerByte(arm, shape))),
  };
}

function closureRows(
  { engine, temperature, phase }: PhaseSeries,
  timed: readonly TimedModule[],
  charges: readonly ModuleCharge[],
  fits: readonly Fit[],
  over: (value: (fit: Fit) => number, some?: readonly Fit[]) => RecordedEstimate,
): ModuleClosureRow[] {
  const leftOut = closureLeftOut(charges);
  return timed.flatMap(({ arm, byProcess, bytes, corpusBytes, functions, module }, k): ModuleClosureRow[] => {
    const own = fits.filter(({ process }) => byProcess.has(process));
    if (own.length === 0) return [];
    const time = over(({ process }) => byProcess.get(process)!, own);
    const charged = over(({ prices }) => chargedPerByte(arm, prices), own);
    const closure = over(({ prices, process }) => chargedPerByte(arm, prices) / byProcess.get(process)!, own);
    return [
      {
        ...{ engine, temperature, phase, module, functions, bytes, corpusBytes },
        nanosecondsPerByte: time.estimate,
        chargedNanosecondsPerByte: charged.estimate,
        closure: closure.estimate,
        low: closure.low,
        high: closure.high,
        closureLeftOut: Number.isNaN(leftOut[k]!) ? undefined : leftOut[k]!,
      },
    ];
  });
}
