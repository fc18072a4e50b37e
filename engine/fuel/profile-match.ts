import { counted } from '../counted.js';
import { agreedParties } from './agreed-profile.js';
import { MATCH_RANKS, type ConsideredProfile, type MatchRank } from './considered-profile.js';
import { VERDICTS, type HardwareProfile } from './hardware-profile.js';
import { machineDifferences, type MachineDifference, type MachineIdentity } from './machine-identity.js';
import { parseProfile, ProfileError, profileProblems, type ProfileContext } from './profile-check.js';
import { ageProblem, type MaximumAge } from './profile-age.js';

/** The rank below which nothing is taken unless told. */
export const DEFAULT_MINIMUM_RANK: MatchRank = 'same-cpu';

/** What a profile is chosen by. */
export interface ChoiceContext extends ProfileContext {
  /** The least that is taken; `same-cpu` unless told. */
  readonly minimumRank?: MatchRank | undefined;
  /** Profiles that were made longer ago are passed over. */
  readonly maximumAge?: MaximumAge | undefined;
  /** Takes the agreed profile of this id and no other. */
  readonly agreedId?: string | undefined;
  /** What ages are counted to; now unless told. */
  readonly now?: Date | undefined;
}

/** A profile to choose among, and what to call it. */
export interface ProfileCandidate {
  readonly source: string;
  /** Parsed JSON, or the ProfileError that says why there is none. */
  readonly profile: unknown;
}

/** Which profile is charged by, and why. */
export interface ProfileChoice {
  readonly profile: HardwareProfile;
  readonly source: string;
  readonly rank: MatchRank;
  readonly because: string;
  /** All candidates, the best first, the chosen one among them. */
  readonly considered: readonly ConsideredProfile[];
}

interface Ranked extends ConsideredProfile {
  readonly profile: HardwareProfile;
  readonly rank: MatchRank;
  readonly differences: number;
}

const choices = new WeakMap<HardwareProfile, ProfileChoice>();

/** How this very object was chosen by {@link chooseProfile}; undefined where it was not. */
export function choiceOf(profile: HardwareProfile): ProfileChoice | undefined {
  return choices.get(profile);
}

/**
 * The profile that fits best: by rank, then by fewer differences, the nearer major version of Node, the better verdict, the later date, and
 * the name. The order of the candidates does not matter.
 *
 * @throws ProfileError (`match`) when none is of the least rank, saying what there is; RangeError for a bad age
 */
export function chooseProfile(
  candidates: readonly ProfileCandidate[],
  context: ChoiceContext,
  source?: string,
): ProfileChoice {
  const considered = candidates.map((candidate) => consider(candidate, context));
  const ranked = considered.filter((one): one is Ranked => one.rank !== undefined).sort(byFitness(context));
  const told = [...ranked, ...considered.filter(({ rank }) => rank === undefined)].map(
    ({ because, rank, source: from }) => ({ source: from, rank, because }),
  );
  const minimum = context.minimumRank ?? DEFAULT_MINIMUM_RANK;
  const [best] = ranked;
  const isEnough =
    best !== undefined &&
    (context.agreedId !== undefined || MATCH_RANKS.indexOf(best.rank) <= MATCH_RANKS.indexOf(minimum));
  if (!isEnough) throw refusal(told, best, minimum, source);
  const { because, profile, rank } = best;
  const choice = Object.freeze({
    profile,
    source: best.source,
    rank,
    because,
    considered: Object.freeze(told),
  });
  choices.set(profile, choice);
  return choice;
}

function consider(
  { profile: read, source }: ProfileCandidate,
  context: ChoiceContext,
): ConsideredProfile | Ranked {
  const out = (because: string): ConsideredProfile => ({ source, rank: undefined, because });
  if (read instanceof ProfileError) return out(messagesOf(read));
  let profile: HardwareProfile;
  try {
    profile = parseProfile(read, source);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return out(messagesOf(error));
  }
  const { agreed } = profile;
  if (context.agreedId !== undefined && agreed?.id !== context.agreedId)
    return out(agreed === undefined ? 'it is no agreed profile' : `it is the agreed profile ${agreed.id}`);
  const { machine, ...others } = context;
  const problems = [...profileProblems(profile, others), ...(ageProblem(profile, context) ?? [])];
  if (problems.length > 0) return out(problems.map(({ message }) => message).join('; '));
  return { source, profile, ...(agreed === undefined ? rankOf(profile, machine) : agreedRank(agreed)) };
}

function messagesOf({ problems }: ProfileError): string {
  return problems.map(({ message }) => message).join('; ');
}

function agreedRank(
  agreed: NonNullable<HardwareProfile['agreed']>,
): Pick<Ranked, 'rank' | 'because' | 'differences'> {
  return {
    rank: 'generic',
    because: `${agreedParties(agreed)} agreed on it (${agreed.id})`,
    differences: 0,
  };
}

/** Fields that a processor and its system keep when Node is another or fewer cores are given away. */
const NOT_OF_THE_PROCESSOR = ['Node major version', 'V8 version', 'logical cores'];

/** How well a measured profile fits a machine; `generic` where the machine cannot be told. */
function rankOf(
  { machine: there }: HardwareProfile,
  here: MachineIdentity | undefined,
): Pick<Ranked, 'rank' | 'because' | 'differences'> {
  if (here === undefined) return { rank: 'generic', because: 'this machine cannot be told', differences: 0 };
  const differences = machineDifferences(there, here);
  const rank = rankBy(differences, there, here);
  const because =
    differences.length === 0
      ? 'it is of this machine'
      : differences
          .map(({ field, machine, profile }) => `${field} ${profile} there, ${machine} here`)
          .join(', ');
  return { rank, because, differences: differences.length };
}

function rankBy(
  differences: readonly MachineDifference[],
  there: MachineIdentity,
  here: MachineIdentity,
): MatchRank {
  if (differences.length === 0) return 'exact';
  if (differences.every(({ field }) => NOT_OF_THE_PROCESSOR.includes(field))) return 'same-cpu';
  return there.arch === here.arch && familyOf(there) === familyOf(here) ? 'same-family' : 'generic';
}

/** The maker's number of a family, of which makers share few; without numbers the first word of the model, which is the maker. */
function familyOf({ cpuFamily, cpuModel }: MachineIdentity): string {
  const maker = cpuModel.trim().split(/[\s(]/)[0]!.toLowerCase();
  return cpuFamily === null ? maker : `${maker} ${cpuFamily}`;
}

function byFitness({ machine }: ChoiceContext): (a: Ranked, b: Ranked) => number {
  const nodes = (profile: HardwareProfile) =>
    machine === undefined ? 0 : Math.abs(majorOf(profile.machine) - majorOf(machine));
  const verdict = (profile: HardwareProfile) => VERDICTS.indexOf(profile.verdict);
  return (a, b) =>
    MATCH_RANKS.indexOf(a.rank) - MATCH_RANKS.indexOf(b.rank) ||
    // Within the last rank, what many machines agreed on goes before what some other machine measured.
    Number(a.profile.agreed === undefined) - Number(b.profile.agreed === undefined) ||
    a.differences - b.differences ||
    nodes(a.profile) - nodes(b.profile) ||
    verdict(a.profile) - verdict(b.profile) ||
    Date.parse(b.profile.createdAt) - Date.parse(a.profile.createdAt) ||
    (a.source < b.source ? -1 : a.source > b.source ? 1 : 0);
}

function majorOf({ nodeVersion }: MachineIdentity): number {
  return Number.parseInt(nodeVersion.replace(/^v/, ''), 10) || 0;
}

const MOST_NAMED = 3;

function refusal(
  considered: readonly ConsideredProfile[],
  best: Ranked | undefined,
  minimum: MatchRank,
  source: string | undefined,
): ProfileError {
  const mend = 'calibrate on this machine (wasm-dyno calibrate)';
  const few = considered.slice(0, MOST_NAMED).map(({ because, source: from }) => `${from}: ${because}`);
  const more = considered.length > MOST_NAMED ? ` and ${considered.length - MOST_NAMED} more` : '';
  const message =
    considered.length === 0
      ? 'there is no profile in it; put some there, or name another place'
      : best === undefined
        ? `none of ${counted(considered.length, 'profiles')} can be charged by here (${few.join('; ')}${more}); ${mend}`
        : `the best of ${counted(considered.length, 'profiles')}, ${best.source}, is ${best.rank} (${best.because}) and ${minimum} is asked for; ${mend}, or ask for a lower rank (minimumRank, --minimum-rank)`;
  return new ProfileError([{ kind: 'match', considered, message }], source);
}

/** A choice in lines: the chosen one and why, then the others. */
export function formatProfileChoice({ because, considered, rank, source }: ProfileChoice): string {
  const others = considered.filter((one) => one.source !== source);
  return [
    `profile ${source}: ${rank}, ${because}`,
    ...others.map((other) => `  not ${other.source}: ${other.rank ?? 'left out'}, ${other.because}`),
  ].join('\n');
}
