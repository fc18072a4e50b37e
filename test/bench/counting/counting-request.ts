/** What validates: the core in WebAssembly, or where the host has none, JavaScript. */
export const FRONT_ENDS = ['core', 'JavaScript'] as const;
export type FrontEnd = (typeof FRONT_ENDS)[number];

/** The engine as it is, twice, so that the noise is seen; and without the lines that count the values of lists. */
export const COUNTERS = ['counting', 'counting again', 'not counting'] as const;
export type CounterName = (typeof COUNTERS)[number];

export interface CountingRequest {
  readonly frontEnd: FrontEnd;
  /** Files of the bundled engines. */
  readonly engines: Readonly<Record<CounterName, string>>;
  readonly rounds: number;
}

export interface CountingAnswer {
  /** Processor time of validating all small real modules, by round. */
  readonly cpuNanoseconds: Readonly<Record<CounterName, readonly number[]>>;
  readonly bytes: number;
}
