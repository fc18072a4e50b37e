import { objectArgument } from '../arguments.js';
import {
  chargedModel,
  COMPILE_PHASES,
  type ChargePolicy,
  type CompilePhase,
  type HardwareProfile,
  type ProfilePolicyName,
} from '../fuel/index.js';
import type { CompileEvent } from '../runtime/compile-event.js';
import type { EngineParts } from '../runtime/engine-parts.js';
import { DriftEvidence, ratioHistogram } from './drift-evidence.js';
import type { LogHistogram } from './log-histogram.js';
import { type MemsetReference, memsetReference } from './memset-reference.js';
import {
  checkMonitorRecord,
  MONITOR_KIND,
  MONITOR_SCHEMA_VERSION,
  MonitorRecordError,
  type EvidenceRecord,
  type MonitorRecord,
  type MonitorSettings,
} from './monitor-record.js';
import { phaseReport, ratioEstimate, type PhaseReport, type RatioEstimate } from './monitor-report.js';
import { MonitoredPhase, type RatioBounds } from './monitored-phase.js';

/** What a monitor is made with. */
export interface CompileMonitorOptions {
  /** The profile that the engine charges by; without one, what is observed is compared with the memset of now. */
  readonly profile?: HardwareProfile | undefined;
  /** The policy that the engine charges by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /** What observed times may differ from the profile's, beyond its own intervals: 0.3 for 30%, unless told. */
  readonly margin?: number | undefined;
  /** Samples between two false alarms, on the average and at least, of each phase and direction; a hundred thousand unless told. */
  readonly samplesToFalseAlarm?: number | undefined;
  /** Tells what the machine takes to fill a byte now; the engine's own memset unless told, null for the profile's time always. */
  readonly reference?: MemsetReference | null | undefined;
  /** First functions of each phase (modules of `parse`) that are no samples, as compiling is cold; 4,000 unless told. */
  readonly warmUpFunctions?: number | undefined;
  /** Is told once of each phase that drifts. */
  readonly onDrift?: ((report: PhaseReport) => void) | undefined;
}

/** What of a compile event a monitor looks at. */
export type MonitoredEvent = Pick<
  CompileEvent,
  'phase' | 'functionIndex' | 'bodyBytes' | 'fuelCharged' | 'price' | 'nanoseconds'
>;

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
const DEFAULT_SAMPLES_TO_FALSE_ALARM = 1e5;
const DEFAULT_WARM_UP_FUNCTIONS = 4_000;
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

  private constructor(
    settings: MonitorSettings,
    options: Pick<CompileMonitorOptions, 'reference' | 'onDrift' | 'warmUpFunctions'>,
  ) {
    this.settings = settings;
    this.onDrift = options.onDrift;
    this.reference = options.reference === undefined ? memsetReference() : (options.reference ?? undefined);
    const threshold = Math.log(settings.samplesToFalseAlarm);
    const { warmUpFunctions = DEFAULT_WARM_UP_FUNCTIONS } = options;
    within('warmUpFunctions', warmUpFunctions, 0, 1e15);
    const newPhase = (phase: CompilePhase) =>
      new MonitoredPhase(settings.bounds[phase], threshold, warmUpFunctions);
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
   * @throws RangeError for options out of range, and where neither a profile nor the machine tells what a fuel is in time
   */
  static of(engine: EngineParts, options: CompileMonitorOptions = {}): CompileMonitor {
    const {
      margin,
      profile,
      profilePolicy = 'warm',
      samplesToFalseAlarm,
    } = objectArgument(options, 'the options of a monitor') as CompileMonitorOptions;
    const settings: MonitorSettings = {
      profile:
        profile === undefined
          ? null
          : { createdAt: profile.createdAt, machineId: profile.machine.id, policy: profilePolicy },
      bytesPerFuel: engine.costs.costs.bytesPerFuel,
      nanosecondsPerByte: profile?.unit.nanosecondsPerByte.estimate ?? null,
      margin: within('margin', margin ?? DEFAULT_MARGIN, 0.01, 100),
      samplesToFalseAlarm: within(
        'samplesToFalseAlarm',
        samplesToFalseAlarm ?? DEFAULT_SAMPLES_TO_FALSE_ALARM,
        100,
        1e15,
      ),
      bounds: boundsOf(profile, profilePolicy, engine.costs.chargePolicy, margin ?? DEFAULT_MARGIN),
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
      const { faster, ratios, slower, times, ...totals } = record.phases[phase];
      Object.assign(seen, totalsOf(totals));
      add(seen.times, times, `phases.${phase}.times`);
      add(seen.ratios, ratios, `phases.${phase}.ratios`);
      restore(seen.slower, slower, `phases.${phase}.slower`);
      restore(seen.faster, faster, `phases.${phase}.faster`);
    }
    return monitor;
  }

  /** Observes what the engine compiles from now on; returns how to stop that. */
  watch(engine: EngineParts): () => void {
    if (engine.costs.costs.bytesPerFuel !== this.settings.bytesPerFuel)
      throw new RangeError('the engine counts another number of bytes per fuel than the monitor’s');
    return engine.observers.meter({
      functionsTogether: FUNCTIONS_TOGETHER,
      take: (phase, functions, bodyBytes, fuelCharged, price, nanoseconds) =>
        this.take(phase, functions, bodyBytes, fuelCharged, price, nanoseconds),
    });
  }

  /** Takes one event down. */
  observe({ bodyBytes, fuelCharged, functionIndex, nanoseconds, phase, price }: MonitoredEvent): void {
    const functions = functionIndex === undefined ? 0 : 1;
    this.take(phase, functions, bodyBytes, Number(fuelCharged), Number(price), nanoseconds);
  }

  private take(
    phase: CompilePhase,
    functions: number,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void {
    const seen = this.phases[phase];
    seen.functions += phase === 'parse' ? 1 : functions;
    seen.bytes += bodyBytes;
    seen.fuelCharged += fuelCharged;
    if (!(nanoseconds > 0) || price === 0) return;
    seen.addTimed(price, nanoseconds, this.leastPrice, Math.max(1, functions));
    this.windowNanoseconds += nanoseconds;
    if (seen.samples < WINDOW_SAMPLES) return;
    const isDue = seen.windows < SHORT_WINDOWS || this.windowNanoseconds >= WINDOW_NANOSECONDS;
    if (isDue || seen.isFull) this.closeWindow();
  }

  private closeWindow(): void {
    const { bytesPerFuel, nanosecondsPerByte } = this.settings;
    const before = this.unitAtStart;
    const now = this.readUnit();
    this.unitAtStart = now;
    this.windowNanoseconds = 0;
    const isKnown = before !== undefined && now !== undefined;
    const unit = isKnown ? Math.sqrt(before * now) : (now ?? before ?? nanosecondsPerByte);
    if (unit === null) return;
    const isSteady = !isKnown || Math.max(before / now, now / before) <= STEADY;
    this.leastPrice = this.leastPriceAt(unit);
    for (const phase of COMPILE_PHASES) this.phases[phase].closeWindow(bytesPerFuel * unit, isSteady);
    if (this.onDrift !== undefined) this.tell(this.onDrift);
  }

  private tell(onDrift: (report: PhaseReport) => void): void {
    for (const phase of COMPILE_PHASES) {
      const { faster, slower } = this.phases[phase];
      if (!faster.isDrift && !slower.isDrift) this.told.delete(phase);
      else if (!this.told.has(phase)) {
        this.told.add(phase);
        onDrift(phaseReport(phase, this.phases[phase]));
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
    const phases = COMPILE_PHASES.map((phase) => phaseReport(phase, this.phases[phase]));
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

/** What a price's own intervals leave open is no drift, nor what a careful policy charges beyond what is typical. */
function boundsOf(
  profile: HardwareProfile | undefined,
  policy: ProfilePolicyName,
  chargePolicy: ChargePolicy | undefined,
  margin: number,
): Record<CompilePhase, RatioBounds> {
  const bounds = (phase: CompilePhase): RatioBounds => {
    const price = profile?.policies[policy]?.phases[phase];
    if (price === undefined) return { low: 1 / (1 + margin), high: 1 + margin };
    const charged = price.multiplierThousandths / 1000;
    const { corpusInterval, multiplier } = price;
    const low = Math.min(1, multiplier.low / charged, (corpusInterval?.low ?? Infinity) / charged);
    const high = Math.max(1, multiplier.high / charged, (corpusInterval?.high ?? 0) / charged);
    const times = timesTypical(profile, chargePolicy, phase);
    return {
      low: Math.max(low, 1e-3) / times / (1 + margin),
      high: (high / times) * (1 + margin),
      ...(times === 1 ? {} : { typical: 1 / times }),
    };
  };
  return { parse: bounds('parse'), validate: bounds('validate'), translate: bounds('translate') };
}

/** What a policy charges against what is typical: 1 without models. */
function timesTypical(
  profile: HardwareProfile | undefined,
  chargePolicy: ChargePolicy | undefined,
  phase: CompilePhase,
): number {
  const modelled = phase === 'parse' ? undefined : profile?.models?.phases[phase];
  if (modelled === undefined || chargePolicy === undefined) return 1;
  return chargedModel(modelled)!.policies[chargePolicy].factor;
}

function totalsOf({ bytes, fuelCharged, functions, nanoseconds, priceTimed }: ReturnType<typeof totals>) {
  return { bytes, fuelCharged, functions, nanoseconds, priceTimed };
}

function totals(seen: MonitoredPhase) {
  const { bytes, fuelCharged, functions, nanoseconds, priceTimed } = seen;
  return { bytes, fuelCharged, functions, nanoseconds, priceTimed };
}

function recordOf(seen: MonitoredPhase) {
  return {
    ...totals(seen),
    times: seen.times.recorded(),
    ratios: seen.ratios.recorded(),
    slower: evidenceRecord(seen.slower),
    faster: evidenceRecord(seen.faster),
  };
}

function evidenceRecord({ isDrift, logWealth, since }: DriftEvidence): EvidenceRecord {
  return { logWealth, isDrift, since: since.recorded() };
}

function restore(
  evidence: DriftEvidence,
  { isDrift, logWealth, since }: EvidenceRecord,
  field: string,
): void {
  evidence.logWealth = logWealth;
  evidence.isDrift = isDrift;
  add(evidence.since, since, `${field}.since`);
}

function add(histogram: LogHistogram, record: MonitorRecord['unit'], field: string): void {
  if (!histogram.addRecorded(record))
    throw new MonitorRecordError(`no monitor's record: ${field} has a bucket beyond its end; record again`);
}
