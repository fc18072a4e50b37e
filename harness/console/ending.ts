/** What the user, a supervisor and a terminal that closes (SIGHUP) send to end a program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `end` once when the program is to end, so that it ends in order. The next signal of a kind ends it at once.
 * @returns a function that gives the signals back
 */
export function onEnding(end: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.once(signal, end);
  return () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
}
