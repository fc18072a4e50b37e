import { chmodSync, writeFileSync } from 'node:fs';
import type { Argv, CommandModule } from 'yargs';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { print, printJson } from '../../console/output.js';
import { newKey, publicHalf, signingKey } from '../../signing/index.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import { profileFailure } from './profile-failure.js';

interface KeyArguments {
  out: string | undefined;
  key: string | undefined;
  json: boolean;
}

/** What stands behind a private key's path in that of its public half. */
const PUBLIC_EXTENSION = '.pub';
const OWNER_ALONE = 0o600;

export const keyCommand: CommandModule<object, KeyArguments> = {
  command: 'key',
  describe: 'Make a key to sign profiles with, or tell the public half of one',
  builder: (yargs) =>
    yargs
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File for the new private key, for its owner alone; the public half goes into FILE.pub',
      })
      .option('key', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'WASM_DYNO_SIGNING_KEY',
        describe: 'Private key to tell the public half of',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .conflicts('out', 'key')
      .example('$0 profile key --out signing-key.pem', 'A new key')
      .example(
        '$0 profile key --key signing-key.pem',
        'What others verify with',
      ) as unknown as Argv<KeyArguments>,
  handler: ({ out, key, json }) => {
    try {
      const publicKey = out === undefined ? publicHalf(signingKey(key)) : writeNewKey(out);
      if (json) printJson({ publicKey, ...(out === undefined ? {} : { privateKeyFile: out }) });
      else print(`${publicKey}\n`);
    } catch (error) {
      throw profileFailure(error);
    }
  },
};

/** Writes both halves and gives the public one. A file that is there already is left alone: it may hold the only copy of a key. */
function writeNewKey(path: string): string {
  const { privatePem, publicKey } = newKey();
  writeNew(path, privatePem, OWNER_ALONE);
  writeNew(`${path}${PUBLIC_EXTENSION}`, `${publicKey}\n`, 0o644);
  return publicKey;
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
    chmodSync(path, mode);
  } catch (error) {
    const mend = 'name another file with --out';
    throw new CommandFailure(ExitCode.Failed, `${path}: cannot be written: ${systemReason(error)}; ${mend}`);
  }
}
