import { readFileSync } from 'node:fs';

import type { Argv, CommandModule } from 'yargs';

import { adjustedProfile, MonitorRecordError, ProfileError, type CompileMonitor } from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';
import { print, printBeside, printJson } from '../console/output.js';
import { jsonText, visibleLine } from '../console/visible-text.js';
import { mergeRecords } from '../monitor/merge-records.js';
import { monitorText } from '../monitor/monitor-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { refuseOutput, writeOutputFile } from './output-file.js';

interface MonitorArguments {
  files: string[];
  json: boolean;
  profile: string | undefined;
  out: string | undefined;
}

export const monitorCommand: CommandModule<object, MonitorArguments> = {
  command: 'monitor <files..>',
  describe: 'Tell from what services recorded whether compiling still takes what is charged',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Records of services, JSON of a CompileMonitor',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .option('profile', {
        type: 'string',
        requiresArg: true,
        describe: 'The profile that was charged by, to be adjusted',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File for the profile to charge by: adjusted where there is drift, else as it is',
      })
      .implies('out', 'profile')
      .implies('profile', 'out')
      .epilogue('Exit code 3: the prices have drifted.')
      .example('$0 monitor services/*.json', '')
      .example(
        '$0 monitor a.json --profile profile.json --out adjusted.json',
        '',
      ) as unknown as Argv<MonitorArguments>,
  handler: (options) => {
    const { files, out, profile } = options;
    if (profile !== undefined && out !== undefined) refuseOutput(out, [profile, ...files]);
    try {
      const { monitor, notices } = mergeRecords(files);
      for (const notice of notices) printBeside(`note: ${visibleLine(notice)}\n`);
      const report = monitor.report();
      if (options.json) printJson(report);
      else print(monitorText(monitor));
      if (profile !== undefined && out !== undefined) writeAdjusted(monitor, profile, out, files);
      if (report.drift.length > 0) throw drifted(monitor);
    } catch (error) {
      if (!(error instanceof MonitorRecordError || error instanceof ProfileError)) throw error;
      throw new CommandFailure(ExitCode.Failed, visibleLine(error.message));
    }
  },
};

/**
 * What is at `out` is what to charge by. Where nothing drifts that is the profile as it is, byte for byte: one that was adjusted to an earlier
 * drift would be shipped by whoever looks at the file alone.
 */
function writeAdjusted(
  monitor: CompileMonitor,
  profile: string,
  out: string,
  records: readonly string[],
): void {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const adjusted = adjustedProfile(readProfile(profile), monitor, now);
  const text = adjusted === undefined ? readFileSync(profile) : jsonText(adjusted);
  writeOutputFile(out, text, [profile, ...records]);
  if (adjusted === undefined)
    printBeside(`note: nothing is to be adjusted: ${visibleLine(out)} is the profile as it is\n`);
}

function drifted(monitor: CompileMonitor): CommandFailure {
  const { drift, phases } = monitor.report();
  const states = drift.map((phase) => `${phase} is ${phases.find((one) => one.phase === phase)!.state}`);
  return new CommandFailure(
    ExitCode.InsufficientData,
    `${states.join(', ')} than charged by more than the margin; calibrate again, or adjust with --profile and --out`,
  );
}
