import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import {
  jsonOfProfile,
  parseProfile,
  ProfileError,
  SIGNATURE_FIELD,
  signatureShapeProblem,
} from '@wasm-dyno/engine';
import { PROFILE_RECORD } from '@wasm-dyno/reports/recorded-run';

/** What of a profile is not as it should be. */
export interface ProfileViolation {
  /** For example `policies.warm.phases.parse.ratio`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

let check: ValidateFunction | undefined;

/**
 * Every violation in a profile's text: of the schema all, and where it keeps to that, of the sense of its numbers the first.
 */
export function profileViolations(text: string): ProfileViolation[] {
  let value: unknown;
  try {
    value = jsonOfProfile(text);
  } catch (error) {
    return [violationOf(error)];
  }
  check ??= new Ajv2020({ strict: false, allErrors: true }).compile(PROFILE_RECORD);
  const violations = check(value)
    ? contradiction(value)
    : (check.errors ?? []).map(({ instancePath, message, params }) => ({
        path: pathOf(instancePath, (params as { missingProperty?: string }).missingProperty),
        message: message ?? 'is wrong',
      }));
  return [...violations, ...signatureViolation(value)];
}

function contradiction(value: unknown): ProfileViolation[] {
  try {
    parseProfile(value);
    return [];
  } catch (error) {
    return [violationOf(error)];
  }
}

function violationOf(error: unknown): ProfileViolation {
  if (!(error instanceof ProfileError)) throw error;
  const [problem] = error.problems;
  const path = problem !== undefined && 'field' in problem ? problem.field : '';
  return { path, message: problem?.message ?? error.message };
}

function signatureViolation(value: unknown): ProfileViolation[] {
  if (typeof value !== 'object' || value === null || !(SIGNATURE_FIELD in value)) return [];
  const problem = signatureShapeProblem(value[SIGNATURE_FIELD]);
  if (problem === undefined) return [];
  return [{ path: problem.field, message: `should be ${problem.expected} and is ${problem.found}` }];
}

/** A JSON pointer (RFC 6901) as places are written elsewhere. */
function pathOf(pointer: string, missing: string | undefined): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...parts, ...(missing === undefined ? [] : [missing])]
    .map((part, i) => (/^[0-9]+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}
