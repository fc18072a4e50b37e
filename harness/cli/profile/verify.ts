import { existsSync } from 'node:fs';
import type { Argv, CommandModule } from 'yargs';

import {
  jsonOfProfile,
  MAXIMUM_PROFILE_BYTES,
  verifiedSignature,
  type VerifiedSignature,
} from '@wasm-dyno/engine';
import { SIGNATURE_EXTENSION, verifyProfileNow } from '@wasm-dyno/engine/node';
import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { print, printJson } from '../../console/output.js';
import { visibleLine } from '../../console/visible-text.js';
import { publicKeys, runDigest } from '../../signing/index.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { PROFILE } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';
import { provenanceText } from './signature-text.js';

interface VerifyArguments {
  profile: string;
  publicKey: string[];
  signature: string | undefined;
  run: string | undefined;
  json: boolean;
}

export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify <profile>',
  describe: 'Tell whether a profile is as one of the keys signed it',
  builder: (yargs) =>
    yargs
      .positional('profile', { ...PROFILE, describe: 'A signed profile' })
      .option('public-key', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [] as string[],
        defaultDescription: 'WASM_DYNO_PUBLIC_KEY',
        describe: 'Ed25519 public key, or a file that holds one (repeatable)',
      })
      .option('signature', {
        type: 'string',
        requiresArg: true,
        defaultDescription: `PROFILE${SIGNATURE_EXTENSION} where there is one, else the profile's own`,
        describe: 'File of the detached signature',
      })
      .option('run', {
        type: 'string',
        requiresArg: true,
        describe: 'Run directory that must be the one behind the profile',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example(
        '$0 profile verify profile.json --public-key signing-key.pem.pub',
        '',
      ) as unknown as Argv<VerifyArguments>,
  handler: async (options) => {
    try {
      const signature = verified(options);
      if (options.run !== undefined) await holdToRun(signature, options.run);
      if (options.json) printJson({ profile: options.profile, verified: true, ...signature });
      else print(`${visibleLine(options.profile)}: verified, signed ${provenanceText(signature)}\n`);
    } catch (error) {
      const failure = profileFailure(error);
      if (options.json && failure instanceof CommandFailure && failure.exitCode === ExitCode.Failed)
        printJson({ profile: options.profile, verified: false, reason: failure.message });
      throw failure;
    }
  },
};

function verified({ profile: path, publicKey, signature }: VerifyArguments): VerifiedSignature {
  const keys = publicKeys(publicKey);
  const beside = `${path}${SIGNATURE_EXTENSION}`;
  const detached = signature ?? (existsSync(beside) ? beside : undefined);
  const profile = verifyProfileNow(jsonOf(path), {
    publicKeys: keys,
    signature: detached === undefined ? undefined : jsonOf(detached),
    source: path,
  });
  return verifiedSignature(profile)!;
}

function jsonOf(path: string): unknown {
  return jsonOfProfile(readRegularText(path, MAXIMUM_PROFILE_BYTES), path);
}

async function holdToRun({ provenance }: VerifiedSignature, directory: string): Promise<void> {
  const digest = await runDigest(directory);
  if (digest !== null && digest === provenance.runSha256) return;
  const found = digest === null ? 'holds no run' : `has the digest ${digest}`;
  const signed = provenance.runSha256 ?? 'none';
  throw new CommandFailure(
    ExitCode.Failed,
    `${directory} ${found} and the signed run is ${signed}; name the run behind the profile`,
  );
}
