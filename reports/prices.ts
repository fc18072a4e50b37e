import { scaled } from './bounded.js';
import { contentTable, type ContentTable } from './content.js';
import {
  priceVerdict,
  type PRICED_ENTITIES,
  worstVerdict,
  type ProfileRecord,
  type RecordedEstimate,
  type RecordedRun,
  type SummaryRow,
  type Temperature,
  type Verdict,
} from './recorded-run/index.js';
import { baselineName, shortEstimate, shortInterval } from './wording.js';

/** What one phase of one engine costs, over the whole corpus: what every form of a report says first. */
export interface Price {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: string;
  /** Undefined where the sizes told no price, and in runs of earlier versions. */
  readonly nanosecondsPerByte: RecordedEstimate | undefined;
  /** Time of a function before its bytes; undefined where it was not told apart from them. */
  readonly nanosecondsPerFunction: RecordedEstimate | undefined;
  /** The price of a byte / the unit's time of one: what is charged. Without a price, the equal-bytes ratio in its place. */
  readonly multiplier: number;
  /** Which of both it is. */
  readonly quantity: PriceQuantity;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  /** How far other modules move the multiplier. */
  readonly corpusInterval: { readonly low: number; readonly high: number } | undefined;
  /** On the price of a byte: by its own intervals, and no better than what the phase charges over the corpus. */
  readonly verdict: Verdict;
  /** What is paid before the bytes, each with a verdict of its own. */
  readonly constants: readonly ConstantPrice[];
  readonly reasons: readonly string[];
  readonly memset: string;
  /** Whether a profile charges it, or only the summary tells it. */
  readonly charged: boolean;
}

/** A function, a module, a process, before its first byte. */
export interface ConstantPrice {
  readonly per: (typeof PRICED_ENTITIES)[number];
  readonly nanoseconds: RecordedEstimate;
  readonly verdict: Verdict;
}

/** What stands where a price's multiplier is wanted; runs of earlier versions, and what the sizes told no price of, have a ratio alone. */
export const PRICE_QUANTITIES = ['multiplier', 'equal-bytes ratio'] as const;

export type PriceQuantity = (typeof PRICE_QUANTITIES)[number];

type PricedRun = Pick<RecordedRun, 'run' | 'summary' | 'fits' | 'profiles'>;

/** Every engine's prices, warm before cold, engines in the order of the run. */
export function prices({ run, summary, fits, profiles }: PricedRun): Price[] {
  return run.engines.flatMap(({ name }) => {
    const profile = profiles.find(({ engine }) => engine.name === name);
    const own = summary.filter((row) => row.engine === name && row.sizeClass === 'all');
    const kernel = profile?.baseline.kernel ?? own.find(({ temperature }) => temperature === 'warm')?.kernel;
    const regime = profile?.baseline.regime ?? 'hot';
    const rows = own.filter((row) => row.kernel === kernel && row.regime === regime);
    return rows
      .toSorted((a, b) => Number(a.temperature === 'cold') - Number(b.temperature === 'cold'))
      .map((row) => price(row, chargedPrice(profile, row), fittedPrice(fits, row)));
  });
}

function chargedPrice(profile: ProfileRecord | undefined, { temperature, phase }: SummaryRow) {
  return profile?.policies[temperature]?.phases[phase as 'parse'];
}

function fittedPrice(fits: PricedRun['fits'], { engine, kernel, phase, temperature }: SummaryRow) {
  return fits?.prices?.find(
    (one) =>
      one.engine === engine &&
      one.phase === phase &&
      one.temperature === temperature &&
      one.kernel === kernel,
  );
}

function price(
  row: SummaryRow,
  charged: ReturnType<typeof chargedPrice>,
  fitted: ReturnType<typeof fittedPrice>,
): Price {
  const { engine, temperature, phase } = row;
  const measured = charged ?? fitted;
  const { low, high, confidenceLevel, processes } = measured?.multiplier ?? row;
  const nanosecondsPerByte = measured?.nanosecondsPerByte;
  const nanosecondsPerFunction = measured?.constants.find(({ per }) => per === 'function')?.nanoseconds;
  const phaseVerdict = measured === undefined ? row.verdict : worstVerdict([row.verdict, measured.verdict]);
  const verdict = priceVerdict(phaseVerdict, [measured?.multiplier, nanosecondsPerByte]);
  const constants = (measured?.constants ?? []).map(({ nanoseconds, per }) => ({
    ...{ per, nanoseconds },
    verdict: priceVerdict(phaseVerdict, [nanoseconds]),
  }));
  const isWide = verdict !== phaseVerdict && !row.reasons.includes('wide-interval');
  return {
    ...{ engine, temperature, phase, low, high, confidenceLevel, processes, verdict },
    ...{ nanosecondsPerByte, nanosecondsPerFunction, constants },
    reasons: isWide ? [...row.reasons, 'wide-interval'] : row.reasons,
    multiplier:
      charged === undefined
        ? (fitted?.multiplier.estimate ?? row.ratio)
        : charged.multiplierThousandths / 1000,
    quantity: measured === undefined ? 'equal-bytes ratio' : 'multiplier',
    corpusInterval: measured?.corpusInterval ?? undefined,
    memset: baselineName(row),
    charged: charged !== undefined,
  };
}

/** What a phase's first call in a process takes, whatever it is given. */
function millisecondsPerProcess({ constants }: Price): RecordedEstimate | undefined {
  const found = constants.find(({ per }) => per === 'process')?.nanoseconds;
  return found && { ...found, ...scaled(found, 1e-6) };
}

export function priceTable(rows: readonly Price[]): ContentTable {
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  const timed = rows.some(({ nanosecondsPerByte }) => nanosecondsPerByte !== undefined);
  const time = (estimate: RecordedEstimate | undefined): string =>
    estimate === undefined ? '-' : shortEstimate(estimate);
  // Most of a first call's time: no price of a byte says anything without it.
  const ofProcess = rows.some((row) => millisecondsPerProcess(row) !== undefined);
  const ofFunction = rows.some(({ nanosecondsPerFunction }) => nanosecondsPerFunction !== undefined);
  return contentTable(rows, [
    several ? { heading: 'engine', cell: ({ engine }) => engine } : undefined,
    { heading: 'phase', cell: ({ phase }) => phase },
    timed
      ? { heading: 'ns per byte', cell: (row) => time(row.nanosecondsPerByte), numeric: true }
      : undefined,
    timed && (ofFunction || !ofProcess)
      ? { heading: 'ns per function', cell: (row) => time(row.nanosecondsPerFunction), numeric: true }
      : undefined,
    ofProcess
      ? { heading: 'ms per process', cell: (row) => time(millisecondsPerProcess(row)), numeric: true }
      : undefined,
    ...PRICE_QUANTITIES.filter((one) => rows.some(({ quantity }) => quantity === one)).map((one) => ({
      heading: one,
      cell: ({ multiplier, quantity, ...bounds }: Price) =>
        quantity === one ? shortEstimate({ estimate: multiplier, ...bounds }) : '-',
      numeric: true,
    })),
    rows.some(({ corpusInterval }) => corpusInterval !== undefined)
      ? {
          heading: 'with other modules',
          cell: ({ corpusInterval }) => (corpusInterval === undefined ? '-' : shortInterval(corpusInterval)),
          numeric: true,
        }
      : undefined,
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
}
