import { jsonOfProfile, ProfileError } from './profile-check.js';

/** What `kind` says in every bundle. */
export const BUNDLE_KIND = 'wasm-dyno-profile-bundle';

/** The version of the bundle's form. */
export const BUNDLE_SCHEMA_VERSION = 1;

/** No bundle is longer: that of some 3,000 machines. */
export const MAXIMUM_BUNDLE_BYTES = 64 * 1024 * 1024;

/** Profiles of many machines in one file, to ship beside a service. */
export interface ProfileBundle {
  readonly kind: typeof BUNDLE_KIND;
  readonly schemaVersion: typeof BUNDLE_SCHEMA_VERSION;
  readonly createdAt: string;
  /** Profiles, signed or not; what each holds is checked when one is chosen. */
  readonly profiles: readonly unknown[];
}

/** Whether a JSON value means to be a bundle. */
export function isBundle(value: unknown): value is Pick<ProfileBundle, 'kind'> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === BUNDLE_KIND;
}

/** The profiles of a bundle, unchecked. @throws ProfileError for what is no bundle of this version */
export function profilesOfBundle(bundle: unknown, source?: string): readonly unknown[] {
  const value = typeof bundle === 'string' ? jsonOfProfile(bundle, source, MAXIMUM_BUNDLE_BYTES) : bundle;
  const { schemaVersion, profiles } = (isBundle(value) ? value : {}) as Partial<ProfileBundle>;
  if (schemaVersion !== BUNDLE_SCHEMA_VERSION) {
    const message = `its schema version is ${JSON.stringify(schemaVersion)} and this engine reads bundles of ${BUNDLE_SCHEMA_VERSION}; make it anew (wasm-dyno profile bundle)`;
    throw new ProfileError([{ kind: 'schema-version', found: schemaVersion, message }], source);
  }
  if (!Array.isArray(profiles) || profiles.length === 0) {
    const message =
      'the field profiles should be a list of profiles; make it anew (wasm-dyno profile bundle)';
    throw new ProfileError([{ kind: 'corrupt', field: 'profiles', message }], source);
  }
  return profiles;
}
