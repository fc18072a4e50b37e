import type { Bounded } from './bounded.js';
import {
  MEASURED_PHASES,
  unfinishedText,
  type MeasuredPhase,
  type MemsetRegime,
  type RecordedEstimate,
  type RecordedMachine,
  type RecordedRun,
  type RunRecord,
  type SizeClassName,
  type SummaryRow,
} from './recorded-run/index.js';
import { counted } from './recorded-run/counted.js';

export { counted };

/** How numbers and names read in every report. */

/** Four significant digits, with thousands separated: 2,512 or 0.01234. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value === 0) return '0';
  if (Math.abs(value) >= 1e15) return value.toExponential(3);
  if (Math.abs(value) >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  const digits = Number(value.toPrecision(4));
  return Math.abs(digits) >= 1e-6 ? String(digits) : digits.toExponential(3);
}

/** As many digits as a measured number deserves: three, and never fewer than its whole part; files carry all of them. */
export function shortFigure(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  return Math.abs(value) >= 1000 ? figure(Math.round(value)) : figure(Number(value.toPrecision(3)));
}

export function shortInterval({ low, high }: Pick<Bounded, 'low' | 'high'>): string {
  return `${shortFigure(low)} to ${shortFigure(high)}`;
}

/** Two digits, for what is said in passing: about how many times. */
export function roughFigure(value: number): string {
  return Number.isFinite(value) ? figure(Number(value.toPrecision(2))) : 'unknown';
}

/** `5.1 (5 to 5.2)` in three digits; `5.1` alone without a level of confidence. */
export function shortEstimate({
  estimate,
  low,
  high,
  confidenceLevel,
}: Pick<RecordedEstimate, 'estimate' | 'low' | 'high' | 'confidenceLevel'>): string {
  const alone = shortFigure(estimate);
  return confidenceLevel > 0 ? `${alone} (${shortInterval({ low, high })})` : alone;
}

export function percent(part: number, digits = 1): string {
  return Number.isFinite(100 * part) ? `${(100 * part).toFixed(digits)}%` : 'unknown';
}

export function interval({ low, high }: Pick<Bounded, 'low' | 'high'>): string {
  return `${figure(low)} to ${figure(high)}`;
}

/** `5.1 (5 to 5.2)`; `5.1` alone where too few processes carry no interval. */
export function estimateWithInterval(estimate: RecordedEstimate): string {
  const alone = figure(estimate.estimate);
  return estimate.confidenceLevel > 0 ? `${alone} (${interval(estimate)})` : alone;
}

/** What an interval covers: `96.1%`; `no interval` where too few processes carry one. */
export function level({ confidenceLevel }: Pick<RecordedEstimate, 'confidenceLevel'>): string {
  return confidenceLevel > 0 ? percent(confidenceLevel) : 'no interval';
}

/** A time in the unit that it is said in: `4.1 ns`, `1.42 ms`. */
export function duration(nanoseconds: number): string {
  const [size, unit] = (
    [
      [1e9, 's'],
      [1e6, 'ms'],
      [1e3, 'us'],
    ] as const
  ).find(([size]) => nanoseconds >= size) ?? [1, 'ns'];
  return `${shortFigure(nanoseconds / size)} ${unit}`;
}

/** 65,536 as `64 KiB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${shortFigure(value)} ${units[unit]}`;
}

export const REGIME_WORDS: Readonly<Record<MemsetRegime, string>> = {
  hot: 'hot: the same bytes again, in the L1 or L2 cache',
  llc: 'last-level cache: a walk over bytes that the last-level cache holds',
  memory: 'main memory: a walk over at least twice the last-level cache',
  'first-touch': 'first touch: fresh pages that the operating system must supply',
};

/** A part that others are held to be no greater than: never rounded down. */
export function percentAtMost(part: number): string {
  return percent(Math.ceil(part * 1000 - 1e-9) / 1000);
}

/** The machine in one line. */
export function machineLine(machine: RecordedMachine): string {
  const caches = [
    ['L1d', machine.l1dBytes],
    ['L2', machine.l2Bytes],
    ['L3', machine.l3Bytes],
  ] as const;
  return [
    machine.cpuModel,
    machine.physicalCores === null
      ? counted(machine.logicalCores, 'logical core')
      : `${machine.logicalCores} logical / ${counted(machine.physicalCores, 'physical core')}`,
    ...caches.flatMap(([name, bytes]) => (bytes === null ? [] : [`${name} ${byteSize(bytes)}`])),
    `${byteSize(machine.memoryBytes)} memory`,
    `${machine.platform} ${machine.osRelease} ${machine.arch}`,
    `Node ${machine.nodeVersion} (V8 ${machine.v8Version})`,
    machine.virtualisation === null ? 'no hypervisor found' : `virtualised by ${machine.virtualisation}`,
    machine.governor === null ? 'governor not readable' : `governor ${machine.governor}`,
    `machine ${machine.id}`,
  ].join(', ');
}

export function engineLines(run: RunRecord): string[] {
  return run.engines.map(({ name, description, failure }) => {
    const flags = description?.flags ?? [];
    const version = description?.version === undefined ? '' : ` ${description.version}`;
    const gaveUp = failure == null ? '' : `; given up: ${failure}`;
    return `${name}${version}${flags.length === 0 ? '' : `, flags ${flags.join(' ')}`}${gaveUp}`;
  });
}

export function corpusLines(run: RunRecord): string[] {
  return run.corpora.map(({ name, modules, functions, bodyBytes, sha256 }) => {
    const size = `${counted(modules, 'module')}, ${counted(functions, 'function')}, ${byteSize(bodyBytes)} of bodies`;
    return `${name}: ${size}, SHA-256 ${sha256.slice(0, 16)}...`;
  });
}

/** The phases there are, in the order of compiling. */
export function phasesOf(rows: readonly { readonly phase: MeasuredPhase }[]): MeasuredPhase[] {
  return MEASURED_PHASES.filter((phase) => rows.some((row) => row.phase === phase));
}

/** A phase looks the same in every picture. */
export function phaseLook(phase: string): number {
  return Math.max(0, MEASURED_PHASES.indexOf(phase as MeasuredPhase));
}

/** A class of function sizes by its least size, where there is little room. */
export function sizeClassStart(name: SizeClassName): string {
  return name === 'all' ? name : byteSize(Number.parseInt(name, 10));
}

/** The memset of a number, named. */
export function baselineName(row: { readonly kernel: string; readonly regime: string }): string {
  return `${row.kernel} (${row.regime})`;
}

/** The memset that most of an engine's rows are against: the first that is hot, else the first. */
function primaryBaseline(rows: readonly SummaryRow[]): Pick<SummaryRow, 'kernel' | 'regime'> | undefined {
  return rows.find(({ regime }) => regime === 'hot') ?? rows[0];
}

/**
 * Why one machine has ratios of thousands and of tens: the compile time is one and the same, the memset below the line is
 * not. Sentences from this run's own numbers; none where only one regime was measured.
 */
export function regimeExplanation({ summary }: Pick<RecordedRun, 'summary'>): string[] {
  const whole = summary.filter((row) => row.sizeClass === 'all' && row.temperature === 'warm');
  const sentences: string[] = [];
  const seen = new Set<string>();
  for (const { engine, phase, kernel } of whole) {
    const key = JSON.stringify([engine, phase, kernel]);
    if (seen.has(key)) continue;
    seen.add(key);
    const rows = whole
      .filter((row) => row.engine === engine && row.phase === phase && row.kernel === kernel)
      .sort((a, b) => b.ratio - a.ratio);
    const [highest, lowest] = [rows[0]!, rows.at(-1)!];
    if (rows.length < 2 || primaryBaseline(whole.filter((row) => row.engine === engine))?.kernel !== kernel)
      continue;
    const parts = rows.map(
      (row) =>
        `${figure(row.ratio)} (${percent(row.confidenceLevel)} interval ${interval(row)}) against the ${row.regime} memset, which takes ${figure(row.memsetNanosecondsPerByte)} ns a byte`,
    );
    const times = figure(highest.memsetNanosecondsPerByte === 0 ? NaN : highest.ratio / lowest.ratio);
    sentences.push(
      `${engine} ${phase} takes ${figure(highest.phaseNanosecondsPerByte)} ns a byte. That is ${parts.join('; ')}. ` +
        `The work is the same each time; ${kernel} is what changes, and it moves the ratio ${times}-fold.`,
    );
  }
  if (sentences.length === 0) return [];
  return [
    'A ratio says as much about the memset as about the compiler. Bytes that stay in the L1 or L2 cache are filled fastest, so the hot ' +
      'memset gives the highest ratios; filling main memory, or pages that the operating system must first supply, takes far longer, and the ' +
      'same compile time is then few memsets. A quoted factor of 20 to 30 says little until its memset is named.',
    ...sentences,
  ];
}

export function reportTitle({ run }: Pick<RecordedRun, 'run'>): string {
  return `What compiling WebAssembly costs on ${run.machine.cpuModel}`;
}

/** What was measured on what, in one line. */
export function whatWasMeasured({ run }: Pick<RecordedRun, 'run'>): string {
  const { machine, corpora, processes } = run;
  const warm = processes.filter(({ kind, state: end }) => kind === 'warm' && end === 'complete').length;
  const engines = run.engines.map(({ name, description }) => `${name} ${description?.version ?? ''}`.trim());
  return [
    engines.join(', '),
    [counted(machine.logicalCores, 'core'), machine.virtualisation ?? '']
      .filter((text) => text !== '')
      .join(', '),
    `Node ${machine.nodeVersion}`,
    `machine ${machine.id}`,
    `corpus ${corpora.map(({ name }) => name).join(' + ')}`,
    counted(warm, 'warm process execution'),
    run.createdAt.slice(0, 16).replace('T', ' ') + ' UTC',
    unfinishedText(run) ?? '',
  ]
    .filter((text) => text !== '')
    .join(' · ');
}
