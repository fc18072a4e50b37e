import { dirname } from 'node:path';
import type { Argv, CommandModule } from 'yargs';

import type { ProfileSignature } from '@wasm-dyno/engine';
import { readProfile, SIGNATURE_EXTENSION } from '@wasm-dyno/engine/node';
import { print, printJson } from '../../console/output.js';
import { visibleLine } from '../../console/visible-text.js';
import { provenanceOf, signatureOf, signingKey } from '../../signing/index.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { leadsTo, refuseOverwriting, replaceFile } from '../output-file.js';
import { PROFILE } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';
import { provenanceText } from './signature-text.js';

interface SignArguments {
  profile: string;
  key: string | undefined;
  detached: boolean;
  signedBy: string | undefined;
  commit: string | undefined;
  run: string | undefined;
  out: string | undefined;
  json: boolean;
}

export const signCommand: CommandModule<object, SignArguments> = {
  command: 'sign <profile>',
  describe: 'Sign a profile, with where it comes from',
  builder: (yargs) =>
    yargs
      .positional('profile', PROFILE)
      .option('key', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'WASM_DYNO_SIGNING_KEY',
        describe: 'File of the private Ed25519 key, PEM text',
      })
      .option('detached', {
        type: 'boolean',
        default: false,
        describe: `Write the signature beside the profile, into PROFILE${SIGNATURE_EXTENSION}`,
      })
      .option('signed-by', {
        type: 'string',
        requiresArg: true,
        defaultDescription: "the build's or the user's name",
        describe: 'Who signs',
      })
      .option('commit', {
        type: 'string',
        requiresArg: true,
        defaultDescription: "the build's, from its environment",
        describe: 'Commit of the source that was measured',
      })
      .option('run', {
        type: 'string',
        requiresArg: true,
        defaultDescription: "the profile's folder",
        describe: 'Run directory behind the profile, whose digest is signed',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'the profile itself',
        describe: 'File to write',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 profile sign profile.json --key signing-key.pem', '') as unknown as Argv<SignArguments>,
  handler: async (options) => {
    try {
      const { signature, path } = await sign(options);
      if (options.json) printJson({ profile: options.profile, written: path, signature });
      else print(`${visibleLine(path)}: signed ${provenanceText(signature)}\n`);
    } catch (error) {
      throw profileFailure(error);
    }
  },
};

async function sign(options: SignArguments): Promise<{ signature: ProfileSignature; path: string }> {
  const { commit, detached, signedBy } = options;
  if (signedBy === '') throw new CommandFailure(ExitCode.Usage, '--signed-by is empty; name who signs');
  const path = placeOf(options);
  const profile = readProfile(options.profile);
  const key = signingKey(options.key);
  const directory = options.run ?? dirname(options.profile);
  const provenance = await provenanceOf({ directory, signedBy, commit });
  if (options.run !== undefined && provenance.runSha256 === null)
    throw new CommandFailure(ExitCode.Failed, `${options.run} holds no run; name a run directory with --run`);
  const signature = signatureOf(profile, key, provenance);
  const text = JSON.stringify(detached ? signature : { ...profile, signature }, null, 2) + '\n';
  replaceFile(path, text);
  return { signature, path };
}

/** Where the signature goes; the key is nowhere written over, and the profile only where nothing else is named. */
function placeOf({ detached, key, out, profile }: SignArguments): string {
  const keys = key === undefined ? [] : [key];
  if (out !== undefined) {
    refuseOverwriting(out, [profile, ...keys]);
    return out;
  }
  if (!detached) return profile;
  const beside = `${profile}${SIGNATURE_EXTENSION}`;
  if (keys.some((file) => leadsTo(file, beside))) refuseOverwriting(beside, keys);
  return beside;
}
