import { channel } from 'node:diagnostics_channel';

import { useEventChannels } from '../runtime/event-channels.js';

/** Names of the channels of Node's `diagnostics_channel` that events are published on, by event; see CompileEvent, CallEvent. */
export const DIAGNOSTICS_CHANNELS = { compile: 'wasm-dyno:compile', call: 'wasm-dyno:call' } as const;

/**
 * Publishes the events of all engines of this process on Node's `diagnostics_channel`, from now on; returns how to stop that. While nobody
 * subscribes nothing is timed.
 */
export function publishDiagnostics(): () => void {
  useEventChannels({
    compile: channel(DIAGNOSTICS_CHANNELS.compile),
    call: channel(DIAGNOSTICS_CHANNELS.call),
  });
  return () => useEventChannels(undefined);
}
