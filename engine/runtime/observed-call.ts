import type { CallOutcome } from './call-event.js';
import type { ValueForm } from './engine-parts.js';
import type { Func } from './func.js';
import type { Instance } from './instance.js';
import type { Module } from './module.js';
import type { Resumable } from './resumable-call.js';
import type { Store } from './store.js';

// What the embedder asks of an executor, told to whoever listens to calls.

const finished = (): CallOutcome => 'finished';

const STATES = { finished: 'finished', 'out-of-fuel': 'out-of-fuel', 'embedder-error': 'error' } as const;

const outcomeOfState = ({ state }: Resumable<unknown>): CallOutcome => STATES[state];

/** See Execution.call. */
export function call(func: Func, values: readonly unknown[], form: ValueForm): unknown[] {
  const { engine, execution } = func.store;
  const { observers } = engine;
  if (!observers.hearCalls) return execution.call(func, values, form);
  return observers.observe(asked('call', func), () => execution.call(func, values, form), finished);
}

/** See Execution.callResumable. */
export function callResumable(func: Func, values: readonly unknown[], form: ValueForm): Resumable<unknown> {
  const { engine, execution } = func.store;
  const { observers } = engine;
  if (!observers.hearCalls) return execution.callResumable(func, values, form);
  const step = () => execution.callResumable(func, values, form);
  return observers.observe(asked('call', func), step, outcomeOfState);
}

/** The going on of a call of the function's. */
export function resume(func: Func, step: () => Resumable<unknown>): Resumable<unknown> {
  const { observers } = func.store.engine;
  return observers.hearCalls ? observers.observe(asked('resume', func), step, outcomeOfState) : step();
}

/** The making of an instance of the module in the store. */
export function instantiate(store: Store, module: Module, step: () => Instance): Instance {
  const { observers } = store.engine;
  if (!observers.hearCalls) return step();
  return observers.observe({ phase: 'instantiate', store, module, func: undefined }, step, finished);
}

function asked(phase: 'call' | 'resume', func: Func) {
  return { phase, store: func.store, module: func.instance?.module, func };
}
