import { parseProfile, type HardwareProfile } from '@wasm-dyno/engine';

import type { WatchedPhases } from './watch-corpus.js';

/** The profile with what a monitor saw of each phase, beside its warm prices. */
export function profileAsWatched(profile: HardwareProfile, watched: WatchedPhases): HardwareProfile {
  const { policies } = profile;
  const phases = Object.entries(policies.warm.phases).map(([phase, price]) => {
    const seen = watched[phase as keyof WatchedPhases];
    return [phase, seen === undefined ? price : { ...price, watched: seen }];
  });
  return parseProfile({
    ...profile,
    policies: { ...policies, warm: { ...policies.warm, phases: Object.fromEntries(phases) } },
  });
}
