import {
  CHARGE_POLICIES,
  DEFAULT_CHARGE_POLICY,
  type ChargePolicy,
  type HardwareProfile,
  type ProfileCheck,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';

/** How a command was told which hardware profile to charge by. */
export interface ProfileOptions {
  /** A file, `auto` or `none`. */
  readonly profile: string;
  readonly 'profile-check': ProfileCheck;
  readonly policy: ProfilePolicyName;
  readonly 'charge-policy': ChargePolicy;
}

export interface ChosenProfile {
  readonly profile: HardwareProfile | undefined;
  readonly notices: readonly string[];
}

/** @throws ProfileError for a profile that is refused */
export function chooseProfile(options: ProfileOptions): ChosenProfile {
  if (options.profile === 'none') return { profile: undefined, notices: [] };
  const named = options.profile === 'auto' ? {} : { path: options.profile };
  return loadProfile({ ...named, profileCheck: options['profile-check'], profilePolicy: options.policy });
}

/** The options of commands that charge by a profile. */
export const PROFILE_OPTIONS = {
  profile: {
    type: 'string',
    requiresArg: true,
    default: 'auto',
    describe: 'Hardware profile: a file, auto (WASM_DYNO_PROFILE, else default costs) or none',
  },
  'profile-check': {
    requiresArg: true,
    choices: ['strict', 'warn'] as const,
    default: 'strict' as const,
    describe: 'Refuse a profile that does not fit, or only report it',
  },
  policy: {
    requiresArg: true,
    choices: ['warm', 'cold'] as const,
    default: 'warm' as const,
    describe: "Which of the profile's policies to charge by",
  },
  'charge-policy': {
    requiresArg: true,
    choices: CHARGE_POLICIES,
    default: DEFAULT_CHARGE_POLICY,
    describe: "How careful charges are, where the profile has models: how many functions' times they cover",
  },
} as const;
