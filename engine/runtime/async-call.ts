import { call, callResumable } from './observed-call.js';
import type { Func } from './func.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import type { OutOfFuelCall, Resumable } from './resumable-call.js';
import type { Value } from './value.js';

/** See Func.callAsync. */
export async function callAsync(func: Func, values: readonly Value[]): Promise<Value[]> {
  const { store } = func;
  const inTurn = (run: () => Resumable<unknown>) => {
    const { execution, fuelYieldInterval } = store;
    return fuelYieldInterval === undefined ? run() : execution.inTurn(fuelYieldInterval, run);
  };
  if (store.fuelYieldInterval === undefined) return call(func, values, 'value') as Value[];
  let state = inTurn(() => callResumable(func, values, 'value'));
  for (;;) {
    switch (state.state) {
      case 'finished':
        return state.results as Value[];
      case 'embedder-error':
        throw OutOfFuelError.isOfCall(state.error) ? OutOfFuelError.ofInnerCall(state.error) : state.error;
      case 'out-of-fuel': {
        if (state.requiredFuel > store.fuel) throw outOfFuel(func, state as OutOfFuelCall<Value>);
        await turnOfEventLoop();
        const { resume } = state;
        state = inTurn(resume);
      }
    }
  }
}

function outOfFuel({ store }: Func, suspended: OutOfFuelCall<Value>): OutOfFuelError {
  const error = new OutOfFuelError(suspended.requiredFuel, store.fuel, suspended.step);
  error.suspendedCall = suspended;
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
