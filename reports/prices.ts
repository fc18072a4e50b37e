import { contentTable, type ContentTable } from './content.js';
import {
  worstVerdict,
  type ProfileRecord,
  type RecordedEstimate,
  type RecordedRun,
  type SummaryRow,
  type Temperature,
  type Verdict,
} from './recorded-run/index.js';
import { baselineName, shortEstimate } from './wording.js';

/** What one phase of one engine costs, over the whole corpus: what every form of a report says first. */
export interface Price {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: string;
  /** Time of a byte more; undefined where no line was fitted. */
  readonly nanosecondsPerByte: RecordedEstimate | undefined;
  /** Time of a function however small (of a module, for phases that handle whole modules). */
  readonly nanosecondsPerFunction: RecordedEstimate | undefined;
  /** What is charged, times the memset of as many bytes. */
  readonly multiplier: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly memset: string;
  /** Whether a profile charges it, or only the summary tells it. */
  readonly charged: boolean;
}

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
      .map((row) => {
        const slope = fits?.slopes.find(
          (one) =>
            one.engine === name &&
            one.phase === row.phase &&
            one.temperature === row.temperature &&
            one.kernel === kernel &&
            one.regime === regime,
        );
        return price(row, slope, multiplierOf(profile, row));
      });
  });
}

function multiplierOf(profile: ProfileRecord | undefined, { temperature, phase }: SummaryRow) {
  return profile?.policies[temperature]?.phases[phase as 'parse'];
}

function price(
  row: SummaryRow,
  slope:
    | { readonly nanosecondsPerByte: RecordedEstimate; readonly nanosecondsPerFunction: RecordedEstimate }
    | undefined,
  multiplier: ReturnType<typeof multiplierOf>,
): Price {
  const { engine, temperature, phase, low, high, confidenceLevel, processes, reasons } = row;
  return {
    ...{ engine, temperature, phase, low, high, confidenceLevel, processes, reasons },
    nanosecondsPerByte: slope?.nanosecondsPerByte,
    nanosecondsPerFunction: slope?.nanosecondsPerFunction,
    multiplier: multiplier === undefined ? row.ratio : multiplier.multiplierThousandths / 1000,
    verdict: multiplier === undefined ? row.verdict : worstVerdict([row.verdict, multiplier.verdict]),
    memset: baselineName(row),
    charged: multiplier !== undefined,
  };
}

export function priceTable(rows: readonly Price[]): ContentTable {
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  const timed = rows.some(({ nanosecondsPerByte }) => nanosecondsPerByte !== undefined);
  const time = (estimate: RecordedEstimate | undefined): string =>
    estimate === undefined ? '-' : shortEstimate(estimate);
  return contentTable(rows, [
    several ? { heading: 'engine', cell: ({ engine }) => engine } : undefined,
    { heading: 'phase', cell: ({ phase }) => phase },
    timed
      ? { heading: 'ns per byte', cell: (row) => time(row.nanosecondsPerByte), numeric: true }
      : undefined,
    timed
      ? { heading: 'ns per function', cell: (row) => time(row.nanosecondsPerFunction), numeric: true }
      : undefined,
    {
      heading: 'multiplier',
      cell: ({ multiplier, ...bounds }) => shortEstimate({ estimate: multiplier, ...bounds }),
      numeric: true,
    },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
}
