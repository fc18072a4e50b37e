import type { HardwareProfile, ProfileCheck, ProfilePolicyName } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';

/** How a command was told which hardware profile to charge by. */
export interface ProfileOptions {
  /** A file, `auto` or `none`. */
  readonly profile: string;
  readonly 'profile-check': ProfileCheck;
  readonly policy: ProfilePolicyName;
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
} as const;
