import { quickerReference, type Flag } from '@wasm-dyno/reports/noise';
import { blockFlags } from '../guards/flags.js';
import { blockLies } from '../guards/honesty.js';
import { countersBetween, readProcessCounters, type ProcessCounters } from '../guards/process-counters.js';
import type { TargetClient } from '../targets/client.js';
import type { BlockResult } from '../targets/protocol.js';

/** One block as the target answered it, with what the harness saw around it. */
export interface ObservedBlock extends BlockResult {
  readonly counters: ProcessCounters | undefined;
  readonly flags: readonly Flag[];
}

const PATIENCE_MILLISECONDS = 30_000;

/** Runs blocks on one target process, and watches the process from outside while it does. */
export class BlockRunner {
  private readonly bytesPerCall = new Map<string, number>();
  /** Flags of lies seen so far in this process. */
  readonly lies = new Set<Flag>();

  constructor(
    private readonly client: TargetClient,
    private readonly clockResolutionNanoseconds: number,
  ) {}

  /** Tells what a call of `arm` has been asked to handle. */
  know(arm: string, bytesPerCall: number): void {
    this.bytesPerCall.set(arm, bytesPerCall);
  }

  /** @throws TargetError, TargetFailure */
  async run(arm: string, calls: number): Promise<ObservedBlock> {
    const before = readProcessCounters(this.client.pid);
    const { result, outsideNanoseconds } = await this.client.timedRequest(
      'block',
      { arm, calls },
      PATIENCE_MILLISECONDS,
    );
    const counters = countersInside(result) ?? countersBetween(before, readProcessCounters(this.client.pid));
    const asked = { calls, bytesPerCall: this.bytesPerCall.get(arm) ?? 0 };
    const lies = blockLies(result, asked, outsideNanoseconds, this.clockResolutionNanoseconds);
    for (const lie of lies) this.lies.add(lie);
    return { ...result, counters, flags: [...blockFlags(result, counters), ...lies] };
  }

  /** How long the target's reference loop takes now, nanoseconds, beside one call of `arm`; undefined where the target has none. */
  async lookAtReference(arm: string): Promise<number | undefined> {
    return quickerReference(await this.run(arm, 1));
  }

  /** Nanoseconds of one call, from a block long enough to tell; runs as many calls as that takes. */
  async timeOfCall(arm: string, leastNanoseconds: number): Promise<number> {
    for (let calls = 1; ; calls *= 4) {
      const { nanoseconds, overheadNanoseconds = 0 } = await this.run(arm, calls);
      // What is subtracted takes its time too, and may be all that a disturbed block has.
      const least = (nanoseconds + overheadNanoseconds) / MOST_SUBTRACTED;
      if (Math.max(nanoseconds, least) >= leastNanoseconds || calls >= MOST_CALLS)
        return Math.max(nanoseconds, least, 1) / calls;
    }
  }
}

/** Blocks may take so many times as long as what is left of them when all is subtracted. */
const MOST_SUBTRACTED = 16;
const MOST_CALLS = 4_194_304;

/** What the target says of its own thread: exact, where a look from outside also sees it answer. */
export function countersInside({
  runDelayNanoseconds,
  involuntarySwitches,
}: BlockResult): ProcessCounters | undefined {
  if (runDelayNanoseconds === undefined || involuntarySwitches === undefined) return undefined;
  return { runDelayNanoseconds, involuntarySwitches };
}

/** How many calls fill a block. */
export function callsFor(blockNanoseconds: number, nanosecondsPerCall: number): number {
  return Math.max(1, Math.min(MOST_CALLS, Math.round(blockNanoseconds / Math.max(nanosecondsPerCall, 1e-3))));
}
