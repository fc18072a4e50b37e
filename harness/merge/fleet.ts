import {
  PROFILE_PHASES,
  PROFILE_POLICIES,
  chargedClasses,
  constantThousandthsOf,
  type ExecutionClass,
  type HardwareProfile,
  type ProfileExecution,
  type ProfilePhase,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';

/** A number that engines charge by: a phase's multiplier, or what it costs for each of something before its bytes. */
export interface ChargedName {
  readonly policy: ProfilePolicyName;
  readonly phase: ProfilePhase;
  /** Undefined: the multiplier. */
  readonly per: string | undefined;
}

const MOST_CLASSES = 3;

/** A profile of a fleet, in the few words that merging needs: thousands of these fit where the profiles do not. */
export interface FleetMember {
  readonly source: string;
  readonly sha256: string;
  readonly createdAt: string;
  readonly machineId: string;
  readonly nanosecondsPerByte: number;
}

/** What each member has in one charged number. */
export interface ChargedColumn {
  readonly name: ChargedName;
  /** By member: the multiplier, or bytes filled in the constant's time; NaN where it has none. */
  readonly values: number[];
}

/** What each member takes for a class of operators, or for what is done by size. */
export interface ExecutionColumn {
  readonly name: ExecutionClass;
  /** By member: bytes filled in its time. */
  readonly values: number[];
}

/** The numbers of many profiles, held without the profiles. */
export class Fleet {
  readonly members: FleetMember[] = [];
  /** Files that say what another said already. */
  repeated = 0;
  readonly #columns = new Map<string, ChargedColumn>();
  readonly #executionColumns = new Map<ExecutionClass, ExecutionColumn>();
  readonly #digests = new Set<string>();
  #character: Character | undefined;
  #execution: ProfileExecution | undefined;

  /** Takes the numbers of a profile; the reason why it does not belong to those before, if it does not. */
  add(profile: HardwareProfile, source: string, sha256: string): string | undefined {
    const character = characterOf(profile);
    if (this.#character === undefined) this.#execution = profile.execution;
    this.#character ??= character;
    const strange =
      difference(this.#character, character) ?? executionDifference(this.#execution, profile.execution);
    if (strange !== undefined) return `${strange}, unlike ${this.members[0]!.source}`;
    if (this.#digests.has(sha256)) {
      this.repeated++;
      return undefined;
    }
    this.#digests.add(sha256);
    const { createdAt, machine, unit } = profile;
    this.members.push({
      source,
      sha256,
      createdAt,
      machineId: machine.id,
      nanosecondsPerByte: unit.nanosecondsPerByte.estimate,
    });
    for (const [name, value] of chargedNumbers(profile))
      this.#column(name).values[this.members.length - 1] = value;
    for (const [name, value] of executionNumbers(profile)) this.#executionColumn(name).values.push(value);
    return undefined;
  }

  /** Every number that any member is charged by; members without it have NaN. */
  columns(): ChargedColumn[] {
    const { length } = this.members;
    return [...this.#columns.values()].map(({ name, values }) => ({
      name,
      values: Array.from({ length }, (_, i) => values[i] ?? NaN),
    }));
  }

  /** What executing costs, by class in order: all members have the same ones, or none. */
  executionColumns(): ExecutionColumn[] {
    return [...this.#executionColumns.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #executionColumn(name: ExecutionClass): ExecutionColumn {
    let column = this.#executionColumns.get(name);
    if (column === undefined) this.#executionColumns.set(name, (column = { name, values: [] }));
    return column;
  }

  #column(name: ChargedName): ChargedColumn {
    const key = chargedText(name);
    let column = this.#columns.get(key);
    if (column === undefined) this.#columns.set(key, (column = { name, values: [] }));
    return column;
  }
}

/** For example `warm translate`, `warm translate function`. */
export function chargedText({ per, phase, policy }: ChargedName): string {
  return [policy, phase, per].filter((part) => part !== undefined).join(' ');
}

function chargedNumbers({ policies, unit }: HardwareProfile): [ChargedName, number][] {
  return PROFILE_POLICIES.flatMap((policy) =>
    PROFILE_PHASES.flatMap((phase): [ChargedName, number][] => {
      const price = policies[policy]?.phases[phase];
      if (price === undefined) return [];
      return [
        [{ policy, phase, per: undefined }, price.multiplierThousandths / 1000],
        ...price.constants.map((constant): [ChargedName, number] => [
          { policy, phase, per: constant.per },
          constantThousandthsOf(constant, unit) / 1000,
        ]),
      ];
    }),
  );
}

function executionNumbers({ execution, unit }: HardwareProfile): [ExecutionClass, number][] {
  if (execution === undefined) return [];
  return Object.entries(chargedClasses(execution)).map(([name, { nanoseconds }]) => [
    name as ExecutionClass,
    nanoseconds.estimate / unit.nanosecondsPerByte.estimate,
  ]);
}

/** What profiles must have in common, in words. */
type Character = Readonly<Record<string, string>>;

function characterOf({ baseline, corpora, engine, policies, unit }: HardwareProfile): Character {
  const phases = PROFILE_PHASES.filter((phase) => policies.warm.phases[phase] !== undefined);
  return {
    engine: [engine.name, ...engine.flags].join(' '),
    [engine.costBehaviour === undefined ? 'engine version' : 'cost behaviour']:
      engine.costBehaviour ?? engine.version,
    unit: unit.definition,
    memset: `${baseline.kernel} (${baseline.regime})`,
    corpora: corpora.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 16)}`).join(', '),
    'warm phases': phases.join(', '),
    rules: [...new Set(phases.map((phase) => policies.warm.phases[phase]!.rule))].join(', '),
  };
}

function difference(first: Character, other: Character): string | undefined {
  for (const name of new Set([...Object.keys(first), ...Object.keys(other)])) {
    if (first[name] !== other[name])
      return `its ${name} is ${other[name] ?? 'not told'} in place of ${first[name] ?? 'not told'}`;
  }
  return undefined;
}

/** What is charged for executing has to be there for all of a fleet, of one executor and for the same classes. */
function executionDifference(
  first: ProfileExecution | undefined,
  other: ProfileExecution | undefined,
): string | undefined {
  if (first === undefined) return other === undefined ? undefined : 'it has execution costs';
  if (other === undefined) return 'it has no execution costs';
  if (first.chargedExecutor !== other.chargedExecutor)
    return `its execution costs are the ${other.chargedExecutor}'s in place of the ${first.chargedExecutor}'s`;
  const lacking = classesBeyond(first, other);
  if (lacking !== undefined) return `it has no execution cost of ${lacking}`;
  const more = classesBeyond(other, first);
  return more === undefined ? undefined : `it has an execution cost of ${more}`;
}

/** Classes that one has and the other has not, in words. */
function classesBeyond(one: ProfileExecution, other: ProfileExecution): string | undefined {
  const known = chargedClasses(other);
  const names = Object.keys(chargedClasses(one)).filter((name) => !Object.hasOwn(known, name));
  if (names.length === 0) return undefined;
  const more = names.length > MOST_CLASSES ? ` and ${names.length - MOST_CLASSES} more` : '';
  return names.sort().slice(0, MOST_CLASSES).join(', ') + more;
}
