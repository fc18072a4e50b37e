import { wasi } from '@bjorn3/browser_wasi_shim';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Nanoseconds on a WASI clock; undefined for clocks that the host has not. */
export function clockNanoseconds(clock: number): bigint | undefined {
  if (clock === wasi.CLOCKID_REALTIME)
    return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
  return clock === wasi.CLOCKID_MONOTONIC ? process.hrtime.bigint() : undefined;
}

/**
 * `poll_oneoff`: descriptors are ready at once (files always are; standard input then waits in the read), else sleeps until
 * the first clock is due.
 */
export function pollOneOff(
  view: DataView,
  subscriptionsAt: number,
  eventsAt: number,
  count: number,
  countAt: number,
): number {
  if (count === 0) return wasi.ERRNO_INVAL;
  const subscriptions = Array.from({ length: count }, (_, i) =>
    readSubscription(view, subscriptionsAt + i * SUBSCRIPTION_BYTES),
  );
  const waits = subscriptions.map(({ remaining }) => remaining ?? 0n);
  const shortest = waits.reduce((a, b) => (a < b ? a : b));
  if (shortest > 0n) Atomics.wait(pause, 0, 0, Number(shortest) / 1e6);
  let written = 0;
  subscriptions.forEach(({ userdata, type, error }, i) => {
    if (waits[i]! > shortest) return;
    const at = eventsAt + written++ * EVENT_BYTES;
    new Uint8Array(view.buffer, at, EVENT_BYTES).fill(0);
    view.setBigUint64(at, userdata, true);
    view.setUint16(at + 8, error, true);
    view.setUint8(at + 10, type);
  });
  view.setUint32(countAt, written, true);
  return wasi.ERRNO_SUCCESS;
}

interface PollSubscription {
  readonly userdata: bigint;
  readonly type: number;
  /** Nanoseconds until it is due; undefined for descriptors. */
  readonly remaining: bigint | undefined;
  readonly error: number;
}

function readSubscription(view: DataView, at: number): PollSubscription {
  const userdata = view.getBigUint64(at, true);
  const type = view.getUint8(at + 8);
  if (type !== wasi.EVENTTYPE_CLOCK)
    return { userdata, type, remaining: undefined, error: wasi.ERRNO_SUCCESS };
  const now = clockNanoseconds(view.getUint32(at + 16, true));
  if (now === undefined) return { userdata, type, remaining: 0n, error: wasi.ERRNO_INVAL };
  const timeout = view.getBigUint64(at + 24, true);
  const absolute = (view.getUint16(at + 40, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0;
  const remaining = absolute ? timeout - now : timeout;
  return { userdata, type, remaining: remaining > 0n ? remaining : 0n, error: wasi.ERRNO_SUCCESS };
}
