/** What a piece of work took. Processor time is the whole process's, V8's compiler and collector threads included. */
export interface Elapsed {
  readonly cpuNanoseconds: number;
  readonly wallNanoseconds: number;
}

/** Both clocks, from when it is made. */
export class Stopwatch {
  private readonly cpu = process.cpuUsage();
  private readonly wall = process.hrtime.bigint();

  elapsed(): Elapsed {
    const wallNanoseconds = Number(process.hrtime.bigint() - this.wall);
    const { user, system } = process.cpuUsage(this.cpu);
    return { cpuNanoseconds: (user + system) * 1000, wallNanoseconds };
  }
}

/** Times one call. */
export function timed<T>(work: () => T): { readonly result: T; readonly elapsed: Elapsed } {
  const stopwatch = new Stopwatch();
  const result = work();
  return { result, elapsed: stopwatch.elapsed() };
}
