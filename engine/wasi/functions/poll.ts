import { Errno, EventType, Right } from '../call/constants.js';
import { demand, errnoOf, WasiError } from '../call/errno.js';
import type { WasiCall } from './wasi-call.js';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;

/** Subscriptions of one call at most. */
const MAXIMUM_SUBSCRIPTIONS = 4096;

/** Subscription flag: the timeout is a moment on the clock. */
const ABSOLUTE = 1;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** Nanoseconds until it is due; descriptors are due at once. */
  readonly wait: bigint;
  readonly errno: number;
  /** Bytes that a descriptor has ready, as far as that is known. */
  readonly available: bigint;
}

/**
 * `poll_oneoff`: descriptors are ready at once (files always are; standard input then waits in the read), else sleeps until
 * the first clock is due.
 */
export function pollOneOff(
  call: WasiCall,
  inAt: number,
  outAt: number,
  count: number,
  countAt: number,
): void {
  const { memory, charge, surroundings } = call;
  demand(count > 0 && count <= MAXIMUM_SUBSCRIPTIONS, Errno.Inval);
  memory.bytes(inAt, count * SUBSCRIPTION_BYTES);
  memory.bytes(outAt, count * EVENT_BYTES);
  memory.bytes(countAt, 4);
  charge.requests();
  charge.subscriptions(count);
  const subscriptions = Array.from({ length: count }, (_, i) =>
    readSubscription(call, inAt + i * SUBSCRIPTION_BYTES),
  );
  const shortest = subscriptions.reduce(
    (least, { wait }) => (wait < least ? wait : least),
    subscriptions[0]!.wait,
  );
  charge.sleep(shortest);
  if (shortest > 0n) demand(surroundings.sleep(shortest), Errno.Intr);
  const due = subscriptions.filter(({ wait }) => wait <= shortest);
  due.forEach((subscription, i) => writeEvent(call, outAt + i * EVENT_BYTES, subscription));
  memory.writeUnsigned32(countAt, due.length);
}

function readSubscription(call: WasiCall, at: number): Subscription {
  const { memory } = call;
  const userdata = memory.unsigned64(at);
  const type = memory.unsigned8(at + 8);
  if (type === EventType.Clock) return { userdata, type, available: 0n, ...readClock(call, at) };
  if (type !== EventType.FdRead && type !== EventType.FdWrite) throw new WasiError(Errno.Inval);
  return { userdata, type, wait: 0n, ...readiness(call, memory.unsigned32(at + 16), type) };
}

function readClock({ memory, surroundings }: WasiCall, at: number): Pick<Subscription, 'wait' | 'errno'> {
  const clock = memory.unsigned32(at + 16);
  const timeout = memory.unsigned64(at + 24);
  if (surroundings.resolution(clock) === undefined) return { wait: 0n, errno: Errno.Inval };
  if ((memory.unsigned16(at + 40) & ABSOLUTE) === 0) return { wait: timeout, errno: Errno.Success };
  const wait = timeout - surroundings.now(clock)!;
  return { wait: wait > 0n ? wait : 0n, errno: Errno.Success };
}

function readiness(
  { charge, descriptors }: WasiCall,
  number: number,
  type: number,
): Pick<Subscription, 'errno' | 'available'> {
  charge.requests();
  try {
    const descriptor = descriptors.get(number);
    descriptor.demand(Right.PollFdReadwrite);
    return { errno: Errno.Success, available: type === EventType.FdRead ? descriptor.available() : 0n };
  } catch (error) {
    return { errno: errnoOf(error), available: 0n };
  }
}

function writeEvent(
  { memory }: WasiCall,
  at: number,
  { userdata, type, errno, available }: Subscription,
): void {
  const bytes = memory.bytes(at, EVENT_BYTES).fill(0);
  memory.writeUnsigned64(at, userdata);
  bytes[8] = errno;
  bytes[10] = type;
  memory.writeUnsigned64(at + 16, available);
}
