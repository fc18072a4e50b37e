import { counted } from '@wasm-dyno/reports/wording';
import {
  CHARGE_POLICIES,
  MODEL_FOLDS,
  type ProfileModel,
  type ProfileModels,
  type ProfilePhaseModels,
} from '@wasm-dyno/engine';
import { closureText } from '../census/index.js';
import { shortNumber, terminalTable } from '../console/terminal.js';
import type { ModelReport } from './model-report.js';
import type { Repeats } from './repeats.js';

type Fold = (typeof MODEL_FOLDS)[number];

const right = (head: string) => ({ head, align: 'right' }) as const;

/** What a census says of models, for people. */
export function modelReportText(report: ModelReport): string {
  const { engine, grain, machine, models, nanosecondsPerFilledByte } = report;
  const what =
    grain === 'module'
      ? counted(models.functions, 'whole module')
      : `${counted(models.functions, 'function')} of ${counted(models.modules, 'module')}`;
  const first =
    `${engine} on ${machine}: ${what}, ${counted(models.processes, 'process', 'processes')}; ` +
    `a filled byte takes ${shortNumber(nanosecondsPerFilledByte)} ns\n`;
  const phases = Object.entries(models.phases) as [string, ProfilePhaseModels][];
  return [
    first,
    ...(report.closure.length === 0 ? [] : [closureText(report)]),
    ...phases.flatMap(([phase, each]) => [
      ...MODEL_FOLDS.map((fold) => foldText(phase, each, fold)),
      ...repeatsText(phase, report.repeats[phase]),
    ]),
    priceText(models),
    domainText(report),
  ].join('\n');
}

function foldText(phase: string, { models }: ProfilePhaseModels, fold: Fold): string {
  const columns = [
    { head: 'model' },
    { head: 'policy' },
    right('factor'),
    right('median error'),
    right('p95'),
    right('undercharged'),
    right('worst'),
    right('charge / time of modules'),
  ];
  const rows = models.flatMap(({ name, policies }) =>
    CHARGE_POLICIES.map((policy) => {
      const { factor, heldOut } = policies[policy];
      const each = heldOut[fold];
      return [
        name,
        policy,
        shortNumber(factor),
        percent(each.medianError),
        percent(each.p95Error),
        percent(each.undercharged),
        `${shortNumber(each.worst)}x`,
        `${shortNumber(each.leastOfModules)} to ${shortNumber(each.mostOfModules)}`,
      ];
    }),
  );
  return `${phase}, each ${fold} charged by what the others say\n${terminalTable(columns, rows)}\n`;
}

/** What of the errors is none of the models'. */
function repeatsText(phase: string, repeats: Repeats | undefined): string[] {
  if (repeats === undefined) return [];
  const { medianError, p95Error } = repeats;
  const apart = `median ${percent(medianError)}, p95 ${percent(p95Error)}`;
  return [
    `${phase}, half of the processes against the other half: ${apart}; no model could do better than half of that\n`,
  ];
}

/** The prices that are charged, and how sure they are. */
export function priceText({ phases }: ProfileModels): string {
  const rows = (Object.entries(phases) as [string, ProfilePhaseModels][]).flatMap(([phase, each]) =>
    chargedOf(each).prices.map(({ of, overModules, overProcesses, thousandths }) => [
      phase,
      of,
      ...CHARGE_POLICIES.map((policy) => filledBytes(thousandths[policy])),
      intervalText(overProcesses),
      intervalText(overModules),
    ]),
  );
  const columns = [
    { head: 'phase' },
    { head: 'price of' },
    ...CHARGE_POLICIES.map(right),
    right('95% over processes'),
    right('over modules'),
  ];
  const [charged] = Object.values(phases).map((each) => each.charged);
  return `charged: ${charged}, in bytes filled\n${terminalTable(columns, rows)}\n`;
}

function chargedOf({ charged, models }: ProfilePhaseModels): ProfileModel {
  return models.find(({ name }) => name === charged)!;
}

function domainText({ features, models }: ModelReport): string {
  const rows = features.map(({ feature, least, most }) => [
    feature === 'bytes' ? 'bytes' : `${feature} for each byte`,
    `${shortNumber(least)} to ${shortNumber(most)}`,
  ]);
  const domains = (Object.entries(models.phases) as [string, ProfilePhaseModels][]).map(
    ([phase, { domain }]) => `${phase}: ${domainLine(domain)}`,
  );
  return `domain, outside of which functions are charged safe\n${domains.join('\n')}\n\n98% of the functions in each line\n${terminalTable([{ head: 'feature' }, { head: 'from, to' }], rows)}\n`;
}

/** A domain in a line. */
export function domainLine({
  leastBytes,
  mostBytes,
  mostCountedThousandths,
}: ProfilePhaseModels['domain']): string {
  return `${leastBytes} to ${counted(mostBytes, 'byte')}, that count as at most ${mostCountedThousandths / 1000} times as many`;
}

function intervalText(interval: { readonly low: number; readonly high: number } | null): string {
  return interval === null ? '' : `${filledBytes(interval.low)} - ${filledBytes(interval.high)}`;
}

function filledBytes(thousandths: number): string {
  return shortNumber(thousandths / 1000);
}

function percent(part: number): string {
  return `${shortNumber(100 * part)}%`;
}
