import {
  comparisonContent,
  type ContentTable,
  compareEngines,
  translateToValidate,
  type ComparedPhase,
  fuelCosts,
  METERING_NOTE,
  meteringTable,
} from '@wasm-dyno/reports';
import {
  SIZE_CLASS_NAMES,
  MEMSET_REGIMES,
  type RecordedRun,
  type SummaryRow,
} from '@wasm-dyno/reports/recorded-run';
import { counted, machineLine, percent, shortFigure, shortInterval } from '@wasm-dyno/reports/wording';
import { WASMI_DEFAULT_COSTS } from '../export/wasmi-fuel-costs.js';
import { costsOfSummary } from '../export/measured-costs.js';
import { MissingMeasurement } from '../export/missing-measurement.js';
import { recommendForWasmi, type WasmiRecommendation } from '../export/recommend-wasmi.js';
import type { RoundedCost } from '../export/rounded-cost.js';
import { median } from '../statistics/index.js';
import { CLAIMS } from './claims.js';
import type { ModuleQuotient } from './translate-to-validate.js';

/** The engine that the claims are about. */
const CLAIMED = 'wasmi';

/** The block of Markdown between the study's markers. `images`: a Markdown image per name, where it was drawn. */
export function studyFigures(
  runs: readonly RecordedRun[],
  modules: readonly ModuleQuotient[],
  images: ReadonlyMap<string, string>,
): string {
  const image = (name: string): string[] => (images.has(name) ? [images.get(name)!, ''] : []);
  return [
    ...provenance(runs),
    '',
    '### The engines side by side',
    '',
    ...image('engines'),
    ...runs.flatMap(comparison),
    '',
    '### Compile / memset by regime',
    '',
    ...image('by-regime'),
    ...table(byRegime(runs)),
    '',
    '### Wasmi by function size',
    '',
    ...image('by-size'),
    ...table(bySize(runs)),
    '',
    '### Translate : validate',
    '',
    ...quotients(runs),
    ...moduleQuotients(modules),
    '',
    '### The claims',
    '',
    ...claims(runs),
    '',
    '### What is charged, and what it takes',
    '',
    ...runs.flatMap(metering),
    '',
    '### What 7, 2 and 64 mean here',
    '',
    ...defaults(runs),
  ].join('\n');
}

function provenance(runs: readonly RecordedRun[]): string[] {
  return runs.map(({ run, summary }) => {
    const engines = run.engines.map(({ name, description }) =>
      `${name} ${description?.version ?? ''}`.trim(),
    );
    const good = summary.filter(({ verdict }) => verdict === 'ok').length;
    return (
      `- ${run.createdAt}, ${engines.join(', ')}; ${machineLine(run.machine)}; seed ${run.seed}; ` +
      `corpora ${run.corpora.map(({ name }) => name).join(', ')}; ${good} of ${counted(summary.length, 'ratio')} with the verdict ok.`
    );
  });
}

function comparison(recorded: RecordedRun): string[] {
  const content = comparisonContent(recorded);
  if (content === undefined) return ['Not measured in this run.'];
  return [...table(content.table), '', ...content.notes.map((note) => `- ${note}`)];
}

function compared(runs: readonly RecordedRun[], regime: (typeof MEMSET_REGIMES)[number]): ComparedPhase[] {
  return runs.flatMap((run) => compareEngines(run, regime));
}

function byRegime(runs: readonly RecordedRun[]): ContentTable {
  const byRegimes = MEMSET_REGIMES.map((regime) => compared(runs, regime));
  const rows = byRegimes[0]!.map((hot) => [
    hot.engine,
    hot.phase,
    shortFigure(hot.nanosecondsPerByte),
    ...byRegimes.map((of) => {
      const row = of.find(({ engine, phase }) => engine === hot.engine && phase === hot.phase);
      return row === undefined ? '' : `${shortFigure(row.ratio)} (${shortInterval(row)})`;
    }),
  ]);
  return { heading: ['engine', 'phase', 'ns per byte', ...MEMSET_REGIMES], rows, numeric: [2, 3, 4, 5, 6] };
}

function bySize(runs: readonly RecordedRun[]): ContentTable {
  const rows = wasmiRows(runs).filter(({ regime }) => regime === 'hot');
  return {
    heading: [
      'body bytes',
      'hot memset, ns per byte',
      'validate, ns per byte',
      'ratio',
      'translate, ns per byte',
      'ratio',
      'translate : validate',
    ],
    rows: SIZE_CLASS_NAMES.flatMap((sizeClass) => {
      const [validate, translate] = ['validate', 'translate'].map((phase) =>
        rows.find((row) => row.phase === phase && row.sizeClass === sizeClass),
      );
      if (validate === undefined || translate === undefined) return [];
      const cells = (row: SummaryRow): string[] => [
        shortFigure(row.phaseNanosecondsPerByte),
        shortFigure(row.ratio),
      ];
      const quotient = translate.phaseNanosecondsPerByte / validate.phaseNanosecondsPerByte;
      return [
        [
          sizeClass,
          shortFigure(validate.memsetNanosecondsPerByte),
          ...cells(validate),
          ...cells(translate),
          shortFigure(quotient),
        ],
      ];
    }),
    numeric: [1, 2, 3, 4, 5, 6],
  };
}

/** Warm rows of Wasmi against its first kernel. */
function wasmiRows(runs: readonly RecordedRun[]): SummaryRow[] {
  const rows = runs.flatMap(({ summary }) =>
    summary.filter(({ engine, temperature }) => engine === CLAIMED && temperature === 'warm'),
  );
  return rows.filter(({ kernel }) => kernel === rows[0]!.kernel);
}

function quotients(runs: readonly RecordedRun[]): string[] {
  const found = translateToValidate(compared(runs, 'hot'));
  if (found.length === 0) return ['Not measured in these runs.'];
  return found.map((quotient) => {
    const { engine, estimate } = quotient;
    const known = engine === CLAIMED ? " Wasmi's own benchmarks imply 2.4 to 3.9; its fuel charges 3.5." : '';
    return `- ${engine}: translating takes ${shortFigure(estimate)} times as long as validating (${shortInterval(quotient)}).${known}`;
  });
}

/** Module by module, with metering and without. */
function moduleQuotients(all: readonly ModuleQuotient[]): string[] {
  const engines = [...new Set(all.map(({ engine }) => engine))];
  if (engines.length === 0) return [];
  const told = engines.map((engine) => {
    const values = all.filter((known) => known.engine === engine).map(({ quotient }) => quotient);
    return `${engine} ${shortFigure(Math.min(...values))} to ${shortFigure(Math.max(...values))}, median ${shortFigure(median(values))}`;
  });
  const rows = [...new Set(all.map(({ module }) => module))].map((module) => {
    const of = (engine: string): ModuleQuotient | undefined =>
      all.find((known) => known.module === module && known.engine === engine);
    const cells = engines.flatMap((engine) => {
      const known = of(engine);
      return known === undefined
        ? ['', '', '']
        : [known.validateNanosecondsPerByte, known.translateNanosecondsPerByte, known.quotient].map(
            shortFigure,
          );
    });
    return [module, shortFigure(all.find((known) => known.module === module)!.bodyBytes), ...cells];
  });
  return [
    '',
    `Whole modules, one after the other, ns per body byte: ${told.join('; ')}.`,
    '',
    ...table({
      heading: [
        'module',
        'body bytes',
        ...engines.flatMap((engine) => [`${engine}: validate`, 'translate', 'quotient']),
      ],
      rows,
      numeric: [1, 2, 3, 4, 5, 6, 7],
    }),
  ];
}

function claims(runs: readonly RecordedRun[]): string[] {
  const all = MEMSET_REGIMES.flatMap((regime) =>
    compared(runs, regime).filter(({ engine, phase }) => engine === CLAIMED && phase !== 'parse'),
  );
  if (all.length === 0) return ['Wasmi was not measured in these runs.'];
  return CLAIMS.map(({ claim, low, high }) => {
    // An interval that meets the claimed range supports it; else the nearest says by how much it misses.
    const meeting = all.filter((row) => row.high >= low && row.low <= high);
    const distance = ({ ratio }: ComparedPhase): number =>
      Math.abs(Math.log(ratio / Math.min(high, Math.max(low, ratio))));
    const nearest = [...all].sort((a, b) => distance(a) - distance(b))[0]!;
    const told = (row: ComparedPhase): string =>
      `${row.phase} against a ${row.regime} memset (${shortFigure(row.ratio)})`;
    return meeting.length > 0
      ? `- ${claim}: met by ${meeting.map(told).join(', ')}.`
      : `- ${claim}: met nowhere here; nearest is ${told(nearest)}.`;
  });
}

function metering(recorded: RecordedRun): string[] {
  const content = meteringTable(recorded);
  if (content === undefined || recorded.metering === undefined) {
    return ['Not measured: `wasm-dyno metering` on the run directory does it.'];
  }
  const { programs, processes, createdAt } = recorded.metering;
  return [
    `Measured ${createdAt}, ${counted(processes, 'process execution')} per engine. ${METERING_NOTE}`,
    '',
    ...table(content),
    '',
    ...programs.map(({ name, description, source }) => `- \`${name}\`: ${description}; ${source}`),
  ];
}

function defaults(runs: readonly RecordedRun[]): string[] {
  const { bytesCopiedPerFuel, fuelPerBytesTranslated, fuelPerBytesValidated } = WASMI_DEFAULT_COSTS;
  const lines = runs.flatMap((run) =>
    MEMSET_REGIMES.flatMap((regime) => {
      const row = (phase: string): ComparedPhase | undefined =>
        compareEngines(run, regime).find((known) => known.engine === CLAIMED && known.phase === phase);
      return (
        [
          ['translate', fuelPerBytesTranslated],
          ['validate', fuelPerBytesValidated],
        ] as const
      ).flatMap(([phase, fuelPerByte]) => {
        const known = row(phase);
        if (known === undefined) return [];
        const charged = fuelPerByte * bytesCopiedPerFuel;
        return [
          [
            `${phase}: ${fuelPerByte} x ${bytesCopiedPerFuel}`,
            regime,
            `${charged}x`,
            `${shortFigure(known.ratio)}x (${shortInterval(known)})`,
            `${shortFigure(charged / known.ratio)} of its time`,
          ],
        ];
      });
    }),
  );
  return [
    ...table({
      heading: ['charge', 'regime', 'charged / memset', 'measured / memset', 'compiling is charged'],
      rows: lines,
      numeric: [2, 3],
    }),
    '',
    ...runs.flatMap(againstExecution),
    ...runs.flatMap(recommendations),
  ];
}

/** Compile charges against the time of an executed fuel. */
function againstExecution(run: RecordedRun): string[] {
  const own = fuelCosts(run).filter(({ engine }) => engine === CLAIMED);
  const executed = own.find(({ charged }) => charged === 'geometric mean')?.nanosecondsPerFuel;
  if (executed === undefined) return [];
  const compiled = own.filter(({ kind, nanosecondsPerFuel }) => kind === 'compile' && nanosecondsPerFuel);
  return [
    `A fuel buys ${shortFigure(executed.estimate)} ns of executing (${shortInterval(executed)}), over all programs. ` +
      compiled
        .map(({ what, nanosecondsPerFuel: time }) => {
          const times = time!.estimate / executed.estimate;
          return `In the mode \`${what}\` it buys ${shortFigure(time!.estimate)} ns of compiling, ${shortFigure(times)} times as much`;
        })
        .join('. ') +
      '.',
    '',
  ];
}

/** `CustomFuelCosts` for each anchor that was measured. */
function recommendations(run: RecordedRun): string[] {
  const rows = wasmiRows([run]);
  const engine = run.run.engines.find(({ name }) => name === CLAIMED);
  if (rows.length === 0 || engine === undefined) return [];
  const overall = run.metering?.engines.find(({ name }) => name === CLAIMED)?.overall?.nanosecondsPerFuel;
  const costs = costsOfSummary(run.summary, {
    engine: CLAIMED,
    kernel: rows[0]!.kernel,
    regime: 'hot',
    provenance: {
      engineVersion: engine.description?.version ?? '',
      flags: engine.description?.flags ?? [],
      machine: run.run.machine.cpuModel,
      date: run.run.createdAt,
    },
    ...(overall === undefined ? {} : { operatorNanoseconds: overall }),
  });
  const cell = ({ value, exact, roundingError }: RoundedCost): string =>
    `${value} (${shortFigure(exact.estimate)}, ${shortInterval(exact)}; rounding ${percent(roundingError)})`;
  const recommended = (['memset', 'operator'] as const).flatMap((anchor): WasmiRecommendation[] => {
    try {
      return [recommendForWasmi(costs, { anchor })];
    } catch (error) {
      if (error instanceof MissingMeasurement) return [];
      throw error;
    }
  });
  return [
    '`CustomFuelCosts` for this machine, against the hot memset, whole numbers with what rounding does to them:',
    '',
    ...table({
      heading: ['anchor', 'bytes_copied_per_fuel', 'fuel_per_bytes_translated', 'fuel_per_bytes_validated'],
      rows: recommended.map((known) => [
        known.anchor,
        cell(known.bytesCopiedPerFuel),
        cell(known.fuelPerBytesTranslated),
        cell(known.fuelPerBytesValidated),
      ]),
      numeric: [],
    }),
  ];
}

function table({ heading, rows, numeric }: ContentTable): string[] {
  return [
    `| ${heading.join(' | ')} |`,
    `|${heading.map((_, column) => (numeric.includes(column) ? '--:' : '---')).join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}
