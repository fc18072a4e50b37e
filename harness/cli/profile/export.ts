import { dirname, join } from 'node:path';

import type { Argv, CommandModule } from 'yargs';

import {
  CHARGE_POLICIES,
  type ChargePolicy,
  type HardwareProfile,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';
import {
  checkExportedProfile,
  costsOfProfile,
  EXPORT_ENGINES,
  EXPORT_FORMATS,
  exportCosts,
  type Anchor,
  type ExportEngine,
  type ExportFormat,
} from '../../export/index.js';
import { exactly, type Bounded } from '@wasm-dyno/reports/bounded';
import { readMetering, RUN_FILES } from '@wasm-dyno/reports/recorded-run';
import { complain, printData } from '../../console/output.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { writeOutputFile } from '../output-file.js';
import { PROFILE } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';

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
  chargePolicy: ChargePolicy | undefined;
  metering: string | undefined;
  operatorNanoseconds: number | undefined;
  assumeEngine: boolean;
  force: boolean;
  out: string | undefined;
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

/** Models are of warm compiling, and Wasmtime prices no compiling at all. */
function checkChargePolicy({ for: engine, policy }: Pick<ExportArguments, 'for' | 'policy'>): void {
  const wrong =
    engine !== 'wasmi'
      ? `--charge-policy is about compiling, which ${engine} does not charge for; leave it out`
      : policy !== 'warm'
        ? `--charge-policy is of warm compiling; leave out --policy ${policy}`
        : undefined;
  if (wrong !== undefined) throw new CommandFailure(ExitCode.Usage, wrong);
}

export const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <profile>',
  describe: "Write a profile's costs as configuration of a metered engine",
  builder: (yargs) =>
    yargs
      .positional('profile', PROFILE)
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
      .option('charge-policy', {
        requiresArg: true,
        choices: CHARGE_POLICIES,
        describe: 'Wasmi: prices of a byte by this policy of the models, instead of the multipliers',
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
      .example('$0 profile export profile.json --for wasmi', '')
      .example(
        '$0 profile export profile.json --for wasmi --charge-policy p99',
        '',
      ) as unknown as Argv<ExportArguments>,
  handler: (options) => {
    const { operatorNanoseconds: time } = options;
    if (time !== undefined && !(time >= LEAST_NANOSECONDS && time <= MOST_NANOSECONDS)) {
      const mend = `give nanoseconds from ${LEAST_NANOSECONDS} to ${MOST_NANOSECONDS}`;
      throw new CommandFailure(ExitCode.Usage, `--operator-nanoseconds is ${time}; ${mend}`);
    }
    if (options.chargePolicy !== undefined) checkChargePolicy(options);
    try {
      const profile = readProfile(options.profile);
      const passedOver = checkExportedProfile(profile, options);
      const operatorNanoseconds = time === undefined ? executedFuelTime(profile, options) : exactly(time);
      const costs = costsOfProfile(profile, {
        policy: options.policy,
        chargePolicy: options.chargePolicy,
        operatorNanoseconds,
        // The one that is most alike: Wasmi interprets, Wasmtime compiles.
        executor: options.for === 'wasmi' ? 'interpreter' : 'host',
      });
      const { text, notices } = exportCosts(costs, options, options.format);
      for (const notice of [...passedOver, ...notices]) complain(notice);
      if (options.out === undefined) printData(text);
      else {
        const { metering = [], out, profile } = options;
        writeOutputFile(out, text, [profile].concat(metering));
      }
    } catch (error) {
      throw profileFailure(error);
    }
  },
};
