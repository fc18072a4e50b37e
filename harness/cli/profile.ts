import { dirname, join } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import {
  PROFILE_POLICIES,
  ProfileError,
  profileProblems,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
  type ProfileProblem,
  ENGINE_NAME,
} from '@wasm-dyno/engine';
import { machineIdentity, readProfile } from '@wasm-dyno/engine/node';
import {
  checkExportedProfile,
  costsOfProfile,
  EXPORT_ENGINES,
  EXPORT_FORMATS,
  exportCosts,
  MissingMeasurement,
  OtherEngineError,
  type Anchor,
  type ExportEngine,
  type ExportFormat,
} from '../export/index.js';
import { exactly, type Bounded } from '@wasm-dyno/reports/bounded';
import { readMetering, RecordedRunError, RUN_FILES } from '@wasm-dyno/reports/recorded-run';
import { complain, print, printData } from '../console/output.js';
import { jsonText, visibleLine } from '../console/visible-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { writeOutputFile } from './output-file.js';

const ANCHORS: readonly Anchor[] = ['memset', 'operator'];

/** What an executed fuel can take on any machine. */
const LEAST_NANOSECONDS = 0.001;
const MOST_NANOSECONDS = 1_000_000;

interface ExportArguments {
  profile: string;
  for: ExportEngine;
  anchor: Anchor;
  format: ExportFormat;
  policy: ProfilePolicyName;
  metering: string | undefined;
  operatorNanoseconds: number | undefined;
  assumeEngine: boolean;
  force: boolean;
  out: string | undefined;
}

/** Failures with the exit code that says what they are. */
function failure(error: unknown): unknown {
  if (error instanceof MissingMeasurement)
    return new CommandFailure(ExitCode.InsufficientData, error.message);
  const foreseen = [ProfileError, OtherEngineError, RecordedRunError].some((kind) => error instanceof kind);
  return foreseen ? new CommandFailure(ExitCode.Failed, (error as Error).message) : error;
}

/** What the profile's engine takes for an executed fuel, over all programs; undefined where nobody measured it. */
function executedFuelTime(
  { engine, machine }: HardwareProfile,
  { profile, metering }: Pick<ExportArguments, 'profile' | 'metering'>,
): Bounded | undefined {
  const path = metering ?? join(dirname(profile), RUN_FILES.metering);
  const record = readMetering(path);
  if (record === undefined) {
    if (metering === undefined) return undefined;
    throw new CommandFailure(ExitCode.Failed, `${path} is not there; wasm-dyno metering writes it`);
  }
  if (record.machine !== machine.id) {
    throw new CommandFailure(
      ExitCode.Failed,
      `${path} is of machine ${record.machine}, the profile of ${machine.id}: measure both on one`,
    );
  }
  return record.engines.find(({ name }) => name === engine.name)?.overall?.nanosecondsPerFuel;
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
      .option('for', {
        requiresArg: true,
        choices: EXPORT_ENGINES,
        demandOption: true,
        describe: 'The engine to configure',
      })
      .option('anchor', {
        requiresArg: true,
        choices: ANCHORS,
        default: 'memset' as Anchor,
        describe: 'What a fuel stands for: bytes filled, or one operator',
      })
      .option('format', {
        requiresArg: true,
        choices: EXPORT_FORMATS,
        default: 'rust' as ExportFormat,
        describe: 'Form of the output',
      })
      .option('policy', {
        requiresArg: true,
        choices: ['warm', 'cold'] as const,
        default: 'warm' as ProfilePolicyName,
        describe: 'Which multipliers of the profile to use',
      })
      .option('metering', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'metering.json beside the profile',
        describe: 'What wasm-dyno metering measured: the time of an executed fuel',
      })
      .option('operator-nanoseconds', {
        type: 'number',
        requiresArg: true,
        describe: 'Time of an executed fuel, instead of what metering measured',
      })
      .option('assume-engine', {
        type: 'boolean',
        default: false,
        describe: "Take another engine's costs for those of the one to configure",
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Export numbers that rest on insufficient data',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File to write; standard output unless given',
      })
      .example('$0 profile export profile.json --for wasmi', '') as unknown as Argv<ExportArguments>,
  handler: (options) => {
    const { operatorNanoseconds: time } = options;
    if (time !== undefined && !(time >= LEAST_NANOSECONDS && time <= MOST_NANOSECONDS)) {
      const mend = `give nanoseconds from ${LEAST_NANOSECONDS} to ${MOST_NANOSECONDS}`;
      throw new CommandFailure(ExitCode.Usage, `--operator-nanoseconds is ${time}; ${mend}`);
    }
    try {
      const profile = readProfile(options.profile);
      const passedOver = checkExportedProfile(profile, options);
      const operatorNanoseconds = time === undefined ? executedFuelTime(profile, options) : exactly(time);
      const costs = costsOfProfile(profile, {
        policy: options.policy,
        operatorNanoseconds,
      });
      const { text, notices } = exportCosts(costs, options, options.format);
      for (const notice of [...passedOver, ...notices]) complain(notice);
      if (options.out === undefined) printData(text);
      else writeOutputFile(options.out, text);
    } catch (error) {
      throw failure(error);
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
    try {
      const profile = readProfile(path);
      const problems = allProblems(profile);
      if (json) printData(jsonText({ profile: path, problems }));
      else if (problems.length === 0)
        print(`${visibleLine(path)}: of this machine, verdict ${profile.verdict}\n`);
      if (problems.length > 0) throw new ProfileError(problems, path);
    } catch (error) {
      throw failure(error);
    }
  },
};

/** What speaks against charging by a profile here, by any of its policies. */
function allProblems(profile: HardwareProfile): ProfileProblem[] {
  const { name, version } = profile.engine;
  const context = { engineName: name, engineVersion: version, machine: machineIdentity() };
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

export const profileCommand: CommandModule = {
  command: 'profile <command>',
  describe: 'Check a profile, or export it to another engine',
  builder: (yargs) =>
    yargs.command(exportCommand).command(checkCommand).demandCommand(1, 'Name a command: export or check.'),
  handler: () => undefined,
};
