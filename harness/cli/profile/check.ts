import type { Argv, CommandModule } from 'yargs';

import {
  COST_BEHAVIOUR,
  ENGINE_NAME,
  ENGINE_VERSION,
  PROFILE_POLICIES,
  ProfileError,
  profileProblems,
  type HardwareProfile,
  type ProfilePhase,
  type ProfileProblem,
} from '@wasm-dyno/engine';
import { machineIdentity, readProfile } from '@wasm-dyno/engine/node';
import { print, printJson } from '../../console/output.js';
import { visibleLine } from '../../console/visible-text.js';
import { PROFILE } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';

export const checkCommand: CommandModule<object, { profile: string; json: boolean }> = {
  command: 'check <profile>',
  describe: 'Tell whether a profile may be charged by on this machine',
  builder: (yargs) =>
    yargs
      .positional('profile', PROFILE)
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }) as unknown as Argv<{
      profile: string;
      json: boolean;
    }>,
  handler: ({ profile: path, json }) => {
    try {
      const profile = readProfile(path);
      const problems = allProblems(profile);
      if (json) printJson({ profile: path, problems });
      else if (problems.length === 0)
        print(`${visibleLine(path)}: of this machine, verdict ${profile.verdict}\n`);
      if (problems.length > 0) throw new ProfileError(problems, path);
    } catch (error) {
      throw profileFailure(error);
    }
  },
};

/** What speaks against charging by a profile here, by any of its policies. */
function allProblems(profile: HardwareProfile): ProfileProblem[] {
  const { name, version } = profile.engine;
  // The engine of this package is here to be held against; others are known by what the profile says of them alone.
  const engine =
    name === ENGINE_NAME
      ? { engineName: name, engineVersion: ENGINE_VERSION, costBehaviour: COST_BEHAVIOUR }
      : { engineName: name, engineVersion: version };
  const context = { ...engine, machine: machineIdentity() };
  const problems = PROFILE_POLICIES.flatMap((profilePolicy) => {
    const policy = profile.policies[profilePolicy];
    if (policy === undefined) return [];
    // Which phases another engine charges is its own affair: those that it has must hold.
    const priced = Object.keys(policy.phases) as ProfilePhase[];
    const charged = name === ENGINE_NAME ? {} : { chargedPhases: priced };
    return profileProblems(profile, { ...context, ...charged, profilePolicy });
  });
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
