import { counted } from '../counted.js';
import { COMPILE_PHASES } from './fuel-costs.js';
import {
  INSUFFICIENT_HALF_WIDTH,
  PROFILE_KIND,
  PROFILE_PHASES,
  PROFILE_POLICIES,
  PROFILE_SCHEMA_VERSION,
  profileShapeProblem,
  VERDICTS,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
  type ProfilePrice,
  type ProfileUnit,
} from './hardware-profile.js';
import { ENGINE_NAME } from '../version.js';
import { agreedProfileId } from './agreed-profile-id.js';
import type { ConsideredProfile } from './considered-profile.js';
import {
  estimateContradiction,
  ratioContradiction,
  spreadContradiction,
  unitContradiction,
  widthContradiction,
  type Contradiction,
} from './profile-estimates.js';
import { executionContradiction } from './profile-execution.js';
import { modelsContradiction } from './profile-models.js';
import { constantByRule, multiplierByRule } from './profile-prices.js';
import {
  machineDifferences,
  machineId,
  type MachineDifference,
  type MachineIdentity,
} from './machine-identity.js';

/** What is wrong with a profile, each with the one line the user reads. */
export type ProfileProblem =
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'corrupt'; readonly field: string; readonly message: string }
  | { readonly kind: 'signature'; readonly field: string; readonly message: string }
  | { readonly kind: 'schema-version'; readonly found: unknown; readonly message: string }
  | { readonly kind: 'engine'; readonly found: string; readonly message: string }
  | { readonly kind: 'engine-version'; readonly found: string; readonly message: string }
  | { readonly kind: 'cost-behaviour'; readonly found: string; readonly message: string }
  | { readonly kind: 'age'; readonly createdAt: string; readonly message: string }
  | { readonly kind: 'agreed'; readonly found: string | undefined; readonly message: string }
  | { readonly kind: 'match'; readonly considered: readonly ConsideredProfile[]; readonly message: string }
  | { readonly kind: 'machine'; readonly differences: readonly MachineDifference[]; readonly message: string }
  | { readonly kind: 'missing-policy'; readonly field: string; readonly message: string }
  | { readonly kind: 'missing-phase'; readonly field: string; readonly message: string }
  | {
      readonly kind: 'insufficient-data';
      /** The verdict's place: `verdict`, or `policies.cold.phases.parse.verdict`. */
      readonly field: string;
      readonly forced: boolean;
      readonly message: string;
    };

/** `strict` refuses a profile with any problem; `warn` reports the problems and uses it where it can be read. */
export type ProfileCheck = 'strict' | 'warn';

/** What the profile is held against. */
export interface ProfileContext {
  readonly engineName: string;
  readonly engineVersion: string;
  /** Digest of the engine's cost behaviour; where both tell it, versions do not count. */
  readonly costBehaviour?: string | undefined;
  /** The machine at hand; left out, the machine is not checked (in a browser, where it cannot be told). */
  readonly machine?: MachineIdentity | undefined;
  /** The policy that is charged by; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /** The phases that are charged by the profile; a missing one is a problem. All that the engine charges unless told. */
  readonly chargedPhases?: readonly ProfilePhase[] | undefined;
}

/** No profile is longer: calibrations write some 20 kB. Longer ones are refused before they are read. */
export const MAXIMUM_PROFILE_BYTES = 4 * 1024 * 1024;

/** A profile is refused. `problems` says why; the message names the first and the mend. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  constructor(
    readonly problems: readonly ProfileProblem[],
    readonly source?: string,
  ) {
    const reasons = problems.map((problem) => problem.message).join('; ');
    super(`${source === undefined ? 'profile' : `profile ${source}`}: ${reasons}`);
  }
}

const MEND = 'calibrate again (wasm-dyno calibrate)';

/**
 * Reads a profile from its JSON text, or checks an object that was read already. What comes of a text cannot be changed, and is not checked
 * again by whoever it is handed to.
 *
 * @throws ProfileError (`corrupt` or `schema-version`) naming the field and the mend.
 */
export function parseProfile(profile: unknown, source?: string): HardwareProfile {
  const value = typeof profile === 'string' ? jsonOfProfile(profile, source) : profile;
  const problem = unchanging.has(value as HardwareProfile) ? undefined : readProblem(value);
  if (problem !== undefined) throw new ProfileError([problem], source);
  if (source !== undefined) sources.set(value as HardwareProfile, source);
  return typeof profile === 'string' ? keepChecked(value as HardwareProfile) : (value as HardwareProfile);
}

/** Profiles that were checked and cannot have changed since. */
const unchanging = new WeakSet<HardwareProfile>();

/** Lets nobody change a profile that was just checked, so that one check lasts. Not for objects of a caller's own. */
export function keepChecked(profile: HardwareProfile): HardwareProfile {
  freezeAll(profile);
  unchanging.add(profile);
  return profile;
}

function freezeAll(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.values(value).forEach(freezeAll);
  Object.freeze(value);
}

const sources = new WeakMap<HardwareProfile, string>();

/** The file, or other origin, that a profile was read from with {@link parseProfile}, where it was named. */
export function profileSource(profile: HardwareProfile): string | undefined {
  return sources.get(profile);
}

/** Everything that speaks against charging by a profile here. Empty: nothing does. */
export function profileProblems(profile: HardwareProfile, context: ProfileContext): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const { engine, machine } = profile;
  if (engine.name !== context.engineName) {
    problems.push({
      kind: 'engine',
      found: engine.name,
      message: `it was measured on the engine ${engine.name} and this is ${context.engineName}; ${MEND} with --engine ${context.engineName}`,
    });
  } else {
    problems.push(...releaseProblems(engine, context));
  }
  // What many machines agreed on is of none of them.
  const isBound = context.machine !== undefined && profile.agreed === undefined;
  const differences = isBound ? machineDifferences(machine, context.machine) : [];
  if (differences.length > 0) {
    const list = differences.map((d) => `${d.field} ${d.profile} there, ${d.machine} here`).join(', ');
    problems.push({
      kind: 'machine',
      differences,
      message: `it is of another machine (${list}); ${MEND} on this one`,
    });
  }
  problems.push(...policyProblems(profile, context));
  return problems;
}

/** Another release of the engine counts only where its costs may be others: by their digest, or where that is not told by the version. */
function releaseProblems(
  { costBehaviour: found, version }: HardwareProfile['engine'],
  { costBehaviour, engineVersion }: ProfileContext,
): ProfileProblem[] {
  if (found !== undefined && costBehaviour !== undefined) {
    if (found === costBehaviour) return [];
    const [there, here] = [found.slice(0, 12), costBehaviour.slice(0, 12)];
    const message = `it was measured on an engine of other costs (cost behaviour ${there} there, ${here} here); ${MEND}`;
    return [{ kind: 'cost-behaviour', found, message }];
  }
  if (version === engineVersion) return [];
  const message = `it was measured on version ${version} of the engine and this is ${engineVersion}; ${MEND}`;
  return [{ kind: 'engine-version', found: version, message }];
}

/** What the policy that is charged by lacks, by its place in the file. */
function policyProblems(profile: HardwareProfile, context: ProfileContext): ProfileProblem[] {
  const { profilePolicy = 'warm', chargedPhases = COMPILE_PHASES } = context;
  const problems: ProfileProblem[] = [];
  const how = profile.forced ? ' and was written by force' : '';
  const insufficient = (field: string, what: string): void => {
    const message = `${what} insufficient data${how} (the field ${field}); ${MEND} with more effort`;
    problems.push({ kind: 'insufficient-data', field, forced: profile.forced, message });
  };
  const policyField = `policies.${profilePolicy}`;
  const policy = profile.policies[profilePolicy];
  if (profile.verdict === 'insufficient-data') insufficient('verdict', 'it rests on');
  if (policy === undefined) {
    const message = `it has no ${policyField}; calibrate cold starts too, or charge by the warm policy`;
    return [...problems, { kind: 'missing-policy', field: policyField, message }];
  }
  for (const phase of chargedPhases) {
    const field = `${policyField}.phases.${phase}`;
    const price = policy.phases[phase];
    if (price === undefined) {
      const message = `it has no ${field}, so ${phase} would be charged by the default; ${MEND}`;
      problems.push({ kind: 'missing-phase', field, message });
    } else if (price.verdict === 'insufficient-data' && profile.verdict !== 'insufficient-data') {
      insufficient(`${field}.verdict`, `${phase} rests on`);
    }
  }
  return problems;
}

/** What came of a check: a profile to charge by or none, and the notices for the user. */
export interface CheckedProfile {
  readonly profile: HardwareProfile | undefined;
  readonly problems: readonly ProfileProblem[];
  /** One line for each problem that was passed over. */
  readonly notices: readonly string[];
}

/**
 * Reads and checks a profile. `strict` refuses a profile with any problem. `warn` turns problems into
 * notices; a profile that cannot be read (corrupt, or of another schema version) or lacks the policy asked for is then left
 * aside, so that the default costs hold.
 *
 * @throws ProfileError under `strict`, when there is any problem.
 */
export function checkProfile(
  profile: unknown,
  context: ProfileContext,
  check: ProfileCheck,
  source?: string,
): CheckedProfile {
  try {
    const parsed = parseProfile(profile, source);
    const problems = profileProblems(parsed, context);
    if (problems.length === 0) return { profile: parsed, problems, notices: [] };
    const error = new ProfileError(problems, source);
    if (check === 'strict' || problems.some(({ kind }) => kind === 'missing-policy')) throw error;
    return { profile: parsed, problems, notices: [`${error.message}; used all the same`] };
  } catch (error) {
    if (check === 'strict' || !(error instanceof ProfileError)) throw error;
    const notices = [`${error.message}; left aside, default costs are charged`];
    return { profile: undefined, problems: error.problems, notices };
  }
}

/** A profile's text as JSON, whatever it says. @throws ProfileError (`corrupt`) where it is none */
export function jsonOfProfile(text: string, source?: string, mostBytes = MAXIMUM_PROFILE_BYTES): unknown {
  if (text.length > mostBytes) throw new ProfileError([tooLong(text.length)], source);
  try {
    // A byte order mark is no part of JSON, but editors leave it (RFC 8259, section 8.1, allows to pass over it).
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    const message = `it is not JSON (${reasonOf(error, text)}); ${MEND}, or restore the file`;
    throw new ProfileError([{ kind: 'corrupt', field: '', message }], source);
  }
}

/** The problem of a file or text that is longer than any profile. */
export function tooLong(length: number): ProfileProblem {
  const message = `it is ${length.toLocaleString('en')} bytes long and no profile exceeds ${MAXIMUM_PROFILE_BYTES.toLocaleString('en')}; name the profile.json that calibrate wrote`;
  return { kind: 'unreadable', message };
}

function reasonOf(error: unknown, text: string): string {
  if (text.trim() === '') return 'it is empty';
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  const endsEarly = /end of JSON input|Unterminated/.test(message) || Number(position) >= text.length;
  if (endsEarly) return `it breaks off after ${counted(text.length, 'characters')}`;
  return position === undefined ? 'a syntax error' : `a syntax error at character ${position}`;
}

/** What makes the profile unreadable, if anything does. */
function readProblem(value: unknown): ProfileProblem | undefined {
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === PROFILE_KIND) {
    const version = 'schemaVersion' in value ? value.schemaVersion : undefined;
    if (version !== PROFILE_SCHEMA_VERSION) {
      return {
        kind: 'schema-version',
        found: version,
        message: `its schema version is ${JSON.stringify(version)} and this engine reads ${PROFILE_SCHEMA_VERSION}; ${MEND} with this version of wasm-dyno`,
      };
    }
  }
  const shape = profileShapeProblem(value);
  if (shape !== undefined) {
    const field = shape.field === '' ? 'it' : `the field ${shape.field}`;
    const message = `${field} should be ${shape.expected} and is ${shape.found}; ${MEND}, or restore the file`;
    return { kind: 'corrupt', field: shape.field, message };
  }
  return contradiction(value as HardwareProfile);
}

/** What a schema cannot say: numbers that contradict each other have been edited or mangled. */
function contradiction(profile: HardwareProfile): ProfileProblem | undefined {
  if (machineId(profile.machine) !== profile.machine.id) {
    return corrupt('machine.id', 'does not follow from the machine it stands beside');
  }
  const unit = unitContradiction(profile.unit);
  if (unit !== undefined) return corrupt(unit.field, unit.what);
  for (const policyName of PROFILE_POLICIES) {
    for (const phase of PROFILE_PHASES) {
      const price = profile.policies[policyName]?.phases[phase];
      const field = `policies.${policyName}.phases.${phase}`;
      const found = price && priceContradiction(price, profile.unit, field);
      if (found !== undefined) return corrupt(found.field, found.what);
    }
  }
  const execution = profile.execution && executionContradiction(profile.execution, profile.unit);
  if (execution !== undefined) return corrupt(execution.field, execution.what);
  const models = profile.models && modelsContradiction(profile.models);
  if (models !== undefined) return corrupt(models.field, models.what);
  if (profile.agreed !== undefined && profile.agreed.id !== agreedProfileId(profile)) {
    return corrupt('agreed.id', 'does not follow from what is charged');
  }
  const estimates = estimateContradiction(profile, ENGINE_NAME);
  if (estimates !== undefined) return corrupt(estimates.field, estimates.what);
  return verdictContradiction(profile);
}

/** The verdict on the whole is the worst of the warm phases it stands over; cold starts keep their own. */
function verdictContradiction({ verdict, policies }: HardwareProfile): ProfileProblem | undefined {
  for (const phase of PROFILE_PHASES) {
    const below = policies.warm.phases[phase]?.verdict;
    if (below === undefined || VERDICTS.indexOf(below) <= VERDICTS.indexOf(verdict)) continue;
    return corrupt('verdict', `is "${verdict}" and policies.warm.phases.${phase}.verdict is "${below}"`);
  }
  return undefined;
}

/** What a price's numbers contradict: the spread of each estimate, and what is charged by rule. */
function priceContradiction(price: ProfilePrice, unit: ProfileUnit, at: string): Contradiction | undefined {
  const { constants, corpusNanosecondsPerByte, equalBytesRatio, multiplier, nanosecondsPerByte, rule } =
    price;
  // What a byte costs beside the constants may be next to nothing: what counts is how far it moves charges over the corpus.
  const whole = corpusNanosecondsPerByte.estimate;
  const { verdict } = price;
  const found =
    spreadContradiction(corpusNanosecondsPerByte, `${at}.corpusNanosecondsPerByte`) ??
    widthContradiction({ ...corpusNanosecondsPerByte, verdict }, `${at}.corpusNanosecondsPerByte`) ??
    spreadContradiction(nanosecondsPerByte, `${at}.nanosecondsPerByte`) ??
    widthContradiction({ ...nanosecondsPerByte, estimate: whole, verdict }, `${at}.nanosecondsPerByte`) ??
    spreadContradiction(multiplier, `${at}.multiplier`, 'multiplier') ??
    widthContradiction(
      { ...multiplier, estimate: whole / unit.nanosecondsPerByte.estimate, verdict },
      `${at}.multiplier`,
    ) ??
    ratioContradiction(equalBytesRatio, `${at}.equalBytesRatio`);
  if (found !== undefined) return found;
  if (rule === 'interval-high-rounded-up') {
    for (const [name, { estimate, low, high }] of [
      ['multiplier', multiplier],
      ...constants.map(({ nanoseconds }, i) => [`constants[${i}].nanoseconds`, nanoseconds] as const),
    ] as const) {
      const halfWidth = (high - low) / 2 / estimate;
      if (!(halfWidth > INSUFFICIENT_HALF_WIDTH)) continue;
      const width = `has an interval (low, high) that is +-${(100 * halfWidth).toPrecision(3)}% wide`;
      return { field: `${at}.${name}`, what: `${width}, too wide to charge by its upper end` };
    }
  }
  if (multiplierByRule(price) !== price.multiplierThousandths) {
    return { field: `${at}.multiplierThousandths`, what: `does not follow from the multiplier by ${rule}` };
  }
  const bounds = [nanosecondsPerByte, unit.nanosecondsPerByte].map(({ low, high }) => ({ low, high }));
  const [least, most] = [bounds[0]!.low / bounds[1]!.high, bounds[0]!.high / bounds[1]!.low];
  if (multiplier.estimate < least / MOST_SLACK || multiplier.estimate > most * MOST_SLACK) {
    const what = `does not follow from ${at}.nanosecondsPerByte and unit.nanosecondsPerByte`;
    return { field: `${at}.multiplier`, what };
  }
  for (const [i, { per, nanoseconds, constantFuel }] of constants.entries()) {
    const field = `${at}.constants[${i}]`;
    if (constants.findIndex((other) => other.per === per) !== i) {
      return { field: `${field}.per`, what: `is "${per}", as that of another` };
    }
    const spread = spreadContradiction(nanoseconds, `${field}.nanoseconds`);
    if (spread !== undefined) return spread;
    if (constantByRule(nanoseconds, rule, unit) !== constantFuel) {
      const what = `does not follow from its nanoseconds and the unit by ${rule}`;
      return { field: `${field}.constantFuel`, what };
    }
  }
  return undefined;
}

/** The median of quotients is not the quotient of medians; it lies this near the quotients of their intervals' ends. */
const MOST_SLACK = 1.5;

function corrupt(field: string, what: string): ProfileProblem {
  return { kind: 'corrupt', field, message: `the field ${field} ${what}; ${MEND}, or restore the file` };
}
