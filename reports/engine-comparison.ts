import type { Bounded } from './bounded.js';
import type { MemsetRegime, RecordedMachine, SummaryRow, Verdict } from './recorded-run/index.js';
import { MEASURED_PHASES, MEMSET_REGIMES, worstVerdict } from './recorded-run/index.js';

/** What one engine takes for one phase, over the whole corpus, beside what every other engine takes. */
export interface ComparedPhase {
  readonly engine: string;
  readonly version: string;
  /** A measured phase, or `validate + translate` where an engine has the two apart: what others do in `compile`. */
  readonly phase: string;
  readonly nanosecondsPerByte: number;
  /** Warm time / memset time at equal bytes, with its interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: Verdict;
  /** The memset that the ratio is against: the engine's first kernel. */
  readonly kernel: string;
  readonly regime: MemsetRegime;
  /** The first call in a fresh process against the same memset; undefined when not measured. */
  readonly cold:
    | { readonly ratio: number; readonly low: number; readonly high: number; readonly verdict: Verdict }
    | undefined;
}

/** What the comparison needs of a run. */
export interface ComparedRun {
  readonly run: {
    readonly engines: readonly {
      readonly name: string;
      readonly about?: string;
      readonly description?: { readonly version: string } | null;
    }[];
    readonly machine: RecordedMachine;
  };
  readonly summary: readonly SummaryRow[];
}

/** A quotient of two phases of one engine. Its bounds are as wide as both together. */
export interface PhaseQuotient extends Bounded {
  readonly engine: string;
}

export const VALIDATE_AND_TRANSLATE = 'validate + translate';

/** A row per engine and phase against one regime of memset, engines in the order of the run. */
export function compareEngines(
  { run, summary }: ComparedRun,
  regime: MemsetRegime = MEMSET_REGIMES[0],
): ComparedPhase[] {
  return run.engines.flatMap(({ name, description }) => {
    const own = summary.filter((row) => row.engine === name && row.sizeClass === 'all');
    const kernel = own.find((row) => row.temperature === 'warm')?.kernel;
    const against = own.filter((row) => row.kernel === kernel && row.regime === regime);
    const warm = (phase: string): SummaryRow | undefined =>
      against.find((row) => row.phase === phase && row.temperature === 'warm');
    const rows = MEASURED_PHASES.flatMap((phase): ComparedPhase[] => {
      const row = warm(phase);
      if (row === undefined) return [];
      const cold = against.find((other) => other.phase === phase && other.temperature === 'cold');
      return [compared(row, description?.version ?? '', cold)];
    });
    const [validate, translate] = ['validate', 'translate'].map((phase) =>
      rows.find((row) => row.phase === phase),
    );
    if (validate === undefined || translate === undefined) return rows;
    return [...rows, sum(validate, translate)];
  });
}

/** How many times longer translating takes than validating, of each engine that has the two apart. */
export function translateToValidate(rows: readonly ComparedPhase[]): PhaseQuotient[] {
  return [...new Set(rows.map(({ engine }) => engine))].flatMap((engine) => {
    const [validate, translate] = ['validate', 'translate'].map((phase) =>
      rows.find((row) => row.engine === engine && row.phase === phase),
    );
    if (validate === undefined || translate === undefined) return [];
    return [
      {
        engine,
        estimate: translate.nanosecondsPerByte / validate.nanosecondsPerByte,
        low: translate.low / validate.high,
        high: translate.high / validate.low,
      },
    ];
  });
}

function compared(row: SummaryRow, version: string, cold: SummaryRow | undefined): ComparedPhase {
  const { engine, phase, ratio, low, high, confidenceLevel, processes, verdict, kernel, regime } = row;
  return {
    engine,
    version,
    phase,
    nanosecondsPerByte: row.phaseNanosecondsPerByte,
    ...{ ratio, low, high, confidenceLevel, processes, verdict, kernel, regime },
    cold: cold && { ratio: cold.ratio, low: cold.low, high: cold.high, verdict: cold.verdict },
  };
}

/** Both against the same memset of the same bytes, so the ratios add up; the interval is no narrower than it has to be. */
function sum(a: ComparedPhase, b: ComparedPhase): ComparedPhase {
  return {
    ...a,
    phase: VALIDATE_AND_TRANSLATE,
    nanosecondsPerByte: a.nanosecondsPerByte + b.nanosecondsPerByte,
    ratio: a.ratio + b.ratio,
    low: a.low + b.low,
    high: a.high + b.high,
    confidenceLevel: Math.min(a.confidenceLevel, b.confidenceLevel),
    processes: Math.min(a.processes, b.processes),
    verdict: worstVerdict([a.verdict, b.verdict]),
    cold: a.cold &&
      b.cold && {
        ratio: a.cold.ratio + b.cold.ratio,
        low: a.cold.low + b.cold.low,
        high: a.cold.high + b.cold.high,
        verdict: worstVerdict([a.cold.verdict, b.cold.verdict]),
      },
  };
}
