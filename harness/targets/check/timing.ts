import { CheckFailure, type CheckSession } from './check-session.js';

/** Blocks are made long enough that the clock does not matter. */
const LEAST_NANOSECONDS = 2_000_000;
/** Where most of a block is preparation, which is not told, blocks are no longer than this as seen from outside. */
const MOST_OUTSIDE_NANOSECONDS = 40_000_000;
/** Long enough for the pipe not to matter. */
const ACCOUNTED_NANOSECONDS = 40_000_000;
const MOST_CALLS = 1 << 26;
/** How often a block is repeated; the quickest counts, because others use the machine too. */
const REPETITIONS = 3;
/** How often a bound on times may be missed before it counts. */
const ATTEMPTS = 2;

export interface BlockTime {
  readonly calls: number;
  readonly nanoseconds: number;
  readonly outsideNanoseconds: number;
  readonly overheadNanoseconds: number;
}

/** One block, held to what was asked for and to the time that passed outside. */
export async function timeBlock(
  session: CheckSession,
  arm: string,
  calls: number,
  bytesPerCall: number,
): Promise<BlockTime> {
  const { result, outsideNanoseconds } = await session.result('block', { arm, calls });
  if (result.calls !== calls) throw new CheckFailure(`did ${result.calls} calls instead of ${calls}`);
  if (result.bytes !== calls * bytesPerCall) {
    throw new CheckFailure(`reports ${result.bytes} bytes for ${calls} calls of ${bytesPerCall} bytes`);
  }
  const overheadNanoseconds = result.overheadNanoseconds ?? 0;
  if (result.nanoseconds + overheadNanoseconds > outsideNanoseconds) {
    throw new CheckFailure(
      `reports ${result.nanoseconds + overheadNanoseconds} ns when only ${outsideNanoseconds} ns passed outside`,
    );
  }
  return { calls, nanoseconds: result.nanoseconds, outsideNanoseconds, overheadNanoseconds };
}

/** How many calls last `LEAST_NANOSECONDS` by the target's clock, or `MOST_OUTSIDE_NANOSECONDS` by ours. */
async function enoughCalls(session: CheckSession, arm: string, bytesPerCall: number): Promise<number> {
  let calls = 1;
  for (;;) {
    const { nanoseconds, outsideNanoseconds } = await timeBlock(session, arm, calls, bytesPerCall);
    if (nanoseconds >= LEAST_NANOSECONDS || outsideNanoseconds >= MOST_OUTSIDE_NANOSECONDS) return calls;
    if (calls >= MOST_CALLS) {
      throw new CheckFailure(`reports ${nanoseconds} ns for ${calls} calls: no work is so quick`);
    }
    const wanted = Math.min(
      LEAST_NANOSECONDS / Math.max(1, nanoseconds),
      MOST_OUTSIDE_NANOSECONDS / outsideNanoseconds,
    );
    calls = Math.min(MOST_CALLS, Math.ceil(calls * Math.min(16, Math.max(1.5, 1.2 * wanted))));
  }
}

/** The quickest of some blocks. */
async function quickestBlock(
  session: CheckSession,
  arm: string,
  calls: number,
  bytesPerCall: number,
): Promise<BlockTime> {
  let quickest = await timeBlock(session, arm, calls, bytesPerCall);
  for (let repetition = 1; repetition < REPETITIONS; repetition++) {
    const block = await timeBlock(session, arm, calls, bytesPerCall);
    if (block.nanoseconds < quickest.nanoseconds) quickest = block;
  }
  return quickest;
}

/** Nanoseconds of one call, from the quickest block. */
export async function callTime(session: CheckSession, arm: string, bytesPerCall: number): Promise<number> {
  const calls = await enoughCalls(session, arm, bytesPerCall);
  return (await quickestBlock(session, arm, calls, bytesPerCall)).nanoseconds / calls;
}

/** Repeats a check on times that an unlucky moment may fail; a liar fails it every time. */
export async function withPatience(check: () => Promise<string>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof CheckFailure) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Four times the calls have to take about four times as long. @throws CheckFailure */
export async function growsWithCalls(
  session: CheckSession,
  arm: string,
  bytesPerCall: number,
): Promise<string> {
  const calls = await enoughCalls(session, arm, bytesPerCall);
  const once = await quickestBlock(session, arm, calls, bytesPerCall);
  const fourfold = await quickestBlock(session, arm, 4 * calls, bytesPerCall);
  const growth = fourfold.nanoseconds / once.nanoseconds;
  // Too much is no lie, as the time that passed outside bounds it: others use the machine.
  if (!(growth > 2)) {
    throw new CheckFailure(
      `${calls} calls took ${once.nanoseconds} ns, ${4 * calls} took ${fourfold.nanoseconds} ns: far from four times as long`,
    );
  }
  return `${calls} and ${4 * calls} calls: factor ${growth.toFixed(2)}`;
}

/** The same arm timed twice has to agree within a factor of three. @throws CheckFailure */
export async function repeats(session: CheckSession, arm: string, bytesPerCall: number): Promise<string> {
  const [first, second] = [
    await callTime(session, arm, bytesPerCall),
    await callTime(session, arm, bytesPerCall),
  ] as const;
  const factor = Math.max(first, second) / Math.min(first, second);
  if (!(factor < 3)) {
    throw new CheckFailure(`the same work took ${first.toFixed(1)} and ${second.toFixed(1)} ns a call`);
  }
  return `${first.toFixed(1)} and ${second.toFixed(1)} ns a call`;
}

/**
 * Of an arm that needs nothing made beforehand, the time told has to be most of the time that passed: the rest is a
 * pipe and a line of JSON. A clock that runs slow shows here. @throws CheckFailure
 */
export async function accountsForTime(
  session: CheckSession,
  arm: string,
  bytesPerCall: number,
): Promise<string> {
  const enough = await enoughCalls(session, arm, bytesPerCall);
  const { outsideNanoseconds: passed } = await timeBlock(session, arm, enough, bytesPerCall);
  const calls = Math.ceil(enough * Math.max(1, ACCOUNTED_NANOSECONDS / passed));
  const { nanoseconds, outsideNanoseconds } = await timeBlock(session, arm, calls, bytesPerCall);
  const share = nanoseconds / outsideNanoseconds;
  if (share < 0.6) {
    throw new CheckFailure(
      `reports ${nanoseconds} ns of the ${outsideNanoseconds} ns that passed: the clock runs slow`,
    );
  }
  return `${(share * 100).toFixed(0)}% of the time that passed`;
}
