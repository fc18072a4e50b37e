import {
  PROFILE_PHASES,
  PROFILE_POLICIES,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import type { RecordedEstimate } from '@wasm-dyno/reports/recorded-run';

/** What a phase costs by a profile, as a number with its interval: all that comparing and merging know of prices. */
export interface Price extends RecordedEstimate {
  /** For example `warm translate`. */
  readonly name: string;
  readonly policy: ProfilePolicyName;
  readonly phase: ProfilePhase;
  readonly unit: string;
}

/** What a multiplier is counted in. */
export const MULTIPLIER_UNIT = 'x memset';

export function priceName(policy: string, phase: string): string {
  return `${policy} ${phase}`;
}

/** Every price that a profile charges by, warm ones first, phases as they follow each other. */
export function pricesOf({ policies }: Pick<HardwareProfile, 'policies'>): Price[] {
  return PROFILE_POLICIES.flatMap((policy) =>
    PROFILE_PHASES.flatMap((phase) => {
      const found = policies[policy]?.phases[phase];
      if (found === undefined) return [];
      const { ratio: estimate, low, high, confidenceLevel, processes } = found;
      const name = priceName(policy, phase);
      return [
        { name, policy, phase, unit: MULTIPLIER_UNIT, estimate, low, high, confidenceLevel, processes },
      ];
    }),
  );
}
