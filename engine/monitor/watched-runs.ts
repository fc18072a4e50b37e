/** Functions of a run, one behind another; the first of them are no samples. */
const FUNCTIONS_OF_RUN = 48;
/** Where the gaps' lengths begin: the same in every process. */
const SEED = 1;

/**
 * Which of the functions that come are watched: one in so many, in runs of 48, with gaps between them of lengths that vary by a half around
 * their mean. What a host compiles in turn, over and over, is not in step with that.
 */
export class WatchedRuns {
  private isWatched = false;
  /** Functions left of what is open, a run or a gap. */
  private left = 0;
  private random = SEED;

  constructor(private readonly oneFunctionIn: number) {}

  /** Whether the function that comes next is watched. */
  next(): boolean {
    while (this.left === 0) this.turn();
    this.left--;
    return this.isWatched;
  }

  /** How many functions come before one that is watched, at least. */
  get unwatchedAhead(): number {
    while (this.left === 0) this.turn();
    return this.isWatched ? 0 : this.left;
  }

  /** So many functions come. */
  pass(functions: number): void {
    this.left -= functions;
    while (this.left < 0) {
      const beyond = this.left;
      this.turn();
      this.left += beyond;
    }
  }

  private turn(): void {
    this.isWatched = !this.isWatched;
    this.left = this.isWatched ? FUNCTIONS_OF_RUN : this.gap();
  }

  private gap(): number {
    // Numerical Recipes' generator of 32 bits.
    this.random = (Math.imul(this.random, 1_664_525) + 1_013_904_223) >>> 0;
    const mean = FUNCTIONS_OF_RUN * (this.oneFunctionIn - 1);
    return Math.round(mean * (0.5 + this.random / 2 ** 32));
  }
}
