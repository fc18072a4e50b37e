import { ModuleWitness, type ModuleRecord } from './module-witness.js';
import { meansOfFirst, type ModulesMean, type Testimony } from './modules-mean.js';
import type { RatioBounds } from './ratio-bounds.js';

/** So many modules that told something are kept, those seen last; as many that told nothing yet. */
export const MOST_MODULES = 48;
/** Of fewer nothing is told: how far modules lie apart is known of some twenty, which says little of the one that lies furthest. */
export const LEAST_MODULES = 4;
/** So many windows running have to agree: no single moment is enough. */
export const LEAST_WINDOWS = 4;

export const DRIFTS = ['slower', 'faster'] as const;
/** Compiling takes more than its bounds allow, or less. */
export type Drift = (typeof DRIFTS)[number];

/** By their modules' keys. */
type Witnesses = Map<number, ModuleWitness>;

/** What is told, of how many modules that were seen last, and by how many standard errors. */
interface Finding {
  readonly drift: Drift | undefined;
  readonly modules: number;
  readonly by: number;
}

/**
 * Evidence that modules take more, or less, than the bounds allow: their mean lies beyond a bound by `quantile` standard errors, of those
 * seen last, however many; the ones before may have been compiled before the drift. It has ended when the mean lies within by as much.
 */
export class ModuleEvidence {
  drift: Drift | undefined;
  /** Those with a sample, in the order in which they were seen last; twice as many between two looks as are kept. */
  private readonly witnesses: Witnesses = new Map();
  /** Those that told nothing yet, in that order: however many come, they displace none that did. */
  private readonly silent: Witnesses = new Map();
  private latest: ModuleWitness | undefined;
  /** What windows found lately, and how many of them running. */
  private found: Drift | 'none' | undefined;
  private agreeing = 0;

  constructor(
    private readonly bounds: RatioBounds,
    private readonly quantile: number,
  ) {}

  /** The module's witness, which is the one seen last from now on. */
  witness(key: number): ModuleWitness {
    const { latest, silent, witnesses } = this;
    if (latest?.key === key) return latest;
    const known = witnesses.get(key);
    const witness = known ?? silent.get(key) ?? new ModuleWitness(key);
    seeLast(known === undefined ? silent : witnesses, witness);
    keepLast(silent, MOST_MODULES);
    return (this.latest = witness);
  }

  /** The witness has a sample, which it is asked for at the next look. */
  takeSample(witness: ModuleWitness): void {
    if (!this.silent.delete(witness.key)) return;
    this.witnesses.set(witness.key, witness);
  }

  /** Observed / charged of all modules that are kept; undefined before there is one. */
  get mean(): ModulesMean | undefined {
    return meansOfFirst(this.heard(), 'logObserved', this.bounds.spread).at(-1);
  }

  /** Whether there are as many modules with samples as may be between two looks. */
  get isFull(): boolean {
    return this.witnesses.size >= 2 * MOST_MODULES;
  }

  /** Forgets those that told nothing after all, and the first of those that did. */
  trim(): void {
    for (const { key, samples } of this.witnesses.values()) if (samples === 0) this.witnesses.delete(key);
    keepLast(this.witnesses, MOST_MODULES);
    this.latest = undefined;
  }

  /** Looks at what was told, after a window. */
  judge(): void {
    const findings = this.drift === undefined ? this.beginnings() : [this.end()];
    const finding = findings.find(({ by }) => by >= this.quantile);
    const found = finding && (finding.drift ?? 'none');
    this.agreeing = found === this.found ? this.agreeing + 1 : 1;
    this.found = found;
    if (finding === undefined || this.agreeing < LEAST_WINDOWS) return;
    this.drift = finding.drift;
    this.found = undefined;
    // Those that were seen before tell of what was before.
    for (const { key } of this.heard().slice(0, -finding.modules)) this.witnesses.delete(key);
    this.latest = undefined;
  }

  /** How far it has come to be told, from 0 to 1. */
  progress(drift: Drift): number {
    if (this.drift !== undefined) return this.drift === drift ? 1 : 0;
    return Math.min(1, Math.max(0, this.beyond(drift, this.meansOfLast('logJudged')).by / this.quantile));
  }

  /** What all of them tell in one look: those of several services have no order. */
  get driftOfAll(): Drift | undefined {
    if (this.drift !== undefined) return this.drift;
    const ofAll = this.meansOfLast('logJudged').slice(-1);
    return DRIFTS.find((drift) => this.beyond(drift, ofAll).by >= this.quantile);
  }

  reset(): void {
    this.drift = this.latest = this.found = undefined;
    this.witnesses.clear();
    this.silent.clear();
  }

  /**
   * Takes both where they tell the same drift or none, and else the one that tells more. Those with most samples are kept, and count as
   * those seen last: modules of several services have no order. Whichever is merged into the other, the outcome is one.
   */
  merge(other: ModuleEvidence): void {
    if (this.drift === other.drift) this.addWitnesses(other);
    else if (other.tellsMoreThan(this)) {
      this.reset();
      this.drift = other.drift;
      this.addWitnesses(other);
    }
    const least = [...this.witnesses.values()].sort((a, b) => a.samples - b.samples || b.key - a.key);
    for (const witness of least) seeLast(this.witnesses, witness);
    keepLast(this.witnesses, MOST_MODULES);
    this.latest = undefined;
  }

  private addWitnesses(other: ModuleEvidence): void {
    for (const theirs of other.witnesses.values()) this.told(theirs.key).merge(theirs);
  }

  /** Drift tells more than none, also where it is ending; then it goes by how far that is, and slower before faster. */
  private tellsMoreThan(other: ModuleEvidence): boolean {
    const more = this.strength - other.strength;
    return more > 0 || (more === 0 && this.drift === 'slower');
  }

  /** The witness of a module that told something elsewhere. */
  private told(key: number): ModuleWitness {
    const witness = this.witnesses.get(key) ?? this.silent.get(key) ?? new ModuleWitness(key);
    this.silent.delete(key);
    this.witnesses.set(key, witness);
    return witness;
  }

  recorded(): ModuleRecord[] {
    return this.heard().map((witness) => witness.recorded());
  }

  /** Adds what was recorded; whether all buckets are its own. */
  addRecorded(modules: readonly ModuleRecord[]): boolean {
    return modules.every((module) => this.told(module.key).addRecorded(module));
  }

  /** By how many standard errors the mean lies beyond the drift's bound; 0 within it, and less without drift. */
  private get strength(): number {
    return this.drift === undefined ? -1 : this.beyond(this.drift, this.meansOfLast('logObserved')).by;
  }

  private heard(): ModuleWitness[] {
    return [...this.witnesses.values()].filter(({ samples }) => samples > 0);
  }

  /** Of the modules seen last, from the least number on. */
  private meansOfLast(testimony: Testimony): ModulesMean[] {
    return meansOfFirst(this.heard().reverse(), testimony, this.bounds.spread).slice(LEAST_MODULES - 1);
  }

  private beginnings(): Finding[] {
    const means = this.meansOfLast('logJudged');
    return DRIFTS.map((drift) => this.beyond(drift, means));
  }

  private beyond(drift: Drift, means: readonly ModulesMean[]): Finding {
    const { high, low } = this.bounds;
    const [sign, bound] = drift === 'slower' ? [1, Math.log(high)] : [-1, Math.log(low)];
    return strongest(drift, means, ({ mean }) => sign * (mean - bound));
  }

  /** That the mean lies within the bound that it was beyond. */
  private end(): Finding {
    const means = this.meansOfLast('logObserved');
    const { high, low } = this.bounds;
    const [sign, bound] = this.drift === 'slower' ? [1, Math.log(high)] : [-1, Math.log(low)];
    return strongest(undefined, means, ({ mean }) => sign * (bound - mean));
  }
}

function seeLast(witnesses: Witnesses, witness: ModuleWitness): void {
  witnesses.delete(witness.key);
  witnesses.set(witness.key, witness);
}

function keepLast(witnesses: Witnesses, most: number): void {
  for (const key of witnesses.keys()) {
    if (witnesses.size <= most) return;
    witnesses.delete(key);
  }
}

function strongest(
  drift: Drift | undefined,
  means: readonly ModulesMean[],
  distance: (mean: ModulesMean) => number,
): Finding {
  let finding: Finding = { drift, modules: 0, by: 0 };
  for (const mean of means) {
    const by = distance(mean) / mean.error;
    if (by > finding.by) finding = { drift, modules: mean.modules, by };
  }
  return finding;
}
