import { statSync } from 'node:fs';
import { ENGINE_NAME, ENGINE_VERSION } from '../version.js';
import { agreedParties } from '../fuel/agreed-profile.js';
import { COST_BEHAVIOUR } from '../fuel/cost-behaviour.js';
import type { MatchRank } from '../fuel/considered-profile.js';
import type { HardwareProfile, ProfilePolicyName } from '../fuel/hardware-profile.js';
import type { MaximumAge } from '../fuel/profile-age.js';
import { BUNDLE_KIND } from '../fuel/profile-bundle.js';
import {
  ProfileError,
  checkProfile,
  keepChecked,
  parseProfile,
  type ProfileCheck,
  type ProfileContext,
  type ProfileProblem,
} from '../fuel/profile-check.js';
import { chooseProfile, type ProfileChoice } from '../fuel/profile-match.js';
import { machineIdentity } from './machine-identity.js';
import { profileCandidates, verifiedProfile } from './profile-candidates.js';
import { parsedText, readProfileText } from './profile-text.js';

/** The environment variable that names a profile when no path is given. */
export const PROFILE_VARIABLE = 'WASM_DYNO_PROFILE';

/** Where to find a profile, and what to do about one with problems. */
export interface LoadProfileOptions {
  /**
   * `auto`: takes a profile that fits well enough ({@link minimumRank}), and not only one of this machine. Of folders and bundles the best
   * is taken in any case.
   */
  readonly profile?: 'auto' | undefined;
  /** Path of a profile, of a bundle, or of a folder of profiles; without it {@link PROFILE_VARIABLE} is asked. */
  readonly path?: string | undefined;
  /** The environment; `process.env` unless told. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What to do about a profile with problems; `strict` unless told. */
  readonly profileCheck?: ProfileCheck | undefined;
  /** The policy of the profile that will be charged by, as told to `new Engine`; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /**
   * Ed25519 public keys, of which one must have signed the profile: in it, or in a file beside it, `PATH.sig`. Whatever `profileCheck`
   * says, any other is refused, and a named file that cannot be read.
   */
  readonly requireSignature?: readonly string[] | undefined;
  /** How well a profile has to fit: `exact` for a file, `same-cpu` for what is chosen, unless told. */
  readonly minimumRank?: MatchRank | undefined;
  /** How old a profile may be: milliseconds, or for example `90d`, `12h`. */
  readonly maximumAge?: MaximumAge | undefined;
  /** Takes the agreed profile of this id, whatever the machine, and no other. */
  readonly agreedId?: string | undefined;
  /** What ages are counted to; now unless told. */
  readonly now?: Date | undefined;
}

/** What was found. */
export interface LoadedProfile {
  /** To hand to `new Engine({ profile })`; undefined: default costs are charged, and a notice says so. */
  readonly profile: HardwareProfile | undefined;
  /** Where the path came from. */
  readonly source: 'path' | 'environment' | 'none';
  readonly path: string | undefined;
  /** Why this profile, where there was a choice. */
  readonly choice?: ProfileChoice | undefined;
  readonly problems: readonly ProfileProblem[];
  /** Lines for the user, none when all is well. */
  readonly notices: readonly string[];
}

/**
 * Finds, reads and checks the hardware profile of this machine: the explicit path, else `WASM_DYNO_PROFILE`, else none.
 *
 * @throws ProfileError under `strict` when the file cannot be read or the profile has any problem.
 */
export function loadProfile(options: LoadProfileOptions = {}): LoadedProfile {
  const { environment = process.env, profileCheck = 'strict' } = options;
  const variable = environment[PROFILE_VARIABLE];
  const source = options.path !== undefined ? 'path' : variable ? 'environment' : 'none';
  const path = options.path ?? (variable || undefined);
  if (path === undefined) {
    const notice = `no hardware profile: default costs are charged; make one with wasm-dyno calibrate and name it in ${PROFILE_VARIABLE}`;
    return { profile: undefined, source, path, problems: [], notices: [notice] };
  }
  const named = source === 'environment' ? `${path} (from ${PROFILE_VARIABLE})` : path;
  const text = isFolder(path) ? undefined : readProfileText(path);
  if (typeof text === 'object') {
    // Where a signature is demanded, a file that somebody removed is no way to the default costs.
    if (profileCheck === 'strict' || options.requireSignature !== undefined)
      throw new ProfileError([text], named);
    const notices = [`profile ${named}: ${text.message}; default costs are charged`];
    return { profile: undefined, source, path, problems: [text], notices };
  }
  const context: ProfileContext = {
    engineName: ENGINE_NAME,
    engineVersion: ENGINE_VERSION,
    costBehaviour: COST_BEHAVIOUR,
    machine: machineIdentity(),
    profilePolicy: options.profilePolicy,
  };
  if (text === undefined || hasToChoose(text, options))
    return { source, path, ...chosen(text, path, context, options, named) };
  const { requireSignature } = options;
  const profile =
    requireSignature === undefined
      ? text
      : verifiedProfile(parsedText(text, named), path, requireSignature, named);
  const checked = checkProfile(profile, context, profileCheck, named);
  return { source, path, ...checked, notices: [...checked.notices, ...agreementNotices(checked.profile)] };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Why it cannot be read is told by reading it.
    return false;
  }
}

/** Whether there is a choice: of many profiles, or by how well one has to fit. */
function hasToChoose(
  text: string,
  { agreedId, maximumAge, minimumRank, profile }: LoadProfileOptions,
): boolean {
  if ([agreedId, maximumAge, minimumRank, profile].some((option) => option !== undefined)) return true;
  return text.slice(0, BUNDLE_HEAD).includes(BUNDLE_KIND);
}

const BUNDLE_HEAD = 256;

function chosen(
  text: string | undefined,
  path: string,
  context: ProfileContext,
  options: LoadProfileOptions,
  named: string,
): Pick<LoadedProfile, 'profile' | 'problems' | 'notices' | 'choice'> {
  const { agreedId, maximumAge, now, profileCheck = 'strict', requireSignature } = options;
  // One file that was named is meant: it need not fit less well than without these options.
  const isOne = text !== undefined && !text.slice(0, BUNDLE_HEAD).includes(BUNDLE_KIND);
  const minimumRank = options.minimumRank ?? (isOne && options.profile !== 'auto' ? 'exact' : undefined);
  try {
    const candidates = profileCandidates(text, path, requireSignature, named);
    const choice = chooseProfile(candidates, { ...context, agreedId, maximumAge, minimumRank, now }, named);
    const profile = keepChecked(choice.profile);
    return { profile, choice, problems: [], notices: agreementNotices(profile) };
  } catch (error) {
    if (profileCheck === 'strict' || requireSignature !== undefined || !(error instanceof ProfileError))
      throw error;
    const notices = [`${error.message}; default costs are charged`];
    return { profile: undefined, choice: undefined, problems: error.problems, notices };
  }
}

/** That charges are not this machine's is told, even where it is meant so. */
function agreementNotices(profile: HardwareProfile | undefined): string[] {
  if (profile?.agreed === undefined) return [];
  const { id, policy } = profile.agreed;
  const what = `${agreedParties(profile.agreed)} (${policy})`;
  return [
    `agreed profile ${id}, of ${what}: every node charges by it, and none of them by what compiling costs there`,
  ];
}

/**
 * Reads a profile of any engine and machine, without holding it against this one.
 *
 * @throws ProfileError naming the file, the place in it and the mend when it cannot be read.
 */
export function readProfile(path: string): HardwareProfile {
  const text = readProfileText(path);
  if (typeof text !== 'string') throw new ProfileError([text], path);
  return parseProfile(text, path);
}
