import {
  unfinishedText,
  VERDICTS,
  worstVerdict,
  type RecordedRun,
  type SummaryRow,
  type Verdict,
} from './recorded-run/index.js';
import { prices, type Price } from './prices.js';
import { baselineName } from './wording.js';

/** A verdict on several numbers is the worst of them, and says of how many it is. */
export interface Standing {
  readonly verdict: Verdict;
  /** `all 3 ok`; `2 ok, 1 noisy`. */
  readonly tally: string;
}

export function standing(verdicts: readonly Verdict[]): Standing {
  const counts = VERDICTS.map(
    (verdict) => [verdict, verdicts.filter((one) => one === verdict).length] as const,
  ).filter(([, count]) => count > 0);
  const [only] = counts;
  const tally =
    only === undefined
      ? 'nothing measured'
      : counts.length === 1
        ? `${only[1] === 1 ? '' : only[1] === 2 ? 'both ' : `all ${only[1]} `}${only[0]}`
        : counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  return { verdict: worstVerdict(verdicts), tally };
}

/** One verdict on a run, the same in every form of a report: the worst of its warm prices, and what lies below it. */
export interface RunStanding extends Standing {
  readonly sentences: readonly string[];
}

export function runStanding(
  recorded: Pick<RecordedRun, 'run' | 'summary' | 'fits' | 'profiles'>,
): RunStanding {
  const all = prices(recorded);
  const warm = all.filter(({ temperature }) => temperature === 'warm');
  const cold = all.filter(({ temperature }) => temperature === 'cold');
  const own = standing(warm.map(({ verdict }) => verdict));
  const unfinished = unfinishedText(recorded.run);
  const soFar = unfinished === undefined ? [] : [`The run is ${unfinished}.`];
  if (warm.length === 0)
    return {
      ...own,
      verdict: 'insufficient-data',
      sentences: [...soFar, 'Nothing was measured to its end yet.'],
    };
  const classes = recorded.summary.filter((row) => isOfPrice(row, warm));
  return {
    ...own,
    sentences: [
      ...soFar,
      `Warm prices: ${own.tally}.`,
      ...(classes.length === 0 ? [] : [`By function size: ${classStanding(classes)}.`]),
      ...(cold.length === 0 ? [] : [`Cold prices: ${standing(cold.map(({ verdict }) => verdict)).tally}.`]),
      ...constantSentences(all),
    ],
  };
}

/** A phase's verdict is of its byte; what is paid before it is known better or worse. */
function constantSentences(all: readonly Price[]): string[] {
  const constants = all.flatMap(({ constants: own, ...price }) => own.map((one) => ({ ...price, ...one })));
  if (constants.length === 0) return [];
  const { tally } = standing(constants.map(({ verdict }) => verdict));
  const worse = constants.filter(({ verdict }) => verdict !== 'ok');
  const named = worse.map(({ per, phase, temperature }) => `${temperature} ${phase} per ${per}`);
  const isShort = worse.length > 0 && worse.length < constants.length && worse.length <= 4;
  return [`Constants: ${tally}${isShort ? ` (${named.join(', ')})` : ''}.`];
}

/** `5 ok, 2 noisy (translate 1..63B, validate 65536B+)`. */
function classStanding(rows: readonly SummaryRow[]): string {
  const { tally } = standing(rows.map(({ verdict }) => verdict));
  const worse = rows.filter(({ verdict }) => verdict !== 'ok');
  if (worse.length === 0 || worse.length === rows.length || worse.length > 4) return tally;
  return `${tally} (${worse.map(({ phase, sizeClass }) => `${phase} ${sizeClass}`).join(', ')})`;
}

function isOfPrice(row: SummaryRow, warm: readonly Price[]): boolean {
  return (
    row.sizeClass !== 'all' &&
    warm.some(
      ({ engine, temperature, phase, memset }) =>
        engine === row.engine &&
        temperature === row.temperature &&
        phase === row.phase &&
        memset === baselineName(row),
    )
  );
}

/** The verdict on a run in a line, the same in every form. */
export function standingLine(recorded: Parameters<typeof runStanding>[0]): string {
  const { verdict, sentences } = runStanding(recorded);
  return `Verdict: ${verdict}. ${sentences.join(' ')}`;
}

/** What a verdict means, for those who read one for the first time. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  ok: 'the interval is narrow and the machine was quiet enough: charge it',
  noisy:
    'the interval holds, but it is wide or the machine was disturbed: measure again on an idle machine before relying on it',
  'insufficient-data':
    'too few process executions for an interval: no profile is written from it unless forced',
};
