import { PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Collections {
  readonly collections: number;
  readonly collectionNanoseconds: number;
}

/** Watches V8's garbage collections, so that a block can say how many fell into it. */
export class CollectionWatch {
  private seen: PerformanceEntry[] = [];
  private readonly observer = new PerformanceObserver((list) => {
    this.seen.push(...list.getEntries());
  });

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Those that began between two readings of `performance.now()`, in milliseconds; forgets all it has seen. */
  async between(beginMilliseconds: number, endMilliseconds: number): Promise<Collections> {
    // V8 reports a collection through the event loop, after the code it interrupted.
    await new Promise((resolve) => setImmediate(resolve));
    const entries = [...this.seen, ...this.observer.takeRecords()].filter(
      ({ startTime }) => startTime >= beginMilliseconds && startTime < endMilliseconds,
    );
    this.seen = [];
    const milliseconds = entries.reduce((sum, entry) => sum + entry.duration, 0);
    return { collections: entries.length, collectionNanoseconds: Math.round(milliseconds * 1e6) };
  }
}

let collect: (() => void) | undefined;

/** Collects all garbage there is, young and old. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = (globalThis as { gc?: () => void }).gc ?? (runInNewContext('gc') as () => void);
  }
  collect();
}
