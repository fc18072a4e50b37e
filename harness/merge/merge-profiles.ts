import { createHash } from 'node:crypto';

import {
  agreedProfileId,
  chargedClasses,
  constantByRule,
  ENGINE_VERSION,
  executionFuelByRule,
  MAXIMUM_PROFILE_BYTES,
  parseProfile,
  ProfileError,
  VERDICTS,
  type AgreedSpread,
  type HardwareProfile,
  type MergePolicy,
  type ProfileConstant,
  type ProfileEstimate,
  type ProfileExecution,
  type ProfilePolicy,
  type ProfilePrice,
} from '@wasm-dyno/engine';
import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { counted } from '@wasm-dyno/reports/wording';
import { chargedText, Fleet, type ChargedColumn, type ExecutionColumn } from './fleet.js';
import { MergeRefused } from './merge-refused.js';
import { rankedIndex, sortedIndices } from './ranked-index.js';

export interface MergeOptions {
  readonly policy: MergePolicy;
  /** Takes profiles of insufficient data too. */
  readonly force?: boolean;
  /** When the merged profile is made; now unless told. */
  readonly createdAt?: Date;
  /** Told after each file. */
  readonly onFile?: (done: number) => void;
}

/** What a merge came to. */
export interface MergedProfile {
  readonly profile: HardwareProfile;
  /** Files that said what another said already, and counted once. */
  readonly repeated: number;
  readonly notices: readonly string[];
}

const MOST_NAMED = 5;

/**
 * One profile out of those of a fleet: each number that is charged by the policy, out of the profile of the machine that has it. Each file
 * is read and let go, and those few that are chosen from are read again: memory grows by some 200 bytes a profile, and by 8 for each class
 * that it has costs of executing for.
 *
 * @throws MergeRefused naming what does not belong together, or cannot be read
 */
export function mergeProfiles(files: readonly string[], options: MergeOptions): MergedProfile {
  const fleet = new Fleet();
  const refusals: string[] = [];
  files.forEach((file, i) => {
    const reason = taken(fleet, file, options);
    if (reason !== undefined) refusals.push(`${file}: ${reason}`);
    options.onFile?.(i + 1);
  });
  if (refusals.length > 0) {
    const more = refusals.length > MOST_NAMED ? ` and ${refusals.length - MOST_NAMED} more` : '';
    const mend = 'leave them out, or calibrate them anew alike';
    throw new MergeRefused(`${refusals.slice(0, MOST_NAMED).join('; ')}${more}; ${mend}`);
  }
  if (fleet.members.length < 2) {
    const found = fleet.members.length === 0 ? 'there is no profile' : 'there is one profile alone';
    throw new MergeRefused(`${found} to merge; name profiles of several machines, or folders of them`);
  }
  return merged(fleet, options);
}

/** Has the fleet take a file's numbers; why it does not, if it does not. */
function taken(fleet: Fleet, file: string, { force = false }: MergeOptions): string | undefined {
  try {
    const text = readRegularText(file, MAXIMUM_PROFILE_BYTES);
    const profile = parseProfile(text);
    if (profile.agreed !== undefined) return 'it is an agreed profile already';
    if (profile.verdict === 'insufficient-data' && !force)
      return 'it rests on insufficient data (--force takes it)';
    return fleet.add(profile, file, createHash('sha256').update(text).digest('hex'));
  } catch (error) {
    if (error instanceof ProfileError) return error.problems.map(({ message }) => message).join('; ');
    if (error instanceof FileError) return error.reason;
    throw error;
  }
}

function merged(fleet: Fleet, { createdAt = new Date(), policy }: MergeOptions): MergedProfile {
  const { members } = fleet;
  const notices: string[] = [];
  const columns = fleet.columns().filter(({ name, values }) => {
    const isWhole = name.per !== undefined || !values.some(Number.isNaN);
    if (!isWhole) notices.push(`${chargedText(name)} is left out: not every profile has it`);
    return isWhole;
  });
  const named = (column: ChargedColumn) => chargedText(column.name);
  const byName = new Map(columns.map((column) => [named(column), column]));
  const read = memoised((index: number) =>
    parseProfile(readRegularText(members[index]!.source, MAXIMUM_PROFILE_BYTES), members[index]!.source),
  );
  const middle = rankedIndex(
    members.map(({ nanosecondsPerByte }) => nanosecondsPerByte),
    'median',
  );
  const base = read(middle);
  if (base.models !== undefined)
    notices.push('cost models are left out: an agreed profile charges by prices, on every machine alike');
  const builder = new PolicyBuilder(byName, read, base, policy);
  const warm = builder.policy('warm');
  const cold = base.policies.cold === undefined ? undefined : builder.policy('cold');
  const executionColumns = fleet.executionColumns();
  const execution = builder.execution(executionColumns);
  const verdicts = Object.values(warm.phases).map((price) => VERDICTS.indexOf(price.verdict));
  const dates = members.map((member) => member.createdAt).sort();
  const kinds = new Set(members.map(({ machineId }) => machineId)).size;
  const digests = members.map(({ sha256 }) => `${sha256}\n`).sort();
  const content = {
    kind: base.kind,
    schemaVersion: base.schemaVersion,
    createdAt: createdAt.toISOString(),
    tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
    engine: base.engine,
    machine: base.machine,
    unit: base.unit,
    baseline: base.baseline,
    policies: { warm, ...(cold === undefined || Object.keys(cold.phases).length === 0 ? {} : { cold }) },
    ...(execution === undefined ? {} : { execution }),
    corpora: base.corpora,
    seed: base.seed,
    options: { policy, profiles: members.length },
    systematicFloor: base.systematicFloor,
    verdict: VERDICTS[Math.max(...verdicts)]!,
    forced: builder.isForced,
    warnings: [
      `Agreed on by ${counted(members.length, 'profile')} of ${counted(kinds, 'kind of machine', 'kinds of machines')}, by ${policy}: not what compiling costs on any one of them.`,
    ],
  };
  const profile = parseProfile({
    ...content,
    agreed: {
      id: agreedProfileId(content),
      policy,
      profiles: members.length,
      machineKinds: kinds,
      from: dates[0]!,
      to: dates.at(-1)!,
      profilesSha256: createHash('sha256').update(digests.join('')).digest('hex'),
      spread: [
        ...columns.map((column) => spreadOf(named(column), column.values)),
        ...executionColumns.map(({ name, values }) => spreadOf(`execution ${name}`, values)),
      ],
    },
  });
  return { profile, repeated: fleet.repeated, notices };
}

function spreadOf(name: string, values: readonly number[]): AgreedSpread {
  const known = values.map((value) => (Number.isNaN(value) ? 0 : value));
  const order = sortedIndices(known);
  const at = (policy: MergePolicy) => known[rankedIndex(known, policy, order)]!;
  return {
    name,
    least: known[order[0]!]!,
    median: at('median'),
    ninetieth: at('p90'),
    most: at('max'),
  };
}

/** Takes prices out of the profiles that have them, in the unit of one of them. */
class PolicyBuilder {
  isForced = false;

  constructor(
    private readonly columns: ReadonlyMap<string, ChargedColumn>,
    private readonly read: (index: number) => HardwareProfile,
    private readonly base: HardwareProfile,
    private readonly rank: MergePolicy,
  ) {}

  policy(policy: 'warm' | 'cold'): ProfilePolicy {
    const multipliers = [...this.columns.values()].filter(
      ({ name }) => name.policy === policy && name.per === undefined,
    );
    const phases = multipliers.map((column) => [column.name.phase, this.price(column)] as const);
    return { phases: Object.fromEntries(phases), sizeClasses: [] };
  }

  /** What executing costs, class by class, on the executor that all are charged by; undefined where the fleet tells nothing of it. */
  execution(columns: readonly ExecutionColumn[]): ProfileExecution | undefined {
    const { execution, unit } = this.base;
    if (execution === undefined) return undefined;
    const { chargedExecutor, executors } = execution;
    const classes = columns.map(({ name, values }) => {
      const member = this.read(rankedIndex(values, this.rank));
      this.isForced ||= member.forced;
      const nanoseconds = this.scaling(member)(chargedClasses(member.execution!)[name]!.nanoseconds);
      return [name, { nanoseconds, fuel: executionFuelByRule(name, nanoseconds, unit) }] as const;
    });
    const executor = { ...executors[chargedExecutor]!, classes: Object.fromEntries(classes) };
    return { chargedExecutor, executors: { [chargedExecutor]: executor } };
  }

  private price(column: ChargedColumn): ProfilePrice {
    const { phase, policy } = column.name;
    const member = this.read(rankedIndex(column.values, this.rank));
    this.isForced ||= member.forced;
    const price = member.policies[policy]!.phases[phase]!;
    const inUnit = this.scaling(member);
    const constants = [...this.columns.values()]
      .filter(({ name }) => name.policy === policy && name.phase === phase && name.per !== undefined)
      .flatMap((constant) => this.constant(constant, price));
    return {
      ...price,
      corpusNanosecondsPerByte: inUnit(price.corpusNanosecondsPerByte),
      nanosecondsPerByte: inUnit(price.nanosecondsPerByte),
      constants,
    };
  }

  private constant({ name, values }: ChargedColumn, { rule }: ProfilePrice): ProfileConstant[] {
    const known = values.map((value) => (Number.isNaN(value) ? 0 : value));
    const member = this.read(rankedIndex(known, this.rank));
    const found = member.policies[name.policy]!.phases[name.phase]!.constants.find(
      ({ per }) => per === name.per,
    );
    if (found === undefined) return [];
    const nanoseconds = this.scaling(member)(found.nanoseconds);
    return [{ per: found.per, nanoseconds, constantFuel: constantByRule(nanoseconds, rule, this.base.unit) }];
  }

  /** Times of one machine in those that another with the memset of the base would need for as many bytes filled. */
  private scaling({ unit }: HardwareProfile): (estimate: ProfileEstimate) => ProfileEstimate {
    const factor = this.base.unit.nanosecondsPerByte.estimate / unit.nanosecondsPerByte.estimate;
    return ({ estimate, high, low, ...rest }) => ({
      estimate: estimate * factor,
      low: low * factor,
      high: high * factor,
      ...rest,
    });
  }
}

function memoised<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
