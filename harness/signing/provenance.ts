import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';

import type { ProfileProvenance } from '@wasm-dyno/engine';
import { FileError } from '@wasm-dyno/engine/node/regular-file';
import { RUN_FILES } from '@wasm-dyno/reports/recorded-run';

/** Where builds tell what they build and for whom: GitHub's, GitLab's, others' variables. */
const COMMIT_VARIABLES = ['GITHUB_SHA', 'CI_COMMIT_SHA', 'GIT_COMMIT'] as const;
const PERSON_VARIABLES = ['GITHUB_ACTOR', 'GITLAB_USER_LOGIN', 'USER', 'USERNAME'] as const;

/** As a signature's form wants it. */
const COMMIT = /^[0-9a-f]{7,64}$/;
const COMMIT_MEND = 'give 7 to 64 hexadecimal digits, small letters';

/** A commit is named that is none: no signature would be valid with it. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
}

export interface ProvenanceOptions {
  readonly signedBy?: string | undefined;
  readonly commit?: string | undefined;
  /** The run directory that the profile is of. */
  readonly directory: string;
  readonly now?: Date;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * What is known of where a profile comes from: as told, else by the variables of the build, else by the machine.
 *
 * @throws CommitError naming the option or the variable
 */
export async function provenanceOf(options: ProvenanceOptions): Promise<ProfileProvenance> {
  const { environment = process.env, now = new Date() } = options;
  const first = (names: readonly string[]) => names.map((name) => environment[name]).find(Boolean);
  return {
    signedBy: options.signedBy ?? first(PERSON_VARIABLES) ?? os.hostname(),
    signedAt: now.toISOString(),
    commit: commitOf(options.commit, environment),
    runSha256: await runDigest(options.directory),
  };
}

function commitOf(
  told: string | undefined,
  environment: NonNullable<ProvenanceOptions['environment']>,
): string | null {
  if (told !== undefined) return checkedCommit('--commit', told, COMMIT_MEND);
  const variable = COMMIT_VARIABLES.find((name) => environment[name]);
  if (variable === undefined) return null;
  return checkedCommit(variable, environment[variable]!, `${COMMIT_MEND}, in it or with --commit`);
}

function checkedCommit(where: string, commit: string, mend: string): string {
  if (!COMMIT.test(commit)) throw new CommitError(`${where} is "${commit}"; ${mend}`);
  return commit;
}

/** The digest of a run: SHA-256 over what `sha256sum run.json measurements.csv` prints; null where there is no run. */
export async function runDigest(directory: string): Promise<string | null> {
  const names = [RUN_FILES.run, RUN_FILES.measurements];
  if (!names.every((name) => existsSync(join(directory, name)))) return null;
  const lines = await Promise.all(
    names.map(async (name) => `${await digestOf(join(directory, name))}  ${name}\n`),
  );
  return createHash('sha256').update(lines.join('')).digest('hex');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  // A pipe that nobody writes to would keep a blocking open waiting.
  const file = await open(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  try {
    if (!(await file.stat()).isFile()) throw new FileError(path, 'is not a regular file');
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
