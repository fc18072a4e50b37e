import { readFileSync, writeFileSync } from 'node:fs';

import type { Argv, CommandModule } from 'yargs';

import {
  applyProfilePolicy,
  parseProfile,
  ProfileError,
  profileProblems,
  type HardwareProfile,
  type ProfilePolicyName,
} from '../../engine/fuel/index.js';
import { machineIdentity } from '../../engine/node/index.js';
import {
  costsOfProfile,
  EXPORT_ENGINES,
  EXPORT_FORMATS,
  exportCosts,
  MissingMeasurement,
  type Anchor,
  type ExportEngine,
  type ExportFormat,
} from '../export/index.js';
import { CommandFailure, ExitCode } from './exit-code.js';

const ANCHORS: readonly Anchor[] = ['memset', 'operator'];

interface ExportArguments {
  profile: string;
  for: ExportEngine;
  anchor: Anchor;
  format: ExportFormat;
  policy: ProfilePolicyName;
  operatorNanoseconds: number | undefined;
  out: string | undefined;
}

function readProfile(path: string): HardwareProfile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(
      ExitCode.Failed,
      `profile ${path}: ${(error as Error).message}; name a file that calibrate wrote`,
    );
  }
  try {
    return parseProfile(text, path);
  } catch (error) {
    if (error instanceof ProfileError) throw new CommandFailure(ExitCode.Failed, error.message);
    throw error;
  }
}

const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <profile>',
  describe: "Write a profile's costs as configuration of a metered engine",
  builder: (yargs) =>
    yargs
      .positional('profile', {
        type: 'string',
        demandOption: true,
        describe: 'A profile that calibrate wrote',
      })
      .option('for', { choices: EXPORT_ENGINES, demandOption: true, describe: 'The engine to configure' })
      .option('anchor', {
        choices: ANCHORS,
        default: 'memset' as Anchor,
        describe: 'What a fuel stands for: bytes filled, or one operator',
      })
      .option('format', {
        choices: EXPORT_FORMATS,
        default: 'rust' as ExportFormat,
        describe: 'Form of the output',
      })
      .option('policy', {
        choices: ['warm', 'cold-start'] as const,
        default: 'warm' as ProfilePolicyName,
        describe: 'Which multipliers of the profile to use',
      })
      .option('operator-nanoseconds', {
        type: 'number',
        requiresArg: true,
        describe: 'Time of one operator, for the anchor "operator"',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File to write; standard output unless given',
      })
      .example('$0 profile export profile.json --for wasmi', '') as unknown as Argv<ExportArguments>,
  handler: (options) => {
    const { operatorNanoseconds: time } = options;
    const operatorNanoseconds = time === undefined ? undefined : { estimate: time, low: time, high: time };
    try {
      const costs = costsOfProfile(readProfile(options.profile), {
        policy: options.policy,
        operatorNanoseconds,
      });
      const text = exportCosts(costs, { for: options.for, anchor: options.anchor }, options.format);
      if (options.out === undefined) process.stdout.write(text);
      else writeFileSync(options.out, text);
    } catch (error) {
      if (error instanceof MissingMeasurement)
        throw new CommandFailure(ExitCode.InsufficientData, error.message);
      throw error;
    }
  },
};

const checkCommand: CommandModule<object, { profile: string; json: boolean }> = {
  command: 'check <profile>',
  describe: 'Tell whether a profile may be charged by on this machine',
  builder: (yargs) =>
    yargs
      .positional('profile', {
        type: 'string',
        demandOption: true,
        describe: 'A profile that calibrate wrote',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }) as unknown as Argv<{
      profile: string;
      json: boolean;
    }>,
  handler: ({ profile: path, json }) => {
    const profile = readProfile(path);
    const { engine } = profile;
    const context = { engineName: engine.name, engineVersion: engine.version, machine: machineIdentity() };
    const problems = profileProblems(profile, context);
    if (json) process.stdout.write(`${JSON.stringify({ profile: path, problems }, undefined, 2)}\n`);
    else if (problems.length === 0)
      process.stdout.write(`${path}: of this machine, verdict ${profile.verdict}\n`);
    if (problems.length > 0) {
      const { notices } = applyProfilePolicy(profile, context, 'warn', path);
      throw new CommandFailure(ExitCode.Failed, notices.join('; '));
    }
  },
};

export const profileCommand: CommandModule = {
  command: 'profile <command>',
  describe: 'Check a profile, or export it to another engine',
  builder: (yargs) =>
    yargs.command(exportCommand).command(checkCommand).demandCommand(1, 'Name a command: export or check.'),
  handler: () => undefined,
};
