import { grouped } from '../arm-times.js';
import { median, quantile } from '../sample.js';
import type { Chart, ChartPoint } from '../charts/chart.js';
import {
  charts,
  contentTable,
  foldedTable,
  paragraph,
  type ContentSection,
  type ContentTable,
} from '../content.js';
import type { ModelPredictionRow, ProfileRecord, RecordedRun } from '../recorded-run/index.js';
import { byteSize, counted, duration, figure, percent, phaseLook, shortFigure } from '../wording.js';
import { origin } from './origin.js';

/** More points of a phase hide each other. */
const MOST_DRAWN = 250;

/** Whether cost models foretell functions that they have not seen; only of a run with a census. */
export function modelsSection(recorded: RecordedRun): ContentSection | undefined {
  const groups = chargedPredictions(recorded);
  const priced = recorded.profiles.flatMap(({ engine, models }) =>
    models === undefined ? [] : [{ engine: engine.name, models }],
  );
  if (groups.length === 0 && priced.length === 0) return undefined;
  return {
    id: 'models',
    title: 'Every function, foretold and measured',
    short: 'Models',
    finding: modelsFinding(groups),
    blocks: [
      paragraph(
        'Each function was timed by itself, and foretold by a model that was fitted without its module. The dotted lines bound the domain: ' +
          'functions outside of it are charged safe.',
      ),
      charts(
        ...[...grouped(groups, ({ engine }) => [engine])].flatMap((own) => [
          timesChart(recorded, own),
          foretoldChart(recorded, own),
        ]),
      ),
      ...priced.map(({ engine, models }) => ({
        kind: 'table' as const,
        caption: `How far each model foretells, modules held out: ${engine}`,
        table: trialTable(models),
      })),
      ...priced.map(({ engine, models }) =>
        foldedTable(`What is charged for by each model: ${engine}`, priceTable(models)),
      ),
    ],
  };
}

type Models = NonNullable<ProfileRecord['models']>;
type PhaseModels = NonNullable<Models['phases']['validate']>;

/** One engine's functions in one phase, by the model that is charged. */
interface Foretold {
  readonly engine: string;
  readonly phase: string;
  readonly model: string;
  readonly domain: PhaseModels['domain'] | undefined;
  readonly rows: readonly ModelPredictionRow[];
}

/** Of each engine and phase the model that its profile charges by; the first, where it has none. */
function chargedPredictions({ modelPredictions, profiles }: RecordedRun): Foretold[] {
  const timed = modelPredictions.filter(
    ({ nanoseconds, predictedNanoseconds }) => nanoseconds > 0 && predictedNanoseconds > 0,
  );
  return [...grouped(timed, ({ engine, phase }) => [engine, phase])].map((rows) => {
    const { engine, phase, model: first } = rows[0]!;
    const models = profiles.find((profile) => profile.engine.name === engine)?.models?.phases[phase];
    const model = rows.some((row) => row.model === models?.charged) ? models!.charged : first;
    return { engine, phase, model, domain: models?.domain, rows: rows.filter((row) => row.model === model) };
  });
}

const foretold = ({ nanoseconds, predictedNanoseconds }: ModelPredictionRow): number =>
  predictedNanoseconds / nanoseconds;

function modelsFinding(groups: readonly Foretold[]): string | undefined {
  if (groups.length === 0) return undefined;
  const several = new Set(groups.map(({ engine }) => engine)).size > 1;
  const parts = groups.map(({ engine, model, phase, rows }) => {
    const error = median(rows.map((row) => Math.abs(foretold(row) - 1)));
    return `${several ? `${engine} ` : ''}${phase} by ${model} within ${percent(error, 0)}`;
  });
  return `Half of ${counted(groups[0]!.rows.length, 'function')} are foretold, unseen: ${parts.join(', ')}.`;
}

/** What each function took by its size, with what is foretold. */
function timesChart(recorded: RecordedRun, groups: readonly Foretold[]): Chart {
  return {
    title: `Time of every function by its size: ${groups[0]!.engine}`,
    caption: `Points: single functions, medians over processes${drawnWords(groups)}. Lines: what the model foretells for them, the median of like sizes. ${origin(recorded)}`,
    xLabel: 'body, bytes',
    yLabel: 'nanoseconds',
    xBytes: true,
    landmarks: domainMarks(groups),
    series: groups.map(({ phase, rows }) => ({
      name: phase,
      look: phaseLook(phase),
      cloud: true,
      points: thinned(rows).map((row) => ({ x: row.bytes, y: row.nanoseconds, note: functionNote(row) })),
      line: bySize(rows, ({ predictedNanoseconds }) => predictedNanoseconds).map(({ x, y }) => ({ x, y })),
    })),
  };
}

/** Foretold / measured, with the band that nine functions in ten of like size lie in. */
function foretoldChart(recorded: RecordedRun, groups: readonly Foretold[]): Chart {
  const models = groups.map(({ model, phase }) => `${phase} by ${model}`).join(', ');
  return {
    title: `Foretold / measured, by size: ${groups[0]!.engine}`,
    caption: `${models}. Lines: the median of functions of like size; bands: nine in ten of them. 1 is a perfect prediction. ${origin(recorded)}`,
    xLabel: 'body, bytes',
    yLabel: 'foretold / measured',
    xBytes: true,
    levels: [{ y: 1, label: '' }],
    landmarks: domainMarks(groups),
    series: groups.map(({ phase, rows }) => ({
      name: phase,
      look: phaseLook(phase),
      cloud: true,
      points: thinned(rows).map((row) => ({ x: row.bytes, y: foretold(row), note: functionNote(row) })),
      line: bySize(rows, foretold),
    })),
  };
}

function drawnWords(groups: readonly Foretold[]): string {
  const most = Math.max(...groups.map(({ rows }) => rows.length));
  return most <= MOST_DRAWN ? '' : `, ${MOST_DRAWN} of ${most.toLocaleString('en-US')} drawn`;
}

function functionNote(row: ModelPredictionRow): string {
  const name = row.function === undefined ? row.module : `${row.module} function ${row.function}`;
  return `${name}, ${row.phase}: ${duration(row.nanoseconds)} for ${figure(row.bytes)} bytes, foretold ${duration(row.predictedNanoseconds)}`;
}

/** Every so many of them in the order of their sizes: large ones are few, and all sizes are there. */
function thinned(rows: readonly ModelPredictionRow[]): ModelPredictionRow[] {
  const sorted = rows.toSorted((a, b) => a.bytes - b.bytes || a.nanoseconds - b.nanoseconds);
  const step = Math.max(1, sorted.length / MOST_DRAWN);
  return Array.from(
    { length: Math.min(MOST_DRAWN, sorted.length) },
    (_, index) => sorted[Math.floor(index * step)]!,
  );
}

/** Median and the band from the 5th to the 95th percentile, three bins to a doubling of sizes; bins of few are left out. */
function bySize(
  rows: readonly ModelPredictionRow[],
  valueOf: (row: ModelPredictionRow) => number,
): ChartPoint[] {
  return [...grouped(rows, ({ bytes }) => [Math.round(1.5 * Math.log2(bytes))])]
    .filter((bin) => bin.length >= 8)
    .map((bin) => {
      const values = bin.map(valueOf).sort((a, b) => a - b);
      return {
        ...{ x: median(bin.map(({ bytes }) => bytes)), y: quantile(values, 0.5) },
        ...{ low: quantile(values, 0.05), high: quantile(values, 0.95) },
      };
    })
    .sort((a, b) => a.x - b.x);
}

/** Where every phase's domain begins and ends. */
function domainMarks(groups: readonly Foretold[]): { x: number; label: string }[] {
  const domains = groups.flatMap(({ domain }) => domain ?? []);
  if (domains.length === 0) return [];
  return [
    { x: Math.max(...domains.map(({ leastBytes }) => leastBytes)), label: '' },
    { x: Math.min(...domains.map(({ mostBytes }) => mostBytes)), label: 'domain' },
  ];
}

function phasesOfModels(models: Models): (readonly [string, PhaseModels])[] {
  return Object.entries(models.phases);
}

function trialTable(models: Models): ContentTable {
  const rows = phasesOfModels(models).flatMap(([phase, { charged, domain, models: all }]) =>
    all.map((model) => ({
      phase,
      charged,
      domain,
      ...model,
      trial: model.policies.typical.heldOut.module,
      p90: model.policies.p90.heldOut.module,
    })),
  );
  return contentTable(rows, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'model', cell: ({ charged, name }) => (name === charged ? `${name} (charged)` : name) },
    { heading: 'median error', cell: ({ trial }) => percent(trial.medianError, 0), numeric: true },
    { heading: 'p95', cell: ({ trial }) => percent(trial.p95Error, 0), numeric: true },
    {
      heading: 'modules',
      cell: ({ trial }) => `${shortFigure(trial.leastOfModules)} to ${shortFigure(trial.mostOfModules)}`,
      numeric: true,
    },
    { heading: 'p90 undercharges', cell: ({ p90 }) => percent(p90.undercharged), numeric: true },
    { heading: 'worst', cell: ({ p90 }) => `${shortFigure(p90.worst)} times`, numeric: true },
    {
      heading: 'domain',
      cell: ({ domain }) => `${byteSize(domain.leastBytes)} to ${byteSize(domain.mostBytes)}`,
      numeric: true,
    },
  ]);
}

function priceTable(models: Models): ContentTable {
  const rows = phasesOfModels(models).flatMap(([phase, { models: all }]) =>
    all.flatMap(({ name, prices }) => prices.map((price) => ({ phase, name, ...price }))),
  );
  const thousandths = (value: number) => shortFigure(value / 1000);
  return contentTable(rows, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'model', cell: ({ name }) => name },
    { heading: 'a', cell: (row) => row.of },
    ...(['typical', 'p90', 'p99', 'safe'] as const).map((policy) => ({
      heading: `${policy}, bytes filled`,
      cell: (row: (typeof rows)[number]) => thousandths(row.thousandths[policy]),
      numeric: true,
    })),
    {
      heading: 'over modules',
      cell: ({ overModules }) =>
        overModules === null ? '' : `${thousandths(overModules.low)} to ${thousandths(overModules.high)}`,
      numeric: true,
    },
  ]);
}
