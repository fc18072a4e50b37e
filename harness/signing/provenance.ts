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

export interface ProvenanceOptions {
  readonly signedBy?: string | undefined;
  readonly commit?: string | undefined;
  /** The run directory that the profile is of. */
  readonly directory: string;
  readonly now?: Date;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What is known of where a profile comes from: as told, else by the variables of the build, else by the machine. */
export async function provenanceOf(options: ProvenanceOptions): Promise<ProfileProvenance> {
  const { environment = process.env, now = new Date() } = options;
  const first = (names: readonly string[]) => names.map((name) => environment[name]).find(Boolean);
  return {
    signedBy: options.signedBy ?? first(PERSON_VARIABLES) ?? os.hostname(),
    signedAt: now.toISOString(),
    commit: options.commit ?? first(COMMIT_VARIABLES) ?? null,
    runSha256: await runDigest(options.directory),
  };
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
