/** Longest that a thread sleeps in one go, in milliseconds: some hosts take no longer timeouts. */
const LONGEST_MILLISECONDS = 2 ** 30;

/** Lets the thread sleep until time is up or another thread says stop. */
export class Pause {
  /** @param interrupt shared memory; another thread makes its first element other than 0 and notifies it to end all waiting */
  constructor(private readonly interrupt: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {}

  /** @returns false if it was interrupted */
  wait(nanoseconds: bigint): boolean {
    const end = process.hrtime.bigint() + nanoseconds;
    for (;;) {
      if (Atomics.load(this.interrupt, 0) !== 0) return false;
      const left = end - process.hrtime.bigint();
      if (left <= 0n) return true;
      Atomics.wait(this.interrupt, 0, 0, Math.min(Number(left) / 1e6, LONGEST_MILLISECONDS));
    }
  }
}
