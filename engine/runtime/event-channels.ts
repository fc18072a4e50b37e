import type { CallEvent } from './call-event.js';
import type { CompileEvent } from './compile-event.js';

/** Where events go for whoever subscribes, as channels of Node's `diagnostics_channel` have it. */
export interface EventChannel<Event> {
  readonly hasSubscribers: boolean;
  /** Hands the event to whoever subscribes, before it returns. */
  publish(event: Event): void;
}

/** The channels of a process, for the events of all its engines. */
export interface EventChannels {
  readonly compile: EventChannel<CompileEvent>;
  readonly call: EventChannel<CallEvent>;
}

const NOBODY = { hasSubscribers: false, publish: () => undefined };

let channels: EventChannels = { compile: NOBODY, call: NOBODY };

/** Has the engines of this process publish there; to nobody unless told. */
export function useEventChannels(chosen: EventChannels | undefined): void {
  channels = chosen ?? { compile: NOBODY, call: NOBODY };
}

/** Where the engines of this process publish. */
export function eventChannels(): EventChannels {
  return channels;
}
