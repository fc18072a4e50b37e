import { counted } from '@wasm-dyno/reports/wording';
import {
  BUNDLE_KIND,
  BUNDLE_SCHEMA_VERSION,
  MAXIMUM_BUNDLE_BYTES,
  MAXIMUM_PROFILE_BYTES,
  parseProfile,
  ProfileError,
  type HardwareProfile,
} from '@wasm-dyno/engine';
import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { MergeRefused } from './merge-refused.js';

/** What a bundle came to. */
export interface BundledProfiles {
  readonly text: string;
  readonly profiles: number;
  /** Left out because another of the same machine and engine is newer. */
  readonly outdated: readonly string[];
}

/**
 * Many profiles in one file: of each machine, engine and cost behaviour the newest, and every agreed one. Signatures stay in them.
 *
 * @throws MergeRefused naming a file that is no profile, or when there are too many
 */
export function bundleProfiles(files: readonly string[], createdAt = new Date()): BundledProfiles {
  const newest = new Map<string, { readonly profile: HardwareProfile; readonly file: string }>();
  const outdated: string[] = [];
  for (const file of files) {
    const profile = profileIn(file);
    const key = keyOf(profile);
    const known = newest.get(key);
    if (known !== undefined) outdated.push(isNewer(profile, known.profile) ? known.file : file);
    if (known === undefined || isNewer(profile, known.profile)) newest.set(key, { profile, file });
  }
  if (newest.size === 0)
    throw new MergeRefused('there is no profile to bundle; name profiles, or folders of them');
  const profiles = [...newest.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { profile }]) => profile);
  const head = {
    kind: BUNDLE_KIND,
    schemaVersion: BUNDLE_SCHEMA_VERSION,
    createdAt: createdAt.toISOString(),
  };
  const text = `${JSON.stringify({ ...head, profiles })}\n`;
  if (Buffer.byteLength(text) > MAXIMUM_BUNDLE_BYTES) {
    const sizes = `${Buffer.byteLength(text).toLocaleString('en')} bytes, and engines read ${MAXIMUM_BUNDLE_BYTES.toLocaleString('en')}`;
    throw new MergeRefused(
      `a bundle of ${counted(profiles.length, 'profile')} would have ${sizes}; merge them, or bundle fewer`,
    );
  }
  return { text, profiles: profiles.length, outdated };
}

function profileIn(file: string): HardwareProfile {
  try {
    return parseProfile(readRegularText(file, MAXIMUM_PROFILE_BYTES), file);
  } catch (error) {
    if (error instanceof ProfileError || error instanceof FileError) throw new MergeRefused(error.message);
    throw error;
  }
}

function keyOf({ agreed, engine, machine }: HardwareProfile): string {
  const whose = agreed === undefined ? `machine ${machine.id}` : `agreed ${agreed.id}`;
  return [engine.name, engine.costBehaviour ?? engine.version, ...engine.flags, whose].join('\n');
}

function isNewer(a: HardwareProfile, b: HardwareProfile): boolean {
  return Date.parse(a.createdAt) > Date.parse(b.createdAt);
}
