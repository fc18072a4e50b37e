import { closeSync, openSync, readSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

import type { BlockResult } from '../protocol.js';
import { CollectionWatch } from './collections.js';
import { ReferenceLoop } from './reference-loop.js';

type Seen = Pick<
  BlockResult,
  | 'collections'
  | 'collectionNanoseconds'
  | 'runDelayNanoseconds'
  | 'involuntarySwitches'
  | 'allocatedBytes'
  | 'referenceBeforeNanoseconds'
  | 'referenceAfterNanoseconds'
>;

/**
 * Watches the thread that does the timing, from inside: what happens between two blocks (the answer wakes the harness, which may
 * take this CPU for a moment) is not counted for either.
 */
export class BlockWatch {
  private readonly collections = new CollectionWatch();
  private readonly schedule = KernelFile.open('/proc/self/schedstat');
  private readonly status = KernelFile.open('/proc/self/status');
  private reference: ReferenceLoop | undefined;

  /** Makes the reference loop ready, before anything is timed. */
  prepare(): void {
    this.reference ??= new ReferenceLoop();
  }

  /** Runs something that is timed piece by piece, and tells what collections took of it. */
  async collectionsIn<T>(
    pieces: () => T,
  ): Promise<{ readonly result: T; readonly collectionNanoseconds: number }> {
    const begin = performance.now();
    const result = pieces();
    const { collectionNanoseconds } = await this.collections.between(begin, performance.now());
    return { result, collectionNanoseconds };
  }

  /** Runs one block and tells what was seen beside it. */
  async around<T>(block: () => T): Promise<{ readonly result: T; readonly seen: Seen }> {
    this.prepare();
    const referenceBefore = this.reference!.nanoseconds();
    const before = this.counters();
    const allocatedBefore = allocatedBytes();
    const begin = performance.now();
    const result = block();
    const end = performance.now();
    const allocated = allocatedBytes() - allocatedBefore;
    const after = this.counters();
    const referenceAfter = this.reference!.nanoseconds();
    const collected = await this.collections.between(begin, end);
    return {
      result,
      seen: {
        ...collected,
        ...(collected.collections > 0 || allocated < 0 ? {} : { allocatedBytes: allocated }),
        ...(before === undefined || after === undefined
          ? {}
          : {
              runDelayNanoseconds: after.runDelayNanoseconds - before.runDelayNanoseconds,
              involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
            }),
        referenceBeforeNanoseconds: Math.round(referenceBefore),
        referenceAfterNanoseconds: Math.round(referenceAfter),
      },
    };
  }

  /** Of the main thread, which is the one that runs blocks. */
  private counters(): { runDelayNanoseconds: number; involuntarySwitches: number } | undefined {
    // schedstat: time on the CPU, time waiting for it, time slices (kernel documentation, sched-stats).
    const runDelay = Number(this.schedule?.text().split(' ')[1]);
    const switches = this.status?.text().match(/^nonvoluntary_ctxt_switches:\s+(\d+)/m);
    if (!Number.isFinite(runDelay) || switches === null || switches === undefined) return undefined;
    return { runDelayNanoseconds: runDelay, involuntarySwitches: Number(switches[1]) };
  }
}

/** On V8's heap, and outside of it on its behalf. */
function allocatedBytes(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

/** A file of the kernel's that is read again and again; it stays open, so that reading is one system call. */
class KernelFile {
  private readonly buffer = new Uint8Array(4096);
  private readonly decoder = new TextDecoder();

  private constructor(private readonly descriptor: number) {}

  /** @returns undefined where there is no such file */
  static open(path: string): KernelFile | undefined {
    if (process.platform !== 'linux') return undefined;
    try {
      const file = new KernelFile(openSync(path, 'r'));
      if (file.text() !== '') return file;
      closeSync(file.descriptor);
    } catch {
      // The kernel does not tell.
    }
    return undefined;
  }

  text(): string {
    const length = readSync(this.descriptor, this.buffer, 0, this.buffer.length, 0);
    return this.decoder.decode(this.buffer.subarray(0, length));
  }
}
