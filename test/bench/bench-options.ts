/** What every suite is told. */
export interface BenchOptions {
  /** Fresh processes of each kind. */
  readonly processes: number;
  /** Less of everything: to see that the bench works, not to quote from. */
  readonly quick: boolean;
  /** File of a calibration of this machine, where one was given. */
  readonly profile: string | undefined;
  /** Is a row of that name, in that group, wanted? */
  matches(...names: readonly string[]): boolean;
  progress(steps: number): Progress;
}

export interface Progress {
  step(what: string): void;
  done(): void;
}

/** What a suite found. */
export interface SuiteOutcome {
  /** Every single measurement. */
  readonly records: readonly object[];
  readonly text: string;
  /** Wrong results and broken demands on growth; none when all is well. */
  readonly failures: readonly string[];
}
