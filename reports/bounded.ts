/** A number with the ends of the interval it lies in: the one form of an interval, in files, rows and code. */
export interface Bounded {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** A number that is known, not measured. */
export function exactly(value: number): Bounded {
  return { estimate: value, low: value, high: value };
}

export function scaled({ estimate, low, high }: Bounded, factor: number): Bounded {
  return { estimate: estimate * factor, low: low * factor, high: high * factor };
}

/** The quotient's bounds are as wide as those of both together. */
export function quotient(dividend: Bounded, divisor: Bounded): Bounded {
  return {
    estimate: dividend.estimate / divisor.estimate,
    low: dividend.low / divisor.high,
    high: dividend.high / divisor.low,
  };
}

export function inverse(value: Bounded): Bounded {
  return quotient(exactly(1), value);
}
