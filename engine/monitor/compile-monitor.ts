import { functionArgument, objectArgument } from '../arguments.js';
import {
  COMPILE_PHASES,
  CostTable,
  type CompilePhase,
  type FuelCosts,
  type HardwareProfile,
  type ProfilePolicyName,
} from '../fuel/index.js';
import { shortDigest } from '../fuel/short-digest.js';
import type { CompilationMode } from '../runtime/config.js';
import type { CompileEvent } from '../runtime/compile-event.js';
import type { CompileMeter } from '../runtime/compile-meter.js';
import type { EngineParts } from '../runtime/engine-parts.js';
import { compilingTime } from './compiling-time.js';
import { ratioHistogram, type LogHistogram } from './log-histogram.js';
import { type MemsetReference, memsetReference } from './memset-reference.js';
import { LEAST_WINDOWS } from './module-evidence.js';
import { moduleKey, type WatchedModule } from './module-key.js';
import {
  checkMonitorRecord,
  LEAST_SAMPLES_TO_FALSE_ALARM,
  MONITOR_KIND,
  MONITOR_SCHEMA_VERSION,
  MonitorRecordError,
  type MonitorRecord,
  type MonitorSettings,
  type PhaseRecord,
} from './monitor-record.js';
import {
  isJudged,
  phaseReport,
  ratioEstimate,
  type PhaseReport,
  type RatioEstimate,
} from './monitor-report.js';
import { MonitoredPhase } from './monitored-phase.js';
import { normalTail } from './normal-tail.js';
import { ratioBounds } from './ratio-bounds.js';

/** What a monitor is made with. */
export interface CompileMonitorOptions {
  /** The profile that the engine charges by; without one, what is observed is compared with the memset of now. */
  readonly profile?: HardwareProfile | undefined;
  /** The policy that the engine charges by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /** What observed times may differ from the profile's, beyond its own intervals: 0.3 for 30%, unless told. */
  readonly margin?: number | undefined;
  /** Samples between two false alarms at a bound itself, about, of each phase and direction: from 100 on, a hundred thousand unless told. */
  readonly samplesToFalseAlarm?: number | undefined;
  /** Tells what the machine takes to fill a byte now; the engine's own memset unless told, null for the profile's time always. */
  readonly reference?: MemsetReference | null | undefined;
  /** First functions of each phase (modules of `parse`) that are no samples, as compiling is cold; 4,000 unless told. */
  readonly warmUpFunctions?: number | undefined;
  /**
   * Of so many functions one is timed, in runs of 48, behind the first 12,000 of each phase that are samples; 16 unless told, 1 for all. The
   * others are counted, and compiled as if nobody listened.
   */
  readonly oneFunctionIn?: number | undefined;
  /** Is told once of each phase that drifts. */
  readonly onDrift?: ((report: PhaseReport) => void) | undefined;
}

/** What of a compile event a monitor looks at. */
export type MonitoredEvent = Pick<
  CompileEvent,
  'phase' | 'functionIndex' | 'bodyBytes' | 'fuelCharged' | 'price' | 'nanoseconds'
> & { readonly module: WatchedModule };

/** All that a monitor saw since the last reset. */
export interface MonitorReport {
  readonly phases: readonly PhaseReport[];
  /** Phases that drift. */
  readonly drift: readonly CompilePhase[];
  /** The memset now / the profile's; in nanoseconds per byte without a profile. */
  readonly unit: RatioEstimate | undefined;
  readonly services: number;
  readonly settings: MonitorSettings;
}

const DEFAULT_MARGIN = 0.3;
/** What a module tells ends at 32 times what is charged. */
const MOST_MARGIN = 10;
const DEFAULT_SAMPLES_TO_FALSE_ALARM = 1e5;
/** The thousandth function still takes a third more than later ones; with 2,000 a lazy engine by the right profile was told `slower`. */
const DEFAULT_WARM_UP_FUNCTIONS = 4_000;
const DEFAULT_ONE_FUNCTION_IN = 16;
/** Functions that are compiled in turn are timed so many at a time: by themselves, small ones take half as long again to be timed. */
const FUNCTIONS_TOGETHER = 16;
/** What is expected to take less is no sample by itself. */
const LEAST_NANOSECONDS = 120;
/** A window has so many samples of a phase at least, and after the phase's first windows, so much time. */
const WINDOW_SAMPLES = 10;
const SHORT_WINDOWS = 48;
const WINDOW_NANOSECONDS = 2e6;
/** Where the memset of a window's end and of its beginning differ by more, the machine's speed has changed. */
const STEADY = 1.25;

/**
 * Compares what compiling took with what was charged for it, phase by phase; tells when they have drifted apart. Its memory is bounded,
 * whatever it sees; monitors of several processes are merged. See docs/monitoring.md.
 */
export class CompileMonitor {
  readonly settings: MonitorSettings;
  private readonly phases: Readonly<Record<CompilePhase, MonitoredPhase>>;
  private readonly unitReadings = ratioHistogram();
  private readonly reference: MemsetReference | undefined;
  private readonly onDrift: ((report: PhaseReport) => void) | undefined;
  private readonly told = new Set<CompilePhase>();
  private services = 1;
  private windowNanoseconds = 0;
  private unitAtStart: number | undefined;
  private leastPrice: number;
  /** One of each mode: an engine that it is asked to watch twice tells it all once. */
  private readonly meters: Readonly<Record<CompilationMode, CompileMeter>> = {
    eager: this.meterOf('eager'),
    'lazy-translation': this.meterOf('lazy-translation'),
    lazy: this.meterOf('lazy'),
  };

  private constructor(
    settings: MonitorSettings,
    options: Pick<CompileMonitorOptions, 'reference' | 'onDrift' | 'warmUpFunctions' | 'oneFunctionIn'>,
  ) {
    this.settings = settings;
    const { onDrift, reference } = options;
    if (onDrift !== undefined) functionArgument(onDrift, 'onDrift');
    if (reference !== undefined && reference !== null) functionArgument(reference, 'reference');
    this.onDrift = onDrift;
    const { memset } = settings;
    this.reference =
      reference === undefined ? memsetReference(memset ?? undefined) : (reference ?? undefined);
    // Of so many windows running that have to agree, one is a fourth, an eighth...: no more looks are taken than at these.
    const samplesOfLook = LEAST_WINDOWS * WINDOW_SAMPLES;
    const quantile = normalTail(samplesOfLook / settings.samplesToFalseAlarm);
    const { oneFunctionIn = DEFAULT_ONE_FUNCTION_IN, warmUpFunctions = DEFAULT_WARM_UP_FUNCTIONS } = options;
    within('warmUpFunctions', warmUpFunctions, 0, 1e15);
    if (!Number.isSafeInteger(oneFunctionIn) || oneFunctionIn < 1)
      throw new RangeError(`oneFunctionIn is ${String(oneFunctionIn)}; give a whole number from 1`);
    const newPhase = (phase: CompilePhase) =>
      new MonitoredPhase(
        settings.bounds[phase],
        isJudged(phase) ? quantile : Infinity,
        warmUpFunctions,
        oneFunctionIn,
      );
    this.phases = {
      parse: newPhase('parse'),
      validate: newPhase('validate'),
      translate: newPhase('translate'),
    };
    this.unitAtStart = this.readUnit();
    this.leastPrice = this.leastPriceAt(this.unitAtStart ?? settings.nanosecondsPerByte ?? 1);
  }

  /**
   * A monitor of what engines compile that charge as this one does.
   *
   * @throws RangeError for options out of range, where the engine does not charge by the profile, and where neither a profile nor the machine
   * tells what a fuel is in time
   */
  static of(engine: EngineParts, options: CompileMonitorOptions = {}): CompileMonitor {
    const {
      margin = DEFAULT_MARGIN,
      profile,
      profilePolicy = 'warm',
      samplesToFalseAlarm = DEFAULT_SAMPLES_TO_FALSE_ALARM,
    } = objectArgument(options, 'the options of a monitor') as CompileMonitorOptions;
    within('margin', margin, 0.01, MOST_MARGIN);
    within('samplesToFalseAlarm', samplesToFalseAlarm, LEAST_SAMPLES_TO_FALSE_ALARM, 1e15);
    const { chargePolicy, costs } = engine.costs;
    if (profile !== undefined) requireChargedBy(profile, profilePolicy, engine);
    const bounds = (phase: CompilePhase) => ratioBounds(phase, margin, profile, profilePolicy, chargePolicy);
    const settings: MonitorSettings = {
      profile:
        profile === undefined
          ? null
          : { createdAt: profile.createdAt, machineId: profile.machine.id, policy: profilePolicy },
      costs: costsDigest(costs),
      bytesPerFuel: costs.bytesPerFuel,
      nanosecondsPerByte: profile?.unit.nanosecondsPerByte.estimate ?? null,
      memset:
        profile === undefined ? null : { fromBytes: profile.unit.fromBytes, toBytes: profile.unit.toBytes },
      margin,
      samplesToFalseAlarm,
      bounds: { parse: bounds('parse'), validate: bounds('validate'), translate: bounds('translate') },
    };
    const monitor = new CompileMonitor(settings, options);
    if (monitor.unitAtStart === undefined && profile === undefined)
      throw new RangeError('no profile, and no memset to time on this host: give the monitor a profile');
    return monitor;
  }

  /** A monitor that goes on from a record. @throws MonitorRecordError for what is none */
  static from(
    value: unknown,
    options: Pick<CompileMonitorOptions, 'reference' | 'onDrift'> = {},
  ): CompileMonitor {
    const record = checkMonitorRecord(value);
    const monitor = new CompileMonitor(record.settings, options);
    monitor.services = record.services;
    add(monitor.unitReadings, record.unit, 'unit');
    for (const phase of COMPILE_PHASES) {
      const seen = monitor.phases[phase];
      const { drift, modules, ratios, times, ...totals } = record.phases[phase];
      Object.assign(seen, totalsOf(totals));
      add(seen.times, times, `phases.${phase}.times`);
      add(seen.ratios, ratios, `phases.${phase}.ratios`);
      seen.evidence.drift = drift ?? undefined;
      if (!seen.evidence.addRecorded(modules)) throw beyondEnd(`phases.${phase}.modules`);
    }
    return monitor;
  }

  /**
   * Observes what the engine compiles from now on; returns how to stop that.
   *
   * @throws RangeError for an engine that charges compiling otherwise than the one that the monitor was made for
   */
  watch(engine: EngineParts): () => void {
    if (costsDigest(engine.costs.costs) !== this.settings.costs)
      throw new RangeError(
        'the engine charges compiling otherwise than the one that the monitor was made for; make a monitor of each',
      );
    return engine.observers.meter(this.meters[engine.compilationMode]);
  }

  /** Takes one event down. */
  observe(event: MonitoredEvent): void {
    const { bodyBytes, fuelCharged, functionIndex, module, nanoseconds, phase, price } = event;
    const functions = functionIndex === undefined ? 0 : 1;
    const { compilationMode = 'lazy' } = module.engine ?? {};
    const { take } = this.meters[compilationMode];
    take(module, phase, functions, bodyBytes, Number(fuelCharged), Number(price), nanoseconds);
  }

  private meterOf(mode: CompilationMode): CompileMeter {
    return {
      functionsTogether: FUNCTIONS_TOGETHER,
      isDue: (phase) => this.phases[phase].isDue(),
      untimedAhead: (phase) => this.phases[phase].untimedAhead,
      pass: (phase, functions) => this.phases[phase].pass(functions),
      take: this.takeOf(mode),
    };
  }

  private takeOf(mode: CompilationMode): CompileMeter['take'] {
    return (module, phase, functions, bodyBytes, fuelCharged, price, nanoseconds) => {
      const seen = this.phases[phase];
      seen.functions += phase === 'parse' ? 1 : functions;
      seen.bytes += bodyBytes;
      seen.fuelCharged += fuelCharged;
      if (!(nanoseconds > 0 && nanoseconds < Infinity) || price === 0) {
        if (nanoseconds === 0) seen.addUntimed(functions);
        return;
      }
      // What is done to a whole module is done as it is loaded.
      const time = functions === 0 ? 'eager' : compilingTime(mode, phase);
      seen.addTimed(moduleKey(module), price, nanoseconds, this.leastPrice, Math.max(1, functions), time);
      this.windowNanoseconds += nanoseconds;
      const isDue =
        seen.samples >= WINDOW_SAMPLES &&
        (seen.windows < SHORT_WINDOWS || this.windowNanoseconds >= WINDOW_NANOSECONDS);
      if (isDue || seen.isFull) this.closeWindow();
    };
  }

  private closeWindow(): void {
    const { bytesPerFuel, nanosecondsPerByte } = this.settings;
    const before = this.unitAtStart;
    const now = this.readUnit();
    this.unitAtStart = now;
    this.windowNanoseconds = 0;
    const isKnown = before !== undefined && now !== undefined;
    const unit = isKnown ? Math.sqrt(before * now) : (now ?? before ?? nanosecondsPerByte);
    if (unit === null) {
      for (const phase of COMPILE_PHASES) this.phases[phase].dropWindow();
      return;
    }
    const isSteady = !isKnown || Math.max(before / now, now / before) <= STEADY;
    this.leastPrice = this.leastPriceAt(unit);
    const timesProfile = unit / (nanosecondsPerByte ?? unit);
    for (const phase of COMPILE_PHASES)
      this.phases[phase].closeWindow(bytesPerFuel * unit, timesProfile, isSteady);
    if (this.onDrift !== undefined) this.tell(this.onDrift);
  }

  private tell(onDrift: (report: PhaseReport) => void): void {
    for (const phase of COMPILE_PHASES) {
      const seen = this.phases[phase];
      if (seen.evidence.drift === undefined) this.told.delete(phase);
      else if (!this.told.has(phase)) {
        this.told.add(phase);
        onDrift(phaseReport(phase, seen, seen.evidence.drift));
      }
    }
  }

  private readUnit(): number | undefined {
    const now = this.reference?.();
    if (now === undefined || !(now > 0)) return undefined;
    this.unitReadings.add(now / (this.settings.nanosecondsPerByte ?? 1));
    return now;
  }

  private leastPriceAt(nanosecondsPerByte: number): number {
    return LEAST_NANOSECONDS / (this.settings.bytesPerFuel * nanosecondsPerByte);
  }

  /** What was seen since the last reset; windows that are not full yet apart. */
  report(): MonitorReport {
    const phases = COMPILE_PHASES.map((phase) => {
      const seen = this.phases[phase];
      const { drift, driftOfAll } = seen.evidence;
      return phaseReport(phase, seen, this.services > 1 ? driftOfAll : drift);
    });
    return {
      phases,
      drift: phases.filter(({ state }) => state === 'slower' || state === 'faster').map(({ phase }) => phase),
      unit: ratioEstimate(this.unitReadings),
      services: this.services,
      settings: this.settings,
    };
  }

  /** How many times of the phase lie below 2^`exponent` nanoseconds, of how many, and their sum: what histograms of others are made of. */
  times(phase: CompilePhase): {
    /** How many took less than 2^`exponent` nanoseconds. */
    below(exponent: number): number;
    readonly count: number;
    readonly sum: number;
  } {
    const { nanoseconds, times } = this.phases[phase];
    return { below: (exponent) => times.countBelow(exponent), count: times.count, sum: nanoseconds };
  }

  /** Forgets what was seen, but for that the process has warmed up. */
  reset(): void {
    for (const phase of COMPILE_PHASES) this.phases[phase].reset();
    this.unitReadings.clear();
    this.told.clear();
    this.windowNanoseconds = 0;
  }

  /** Adds what another saw. @throws MonitorRecordError where it compares with something else */
  merge(other: CompileMonitor): void {
    const [mine, theirs] = [this.settings, other.settings].map((settings) => JSON.stringify(settings));
    if (mine !== theirs) {
      const ofProfile = JSON.stringify(this.settings.profile) !== JSON.stringify(other.settings.profile);
      throw new MonitorRecordError(
        `the monitors compare with ${ofProfile ? 'different profiles' : 'different settings'}; merge those of one profile and margin`,
      );
    }
    for (const phase of COMPILE_PHASES) this.phases[phase].merge(other.phases[phase]);
    this.unitReadings.merge(other.unitReadings);
    this.services += other.services;
  }

  /** The record of what was seen, for JSON. */
  toJSON(): MonitorRecord {
    return {
      kind: MONITOR_KIND,
      schemaVersion: MONITOR_SCHEMA_VERSION,
      settings: this.settings,
      services: this.services,
      phases: {
        parse: recordOf(this.phases.parse),
        validate: recordOf(this.phases.validate),
        translate: recordOf(this.phases.translate),
      },
      unit: this.unitReadings.recorded(),
    };
  }
}

function within(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new RangeError(`${name} is ${String(value)}; give a number from ${least} to ${most}`);
}

function costsDigest(costs: FuelCosts): string {
  return shortDigest(JSON.stringify(costs));
}

/** @throws RangeError for an engine that charges compiling by anything else */
function requireChargedBy(
  profile: HardwareProfile,
  profilePolicy: ProfilePolicyName,
  { costs: { chargePolicy, costs } }: EngineParts,
): void {
  const { bytesPerFuel } = costs;
  const configuration = { bytesPerFuel };
  const stated = new CostTable({ profile, profilePolicy, chargePolicy, configuration }).costs;
  if (costsDigest(stated) !== costsDigest(costs))
    throw new RangeError(
      `the engine does not charge compiling by the ${profilePolicy} policy of the profile of ${profile.createdAt}; give the monitor what the engine was given`,
    );
}

function totalsOf({ bytes, fuelCharged, functions, nanoseconds, priceTimed }: ReturnType<typeof totals>) {
  return { bytes, fuelCharged, functions, nanoseconds, priceTimed };
}

function totals(seen: MonitoredPhase) {
  const { bytes, fuelCharged, functions, nanoseconds, priceTimed } = seen;
  return { bytes, fuelCharged, functions, nanoseconds, priceTimed };
}

function recordOf(seen: MonitoredPhase): PhaseRecord {
  return {
    ...totals(seen),
    times: seen.times.recorded(),
    ratios: seen.ratios.recorded(),
    drift: seen.evidence.drift ?? null,
    modules: seen.evidence.recorded(),
  };
}

function beyondEnd(field: string): MonitorRecordError {
  return new MonitorRecordError(`no monitor's record: ${field} has a bucket beyond its end; record again`);
}

function add(histogram: LogHistogram, record: MonitorRecord['unit'], field: string): void {
  if (!histogram.addRecorded(record)) throw beyondEnd(field);
}
