import { relative } from 'node:path';

import type { HardwareProfile, ProfileEstimate, ProfilePrice, ProfileUnit } from '@wasm-dyno/engine';
import {
  compareEngines,
  comparisonText,
  slowerMemsetNotes,
  standingLine,
  terminalColour,
  unitSentence,
} from '@wasm-dyno/reports';
import {
  MEASURED_PHASES,
  priceVerdict,
  SIZE_CLASS_NAMES,
  type ExecutionRecord,
  type Verdict,
} from '@wasm-dyno/reports/recorded-run';
import { modelChargesText } from '@wasm-dyno/reports/model-charges';
import { duration, percent } from '@wasm-dyno/reports/wording';
import { median } from '../../statistics/index.js';
import type { RatioEstimate } from '../../estimate/index.js';
import type { CalibrationResult } from '../../measure/calibrate.js';
import type { ProfileMend } from '../../measure/profile-mends.js';
import { jsonText, visibleLine } from '../../console/visible-text.js';
import { terminalTable, shortNumber, styled } from '../../console/terminal.js';
import { machineLine } from './machine-text.js';

/** What a calibration found, for people. */
export function calibrationText(result: CalibrationResult, policy: 'warm' | 'cold'): string {
  const { record, conclusion } = result;
  const { modules, ratios, profiles } = conclusion!;
  const written = profiles.flatMap((outcome) => ('profile' in outcome ? [outcome.profile] : []));
  const verdict = standingLine({ run: record, summary: ratios, fits: undefined, profiles: written });
  const lines = [machineLine(record.machine), verdict, ''];
  for (const outcome of profiles) {
    const { engine } = outcome;
    const description = record.engines.find(({ name }) => name === engine)?.description;
    const primary = description?.memset[0]?.kernel ?? '';
    const title = `${styled('bold', engine)} ${visibleLine(description?.version ?? '')}`;
    const own = ratios.filter((r) => r.engine === engine && r.kernel === primary && r.regime === 'hot');
    const atEqualBytes = [
      `${title}: compile time / memset time at equal bytes, against ${primary} (hot)`,
      ratioTable(own),
      ...slowerMemsetNotes(own),
      '',
    ];
    if (outcome.state === 'insufficient-data') {
      lines.push(
        `No profile for ${engine}: insufficient data.`,
        ...outcome.reasons.map((reason) => `  ${reason}`),
        '',
        ...mendLines(outcome.mends),
        '',
        ...atEqualBytes,
      );
      continue;
    }
    const { profile, path } = outcome;
    const recommended = profile.policies[policy]?.phases;
    if (recommended === undefined) {
      lines.push(`The data do not carry the policy ${policy}.`);
    } else {
      lines.push(
        `${title}: ${unitSentence(profile)}`,
        `Recommended prices (${policy}):`,
        priceTable(recommended, profile.unit),
      );
      const modelled = policy === 'warm' ? modelChargesText(profile, modules) : undefined;
      if (modelled !== undefined) lines.push(modelled);
      if (policy === 'warm') lines.push(...firstFunctionsLines(recommended), ...coldPricesLines(profile));
    }
    if (profile.forced) lines.push('The profile was forced: its data are insufficient.');
    for (const warning of profile.warnings) lines.push(`  ${warning}`);
    lines.push(`Profile: ${shortPath(path)}`, '', ...atEqualBytes);
  }
  if (record.secondOpinions.length > 0) lines.push(opinionLine(result), '');
  if (record.engines.length > 1) {
    const colour = terminalColour(process.stdout);
    lines.push(comparisonText({ run: record, summary: ratios }, { colour }), '');
    lines.push(`Beside what they charge as fuel: wasm-dyno metering ${shortPath(result.directory)}`, '');
  }
  lines.push(
    ...waitingLines(record.processes),
    record.ended?.sentence ?? '',
    `Run: ${shortPath(result.directory)}`,
    '',
  );
  return lines.join('\n');
}

/** The same for scripts. */
export function calibrationJson(
  { directory, record, conclusion }: CalibrationResult,
  execution?: ExecutionRecord,
): string {
  const { ratios, profiles } = conclusion!;
  const comparison = compareEngines({ run: record, summary: ratios });
  const { state, ended } = record;
  const beside = execution === undefined ? {} : { execution };
  return jsonText({ directory, state, ended, comparison, ratios, profiles, ...beside });
}

/** What helps, each with the command to type; through npm where this was started so. */
export function mendLines(
  mends: readonly ProfileMend[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  if (mends.length === 0) return [];
  const isByNpm = environment['npm_lifecycle_event'] === 'calibrate';
  const typed = (command: readonly string[]): string =>
    (isByNpm ? ['npm', 'run', 'calibrate', '--', ...command.slice(2)] : command).map(shellWord).join(' ');
  const lines = mends.flatMap(({ advice, command }) => [
    `  ${visibleLine(advice)}`,
    ...(command === undefined ? [] : [`    ${visibleLine(typed(command))}`]),
  ]);
  return ['What helps:', ...lines];
}

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function ratioTable(ratios: readonly RatioEstimate[]): string {
  return terminalTable(
    [
      { head: 'phase' },
      { head: 'temperature' },
      { head: 'body bytes' },
      { head: 'ratio', align: 'right' },
      { head: 'interval', align: 'right' },
      { head: 'ns/byte', align: 'right' },
      { head: 'processes', align: 'right' },
      { head: 'verdict', styled: true },
    ],
    [...ratios]
      .sort(byPlace)
      .map(
        ({
          phase,
          temperature,
          sizeClass,
          ratio,
          low,
          high,
          phaseNanosecondsPerByte,
          processes,
          verdict,
        }) => [
          phase,
          temperature,
          sizeClass,
          shortNumber(ratio),
          `${shortNumber(low)} - ${shortNumber(high)}`,
          shortNumber(phaseNanosecondsPerByte),
          String(processes),
          verdictText(verdict),
        ],
      ),
  );
}

function verdictText(verdict: Verdict): string {
  return styled(verdict === 'ok' ? 'green' : 'yellow', verdict);
}

/** Warm before cold, phases and classes in their natural order. */
function byPlace(a: RatioEstimate, b: RatioEstimate): number {
  return (
    Number(a.temperature === 'cold') - Number(b.temperature === 'cold') ||
    MEASURED_PHASES.indexOf(a.phase) - MEASURED_PHASES.indexOf(b.phase) ||
    SIZE_CLASS_NAMES.indexOf(a.sizeClass) - SIZE_CLASS_NAMES.indexOf(b.sizeClass)
  );
}

/** A row for what a byte costs, and for each constant. */
function priceTable(
  phases: Readonly<Partial<Record<string, ProfilePrice>>>,
  { nanosecondsPerByte: unit }: ProfileUnit,
): string {
  const rows = MEASURED_PHASES.flatMap((phase) => {
    const price = phases[phase];
    if (price === undefined) return [];
    const { corpusInterval: corpus, multiplier, nanosecondsPerByte, verdict } = price;
    const perByte = [
      phase,
      'byte',
      shortNumber(nanosecondsPerByte.estimate),
      shortInterval(nanosecondsPerByte),
      `x ${shortNumber(multiplier.estimate)}`,
      corpus === null ? '' : `x ${shortInterval(corpus)}`,
      verdictText(priceVerdict(verdict, [nanosecondsPerByte, multiplier])),
    ];
    const constants = price.constants.map(({ per, nanoseconds, constantFuel }) => [
      '',
      per,
      shortNumber(nanoseconds.estimate),
      shortInterval(nanoseconds),
      `${constantFuel} fuel`,
      '',
      verdictText(priceVerdict(verdict, [nanoseconds])),
    ]);
    return [perByte, ...constants];
  });
  const table = terminalTable(
    [
      { head: 'phase' },
      { head: 'per' },
      { head: 'ns', align: 'right' },
      { head: 'interval', align: 'right' },
      { head: 'charge', align: 'right' },
      { head: 'other modules', align: 'right' },
      { head: 'verdict', styled: true },
    ],
    rows,
  );
  return `${table}\nx: times the ${shortNumber(unit.estimate)} ns of filling a byte.`;
}

/** Who calls a function once pays for it once, and seldom in a process that has compiled thousands. */
function firstFunctionsLines(phases: Readonly<Partial<Record<string, ProfilePrice>>>): string[] {
  return MEASURED_PHASES.flatMap((phase) => {
    const { firstFunctions: first = [], tier } = phases[phase] ?? {};
    if (first.length === 0) return [];
    const what = phase === 'parse' ? 'modules' : 'functions';
    const times = first.map(({ functions, timesWarm }) => `${functions}: x ${shortNumber(timesWarm)}`);
    const by = tier === undefined ? '' : ` (warm: ${visibleLine(tier)})`;
    return [`${phase}, the first ${what} of a process against the warm price: ${times.join(', ')}${by}`];
  });
}

/** What the profile recommends besides, for whoever compiles in fresh processes. */
function coldPricesLines({ policies: { cold } }: HardwareProfile): string[] {
  const phases: Readonly<Partial<Record<string, ProfilePrice>>> = cold?.phases ?? {};
  const parts = MEASURED_PHASES.flatMap((phase) => {
    const price = phases[phase];
    if (price === undefined) return [];
    const { constants, multiplier, verdict } = price;
    const before = constants
      .filter(({ per }) => per === 'process')
      .map(({ nanoseconds }) => `${duration(nanoseconds.estimate)} a process and `);
    return [
      `${phase} ${before.join('')}x ${shortNumber(multiplier.estimate)} a byte (${verdictText(verdict)})`,
    ];
  });
  return parts.length === 0
    ? []
    : [`Cold (--policy cold), the first call of a process: ${parts.join(', ')}.`];
}

function shortInterval({ low, high }: Pick<ProfileEstimate, 'low' | 'high'>): string {
  return `${shortNumber(low)} - ${shortNumber(high)}`;
}

/** Nothing where next to nothing was waited. */
function waitingLines(processes: CalibrationResult['record']['processes']): string[] {
  const warm = processes.filter(({ kind, state }) => kind === 'warm' && state === 'complete');
  const total = (of: 'seconds' | 'waitedSeconds'): number =>
    warm.reduce((sum, process) => sum + (process[of] ?? 0), 0);
  const waited = total('waitedSeconds');
  if (waited < 0.01 * total('seconds')) return [];
  return [
    `Of the ${total('seconds').toFixed(0)} s of warm processes ${waited.toFixed(0)} s were spent waiting for neighbours to leave the core.`,
  ];
}

/** Of each arm the medians over the processes that had a second opinion. */
function opinionLine({ record }: CalibrationResult): string {
  const opinions = record.secondOpinions;
  const arms = [...new Set(opinions.map(({ engine, arm }) => `${engine} ${arm}`))].map((arm) => {
    const ours = opinions.filter((opinion) => `${opinion.engine} ${opinion.arm}` === arm);
    const over = (value: (opinion: (typeof ours)[number]) => number): number => median(ours.map(value));
    const disagreement = Math.abs(over((opinion) => opinion.disagreement));
    return { arm, disagreement, inMargins: over((opinion) => opinion.disagreementInMargins) };
  });
  const worst = arms.reduce((a, b) => (b.inMargins > a.inMargins ? b : a));
  return (
    `Second opinion (${opinions[0]!.instrument}): the ratios disagree by ${percent(median(arms.map(({ disagreement }) => disagreement)))}, ` +
    `${median(arms.map(({ inMargins }) => inMargins)).toFixed(1)} margins of error, in the median; ` +
    `at most ${worst.inMargins.toFixed(1)} margins (${percent(worst.disagreement)}, ${worst.arm}).`
  );
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}
