import type { HardwareProfile, ProfilePolicyName } from '@wasm-dyno/engine';
import { MissingMeasurement } from './missing-measurement.js';
import type { ExportEngine } from './export-costs.js';

/** The profile tells the costs of another engine than the one to be configured. */
export class OtherEngineError extends Error {
  override readonly name = 'OtherEngineError';
}

export interface ProfileUse {
  readonly for: ExportEngine;
  readonly policy: ProfilePolicyName;
  /** Take the costs of whatever engine was measured for those of the one to be configured. */
  readonly assumeEngine?: boolean;
  /** Use numbers that rest on insufficient data. */
  readonly force?: boolean;
}

/**
 * Holds a profile against the engine that its costs are to configure.
 *
 * @returns what the user must know of what was passed over because of `assumeEngine` and `force`
 * @throws OtherEngineError; MissingMeasurement when the numbers rest on insufficient data
 */
export function checkExportedProfile(profile: HardwareProfile, use: ProfileUse): string[] {
  const notices: string[] = [];
  const { name } = profile.engine;
  if (!isEngineOrVariant(name, use.for)) {
    const what = `the profile was measured on the engine ${name}, not on ${use.for}`;
    const mend = `calibrate with --engine ${use.for}, or take ${name}'s costs all the same with --assume-engine`;
    if (use.assumeEngine !== true) throw new OtherEngineError(`${what}: ${mend}`);
    notices.push(`${what}: its costs are taken for those of ${use.for}`);
  }
  const insufficient = insufficientFields(profile, use.policy);
  if (insufficient.length > 0) {
    const what = `the profile rests on insufficient data (${insufficient.join(', ')})`;
    const mend = 'calibrate with more effort, or export it all the same with --force';
    if (use.force !== true) throw new MissingMeasurement(`${what}: ${mend}`);
    notices.push(what);
  }
  return notices;
}

/** Targets of one engine are named after it: `wasmtime`, `wasmtime-winch`. */
function isEngineOrVariant(measured: string, engine: ExportEngine): boolean {
  return measured === engine || measured.startsWith(`${engine}-`);
}

/** Places in the file of the verdicts in the way, of the policy that is exported. */
function insufficientFields(profile: HardwareProfile, policy: ProfilePolicyName): string[] {
  const phases = Object.entries(profile.policies[policy]?.phases ?? {});
  const fields = phases
    .filter(([, { verdict }]) => verdict === 'insufficient-data')
    .map(([phase]) => `policies.${policy}.phases.${phase}.verdict`);
  if (fields.length > 0 || policy !== 'warm' || profile.verdict !== 'insufficient-data') return fields;
  return ['verdict'];
}
