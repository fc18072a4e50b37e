import { LogHistogram } from './log-histogram.js';

/** Part of the wealth that is put on each sample: near the best where three of four samples lie beyond the bound. */
const STAKE = 0.5;
const GAIN = Math.log1p(STAKE);
const LOSS = Math.log1p(-STAKE);

/** So many windows at least have to agree, whatever is in them. */
const LEAST_WINDOWS = 4;

/** Observed / charged, from 2^-10 to 2^10 at 3% a bucket. */
export function ratioHistogram(): LogHistogram {
  return new LogHistogram(-10, 10, 24);
}

/**
 * Evidence that more than half of the samples lie beyond a bound: a gambler's wealth who bets on each that it does. While at most half of
 * them do, whatever their distribution, no bet is favourable, and wealth that starts over at 1 whenever it is lost (a CUSUM of e-values)
 * reaches `1 / alarms` once in that many samples on the average, or more seldom.
 * Shin, Ramdas, Rinaldo: E-detectors, 2023; Page: Continuous inspection schemes, 1954.
 */
export class DriftEvidence {
  /** Logarithm of the wealth, 0 at least. */
  logWealth = 0;
  isDrift = false;
  /** The same of a bet on the contrary, which ends drift. */
  private logWealthOfEnd = 0;
  /** Samples since the wealth was last 1, by fuel: what lies beyond the bound, and not what was before. */
  readonly since = ratioHistogram();

  constructor(readonly threshold: number) {}

  /** A window's samples, `beyond` of them beyond the bound. What one window can win is limited: an unseen moment is not drift. */
  addWindow(beyond: number, samples: number, ratios: LogHistogram): void {
    const within = samples - beyond;
    this.logWealth = this.after(this.logWealth, beyond, within);
    this.isDrift ||= this.logWealth >= this.threshold;
    if (this.isDrift) this.logWealthOfEnd = this.after(this.logWealthOfEnd, within, beyond);
    const isOver = this.isDrift ? this.logWealthOfEnd >= this.threshold : this.logWealth === 0;
    if (isOver) this.reset();
    else this.since.merge(ratios);
  }

  private after(logWealth: number, won: number, lost: number): number {
    const gain = Math.min(won * GAIN + lost * LOSS, this.threshold / LEAST_WINDOWS);
    return Math.min(Math.max(0, logWealth + gain), 2 * this.threshold);
  }

  reset(): void {
    this.logWealth = this.logWealthOfEnd = 0;
    this.isDrift = false;
    this.since.clear();
  }

  /** Takes what tells more of the two, or both where both tell drift. */
  merge(other: DriftEvidence): void {
    if (this.isDrift === other.isDrift && !this.isDrift) {
      if (other.logWealth > this.logWealth) this.take(other);
    } else if (this.isDrift && other.isDrift) {
      this.since.merge(other.since);
      this.logWealth = Math.max(this.logWealth, other.logWealth);
    } else if (other.isDrift) this.take(other);
  }

  private take({ isDrift, logWealth, since }: DriftEvidence): void {
    this.since.clear();
    this.since.merge(since);
    this.logWealth = logWealth;
    this.isDrift = isDrift;
  }
}
