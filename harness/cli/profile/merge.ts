import type { Argv, CommandModule } from 'yargs';

import { MERGE_POLICIES, type AgreedProfile, type MergePolicy } from '@wasm-dyno/engine';
import { counted } from '@wasm-dyno/reports/wording';
import { complain, print, printJson } from '../../console/output.js';
import { shortNumber, terminalTable } from '../../console/terminal.js';
import { visibleLine } from '../../console/visible-text.js';
import { configMapText, isConfigMap, mergeProfiles, type MergedProfile } from '../../merge/index.js';
import { profileText } from '../../profile/index.js';
import { writeOutputFile } from '../output-file.js';
import { PROFILES } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';
import { profileInputs } from './profile-inputs.js';

interface MergeArguments {
  profiles: string[];
  policy: MergePolicy;
  out: string;
  configMap: string | undefined;
  force: boolean;
  json: boolean;
}

export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: 'merge <profiles..>',
  describe: "Make one agreed profile of a fleet's, for all of its machines to charge by",
  builder: (yargs) =>
    yargs
      .positional('profiles', PROFILES)
      .option('policy', {
        requiresArg: true,
        choices: MERGE_POLICIES,
        demandOption: true,
        describe: 'Which machine each number is taken from',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: 'agreed-profile.json',
        describe: 'File to write',
      })
      .option('config-map', {
        type: 'string',
        requiresArg: true,
        describe: 'Write it as a Kubernetes ConfigMap of this name, for kubectl apply',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Take profiles of insufficient data too',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 profile merge fleet/ --policy p90', '') as unknown as Argv<MergeArguments>,
  handler: ({ configMap, force, json, out, policy, profiles }) => {
    try {
      const files = profileInputs(profiles, out, (value) => 'agreed' in value || isConfigMap(value));
      const merged = mergeProfiles(files, { policy, force });
      const text = profileText(merged.profile);
      writeOutputFile(
        out,
        configMap === undefined ? text : configMapText(configMap, 'agreed-profile.json', text),
      );
      for (const notice of notices(merged)) complain(notice);
      const { agreed } = merged.profile;
      if (json) printJson({ written: out, repeated: merged.repeated, agreed });
      else print(mergedText(agreed!, out));
    } catch (error) {
      throw profileFailure(error);
    }
  },
};

function notices({ notices, repeated }: MergedProfile): string[] {
  return repeated === 0
    ? [...notices]
    : [
        ...notices,
        counted(repeated, 'file repeats another and counts once', 'files repeat others and count once'),
      ];
}

function mergedText(
  { from, id, machineKinds, policy, profiles, spread, to }: AgreedProfile,
  out: string,
): string {
  const when =
    from.slice(0, 10) === to.slice(0, 10) ? from.slice(0, 10) : `${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const head = ['least', 'median', '90%', 'most'].map((name) => ({ head: name, align: 'right' as const }));
  const rows = spread.map(({ least, median, most, name, ninetieth }) => [
    name,
    ...[least, median, ninetieth, most].map(shortNumber),
    /^(warm|cold) \S+$/.test(name) ? 'x memset' : 'bytes filled',
  ]);
  return [
    `${visibleLine(out)}: agreed profile ${id}, by ${policy}, of ${counted(profiles, 'profile')} of ${counted(machineKinds, 'kind of machine', 'kinds of machines')} (${when})`,
    '',
    terminalTable([{ head: 'number' }, ...head, { head: '' }], rows),
    '',
  ].join('\n');
}
