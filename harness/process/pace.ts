/** Of the planned rounds, such a part may be given up for waiting, and as many must be left as a median takes. */
const MOST_GIVEN_UP = 0.5;
const LEAST_LEFT = 5;
/** Waiting may take as long as such a part of the planned rounds: rounds are the smaller part of a process's time. */
const MOST_WAITED = 1;

/**
 * How many rounds a process makes. Waiting for a core that nobody else has part of is paid for with rounds, so that a process takes about as
 * long as planned whatever the neighbours do; half of them are made anyway. The first round comes without waiting: it shows how long one takes.
 */
export class Pace {
  /** Rounds ended. */
  round = 0;
  private pairsMilliseconds = 0;
  private pairBegin = 0;
  private readonly mostGivenUp: number;
  private readonly mostWaited: number;

  /** @param now a clock in milliseconds */
  constructor(
    private readonly planned: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.mostGivenUp = Math.max(0, Math.min(Math.floor(planned * MOST_GIVEN_UP), planned - LEAST_LEFT));
    this.mostWaited = this.mostGivenUp === 0 ? 0 : planned * MOST_WAITED;
  }

  beginPair(): void {
    this.pairBegin = this.now();
  }

  endPair(): void {
    this.pairsMilliseconds += this.now() - this.pairBegin;
  }

  endRound(): void {
    this.round++;
  }

  /** Milliseconds of waiting that the whole process may come to. */
  waitingAllowance(): number {
    return this.round === 0 ? 0 : this.mostWaited * this.roundMilliseconds;
  }

  roundsLeft(waitedMilliseconds: number): number {
    const waited = this.round === 0 ? 0 : Math.floor(waitedMilliseconds / this.roundMilliseconds);
    return this.planned - Math.min(waited, this.mostGivenUp) - this.round;
  }

  private get roundMilliseconds(): number {
    return this.pairsMilliseconds / this.round;
  }
}
