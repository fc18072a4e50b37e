/**
 * A loop of its own for each arm. Made from source each time, so that V8 gives every arm its own code, type feedback and
 * call sites: two arms that shared a loop would be optimised for each other's functions.
 */

export type TimedLoop = (calls: number) => number;

/** Milliseconds with a fraction, from a monotonic clock. */
const now = (): number => performance.now();

/**
 * @param setup statements run once per block, outside the timed part, over `context`
 * @param work statements run `calls` times; `call` counts from 0
 * @returns a function that runs `work` so often and returns the nanoseconds it took
 */
export function generateLoop(
  context: Readonly<Record<string, unknown>>,
  setup: string,
  work: string,
): TimedLoop {
  const names = Object.keys(context);
  // Only the harness generates code; the engine never does.
  const make = new Function(
    'now',
    ...names,
    `return function (calls) {
      ${setup}
      const begin = now();
      for (let call = 0; call < calls; call++) { ${work} }
      const end = now();
      return (end - begin) * 1e6;
    };`,
  ) as (...values: unknown[]) => TimedLoop;
  return make(now, ...names.map((name) => context[name]));
}

/** Smallest step of the clock as observed. */
export function clockResolutionNanoseconds(): number {
  let smallest = Infinity;
  for (let i = 0; i < 200; i++) {
    const begin = now();
    let end = now();
    while (end === begin) end = now();
    smallest = Math.min(smallest, end - begin);
  }
  return Math.max(1, Math.round(smallest * 1e6));
}
