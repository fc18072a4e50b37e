import { call, callResumable } from './observed-call.js';
import type { AsyncCallState, SuspendedAsyncCall } from './async-call-state.js';
import type { Func } from './func.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import type { OutOfFuelCall, Resumable } from './resumable-call.js';
import type { Store } from './store.js';
import type { Value } from './value.js';

/** See Func.callAsync. */
export async function callAsync(func: Func, values: readonly Value[]): Promise<Value[]> {
  const { store } = func;
  // What cannot be suspended can still run through.
  if (store.fuelYieldInterval === undefined && !store.engine.resumable)
    return call(func, values, 'value') as Value[];
  let state = await begin(func, values, true);
  for (;;) {
    switch (state.state) {
      case 'finished':
        return state.results as Value[];
      case 'embedder-error':
        throw OutOfFuelError.isOfCall(state.error) ? OutOfFuelError.ofInnerCall(state.error) : state.error;
      case 'out-of-fuel': {
        if (state.requiredFuel > store.fuel) throw outOfFuel(func, state);
        await turnOfEventLoop();
        state = await state.resumeInTurn();
      }
    }
  }
}

/** See Func.callResumableAsync. */
export function callResumableAsync(func: Func, values: readonly Value[]): Promise<AsyncCallState<unknown>> {
  return begin(func, values, false);
}

async function begin(
  func: Func,
  values: readonly Value[],
  isInTurns: boolean,
): Promise<AsyncCallState<unknown>> {
  const { execution } = func.store;
  if (execution.callResumableAsync !== undefined)
    return execution.callResumableAsync(func, values, 'value', isInTurns);
  const first = () => callResumable(func, values, 'value');
  return asAsync(func.store, isInTurns ? inTurn(func.store, first) : first());
}

function inTurn(store: Store, run: () => Resumable<unknown>): Resumable<unknown> {
  const { execution, fuelYieldInterval } = store;
  return fuelYieldInterval === undefined ? run() : execution.inTurn!(fuelYieldInterval, run);
}

/** A call of an executor that resumes at once. */
function asAsync(store: Store, state: Resumable<unknown>): AsyncCallState<unknown> {
  const later = async (run: () => Resumable<unknown>) => asAsync(store, run());
  switch (state.state) {
    case 'finished':
      return state;
    case 'embedder-error':
      return { ...state, resume: (...results: unknown[]) => later(() => state.resume(...results)) };
    case 'out-of-fuel':
      return {
        ...state,
        resume: () => later(() => state.resume()),
        resumeInTurn: () => later(() => inTurn(store, () => state.resume())),
        atOnce: state,
      };
  }
}

function outOfFuel({ store }: Func, suspended: SuspendedAsyncCall<unknown>): OutOfFuelError {
  const error = new OutOfFuelError(suspended.requiredFuel, store.fuel, suspended.step);
  if (suspended.atOnce !== undefined) error.suspendedCall = suspended.atOnce as OutOfFuelCall<Value>;
  error.suspendedAsyncCall = suspended as SuspendedAsyncCall<Value>;
  return error;
}

interface EventLoop {
  setImmediate?(task: () => void): unknown;
  setTimeout(task: () => void, milliseconds: number): unknown;
  MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null; close(): void };
    readonly port2: { postMessage(value: unknown): void };
  };
}

/** Waits until the host has done what was waiting. Browsers have timers of less than four milliseconds wait: a message does not. */
function turnOfEventLoop(): Promise<void> {
  const host = globalThis as unknown as EventLoop;
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) host.setImmediate(resolve);
    else if (host.MessageChannel === undefined) host.setTimeout(resolve, 0);
    else {
      const { port1, port2 } = new host.MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }
  });
}
