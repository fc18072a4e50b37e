import { existsSync } from 'node:fs';
import type { Argv, CommandModule } from 'yargs';

import {
  MAXIMUM_PROFILE_BYTES,
  ProfileError,
  SIGNATURE_FIELD,
  signatureShapeProblem,
  jsonOfProfile,
  type HardwareProfile,
  type ProfileSignature,
} from '@wasm-dyno/engine';
import { readProfile, SIGNATURE_EXTENSION, verifyProfileNow } from '@wasm-dyno/engine/node';
import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { print, printJson } from '../../console/output.js';
import { publicKeys, PUBLIC_KEY_VARIABLE } from '../../signing/index.js';
import { PROFILE } from './profile-arguments.js';
import { profileFailure } from './profile-failure.js';
import { profileText, type SignatureState } from './profile-text.js';
import { pricesOf } from '../../profile/prices-of.js';

interface ShowArguments {
  profile: string;
  publicKey: string[];
  json: boolean;
}

export const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <profile>',
  describe: 'Show what a profile says: machine, prices with their intervals, verdicts, signature',
  builder: (yargs) =>
    yargs
      .positional('profile', { ...PROFILE, describe: 'A profile of any machine and engine' })
      .option('public-key', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [] as string[],
        defaultDescription: PUBLIC_KEY_VARIABLE,
        describe: 'Verify its signature by this key, or a file that holds one (repeatable)',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .example('$0 profile show profile.json', '') as unknown as Argv<ShowArguments>,
  handler: ({ profile: path, publicKey, json }) => {
    try {
      const profile = readProfile(path);
      const signature = signatureState(path, profile, publicKey);
      if (json) printJson({ profile, prices: pricesOf(profile), signature });
      else print(profileText(profile, signature));
    } catch (error) {
      throw profileFailure(error);
    }
  },
};

/** What can be told of a profile's signature: without keys, only who says to have made it. */
function signatureState(path: string, profile: HardwareProfile, named: readonly string[]): SignatureState {
  const detached = `${path}${SIGNATURE_EXTENSION}`;
  const found: unknown = existsSync(detached)
    ? jsonOfProfile(readRegularText(detached, MAXIMUM_PROFILE_BYTES), detached)
    : (profile as { [SIGNATURE_FIELD]?: unknown })[SIGNATURE_FIELD];
  if (found === undefined) return { state: 'unsigned' };
  if (signatureShapeProblem(found) !== undefined) return { state: 'broken', reason: 'it is no signature' };
  const { publicKey, provenance } = found as ProfileSignature;
  const claimed = { publicKey, provenance };
  const isNamed = named.length > 0 || Boolean(process.env[PUBLIC_KEY_VARIABLE]);
  try {
    // By its own key a signature proves that nothing was changed since, not who made it.
    const keys = isNamed ? publicKeys(named) : [publicKey];
    verifyProfileNow(profile, { publicKeys: keys, signature: found });
    return { state: isNamed ? 'verified' : 'unknown-key', ...claimed };
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return { state: 'broken', reason: error.message, ...claimed };
  }
}
