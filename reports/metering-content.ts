import { exactly, scaled, type Bounded } from './bounded.js';
import { contentTable, type ContentTable } from './content.js';
import {
  MEMSET_REGIMES,
  worstVerdict,
  type MeteredEngine,
  type MeteringRecord,
  type SummaryRow,
  type Verdict,
} from './recorded-run/index.js';
import { shortFigure, shortInterval } from './wording.js';

/** One thing that an engine charges fuel for, and what a fuel's worth of it takes. */
export interface FuelCost {
  readonly engine: string;
  readonly kind: 'execute' | 'compile' | 'memset';
  /** A program, a mode of compiling, or a regime of the memset. */
  readonly what: string;
  /** How it is charged, for people: `7 fuel/byte`. */
  readonly charged: string;
  /** Undefined where nothing is charged: the time is then free of fuel. */
  readonly nanosecondsPerFuel: Bounded | undefined;
  readonly verdict: Verdict;
}

export interface MeteredRun {
  readonly summary: readonly SummaryRow[];
  readonly metering: MeteringRecord | undefined;
}

export const ALL_PROGRAMS = 'all programs';

/** Everything charged in a run: executing, compiling, filling, for each engine that meters. */
export function fuelCosts({ summary, metering }: MeteredRun): FuelCost[] {
  return (metering?.engines ?? []).flatMap((engine) => [
    ...executionCosts(engine, metering!.engines),
    ...compileCosts(engine, summary),
    ...memsetCosts(engine, summary),
  ]);
}

/**
 * An engine without fuel is timed against the fuel that another one counts for the very same program: the one that counts
 * least, because some charge for operators that a branch skips.
 */
function executionCosts(engine: MeteredEngine, all: readonly MeteredEngine[]): FuelCost[] {
  const counting = engine.overall !== null ? engine : leastCounting(all);
  const costs = engine.programs.map(({ program, nanosecondsPerCall, verdict }): FuelCost => {
    const fuel = counting?.programs.find((other) => other.program === program)?.fuelPerCall;
    const known = fuel === undefined || fuel === null ? undefined : Number(fuel);
    return {
      engine: engine.name,
      kind: 'execute',
      what: program,
      charged:
        known === undefined
          ? 'nothing'
          : `${shortFigure(known)} fuel${counting === engine ? '' : ` (${counting!.name}'s)`}`,
      nanosecondsPerFuel: known === undefined ? undefined : scaled(nanosecondsPerCall, 1 / known),
      verdict,
    };
  });
  if (engine.overall === null) return costs;
  return [
    ...costs,
    {
      engine: engine.name,
      kind: 'execute',
      what: ALL_PROGRAMS,
      charged: 'geometric mean',
      nanosecondsPerFuel: scaled(engine.overall.nanosecondsPerFuel, 1),
      verdict: engine.overall.verdict,
    },
  ];
}

function leastCounting(engines: readonly MeteredEngine[]): MeteredEngine | undefined {
  const total = ({ programs }: MeteredEngine): number =>
    programs.reduce((sum, { fuelPerCall }) => sum + Number(fuelPerCall), 0);
  const most = Math.max(0, ...engines.map(({ programs }) => programs.length));
  return engines
    .filter(({ overall, programs }) => overall !== null && programs.length === most)
    .sort((a, b) => total(a) - total(b))[0];
}

function compileCosts(engine: MeteredEngine, summary: readonly SummaryRow[]): FuelCost[] {
  return engine.charges.flatMap(({ mode, phases, bodyBytes, fuel }): FuelCost[] => {
    const rows = phases.flatMap((phase) => rowOf(engine.name, phase, 'hot', summary) ?? []);
    if (rows.length !== phases.length || rows.length === 0) return [];
    const fuelPerByte = Number(fuel) / bodyBytes;
    const total = (of: (row: SummaryRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
    const perByte = {
      estimate: total((row) => row.phaseNanosecondsPerByte),
      low: total((row) => (row.phaseNanosecondsPerByte * row.low) / row.ratio),
      high: total((row) => (row.phaseNanosecondsPerByte * row.high) / row.ratio),
    };
    return [
      {
        engine: engine.name,
        kind: 'compile',
        what: mode,
        charged: fuelPerByte === 0 ? 'nothing' : `${shortFigure(fuelPerByte)} fuel/byte`,
        nanosecondsPerFuel: fuelPerByte === 0 ? undefined : scaled(perByte, 1 / fuelPerByte),
        verdict: worstVerdict(rows.map(({ verdict }) => verdict)),
      },
    ];
  });
}

function memsetCosts(engine: MeteredEngine, summary: readonly SummaryRow[]): FuelCost[] {
  const fuelPerByte = engine.memsetFuelPerByte;
  if (fuelPerByte === null) return [];
  return MEMSET_REGIMES.flatMap((regime): FuelCost[] => {
    const row = ['translate', 'compile', 'validate']
      .map((phase) => rowOf(engine.name, phase, regime, summary))
      .find((found) => found !== undefined);
    if (row === undefined) return [];
    const time = row.memsetNanosecondsPerByte / fuelPerByte;
    return [
      {
        engine: engine.name,
        kind: 'memset',
        what: `${regime} (${row.kernel})`,
        charged:
          fuelPerByte < 1
            ? `1 fuel/${shortFigure(1 / fuelPerByte)} bytes`
            : `${shortFigure(fuelPerByte)} fuel/byte`,
        nanosecondsPerFuel: exactly(time),
        verdict: row.verdict,
      },
    ];
  });
}

/** Warm, over the whole corpus, against the engine's first kernel. */
function rowOf(
  engine: string,
  phase: string,
  regime: string,
  summary: readonly SummaryRow[],
): SummaryRow | undefined {
  const own = summary.filter((row) => row.engine === engine && row.temperature === 'warm');
  return own.find(
    (row) =>
      row.phase === phase &&
      row.regime === regime &&
      row.sizeClass === 'all' &&
      row.kernel === own[0]!.kernel,
  );
}

/** Undefined when the run holds no metering. */
export function meteringTable(run: MeteredRun): ContentTable | undefined {
  const costs = fuelCosts(run);
  if (costs.length === 0) return undefined;
  return contentTable(costs, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'work', cell: ({ kind }) => kind },
    { heading: 'which', cell: ({ what }) => what },
    { heading: 'charged', cell: ({ charged }) => charged },
    {
      heading: 'ns/fuel',
      cell: ({ nanosecondsPerFuel: time }) => (time === undefined ? 'free' : shortFigure(time.estimate)),
      numeric: true,
    },
    {
      heading: 'interval',
      cell: ({ nanosecondsPerFuel: time }) =>
        time === undefined || time.low === time.high ? '' : shortInterval(time),
    },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
}

export const METERING_NOTE =
  'Where all ns/fuel of an engine are alike its schedule is fair; what stands above executing is charged too little for its ' +
  "time. Compile and memset rows combine the fuel read back with this run's times; programs run in processes of their own.";
