import { terminalTable } from '../../console/terminal.js';
import { shortFigure } from '@wasm-dyno/reports/wording';
import type { ExecutionClass, HardwareProfile, ProfileClassCost } from '@wasm-dyno/engine';
import type { ExecutionSpread } from '@wasm-dyno/reports/recorded-run';
import type { ExecutorName, PricedExecution } from '../../execution/index.js';

const EXECUTORS = ['interpreter', 'host'] as const;

/** What executing costs, class by class, and how evenly a fuel then is worth time. */
export function executionText({ profile, record }: PricedExecution): string {
  const { chargedExecutor, executors } = profile.execution!;
  const names = Object.keys(executors[chargedExecutor]!.classes) as ExecutionClass[];
  const costs = terminalTable(
    [
      { head: 'class' },
      ...EXECUTORS.map((name) => ({ head: `ns (${name})`, align: 'right' as const })),
      { head: 'fuel', align: 'right' },
    ],
    names.map((name) => [
      name,
      ...EXECUTORS.map((executor) => nanosecondsText(executors[executor]?.classes[name])),
      String(executors[chargedExecutor]!.classes[name]!.fuel),
    ]),
  );
  const spreads = record.executors.flatMap(({ executor, kernels, programs }) => [
    `${executor}: ${spreadText('programs', programs)}; ${spreadText('kernels', kernels)}`,
  ]);
  return [
    '',
    `What executing costs, in units of ${profile.unit.definition} (charged as the ${chargedExecutor} executor takes):`,
    '',
    costs,
    '',
    ...unidentified(record, chargedExecutor),
    '90th / 10th percentile of time per fuel, each program by a fit without it: one fuel an operator -> by class (by the other executor)',
    ...spreads,
    ...coarseness(profile),
    '',
  ].join('\n');
}

/** Whose interval leaves the order of magnitude open. */
function unidentified({ executors }: PricedExecution['record'], charged: ExecutorName): string[] {
  const classes = executors.find(({ executor }) => executor === charged)?.classes ?? [];
  const names = classes.filter(({ isIdentified }) => !isIdentified).map((one) => one.class);
  if (names.length === 0) return [];
  return [`Not identified, as their intervals span more than a factor of 3: ${names.join(', ')}.`, ''];
}

function nanosecondsText(cost: ProfileClassCost | undefined): string {
  if (cost === undefined) return '-';
  const { estimate, high, low } = cost.nanoseconds;
  return `${shortFigure(estimate)} [${shortFigure(low)}, ${shortFigure(high)}]`;
}

function spreadText(what: string, { byClass, byOtherExecutor, oneEach }: ExecutionSpread): string {
  const other = byOtherExecutor === null ? '' : ` (${shortFigure(byOtherExecutor)})`;
  return `${what} ${shortFigure(oneEach)} -> ${shortFigure(byClass)}${other}`;
}

/** Where a unit is so long that operators all cost 0 or 1. */
function coarseness({ execution, unit }: HardwareProfile): string[] {
  const { classes } = execution!.executors[execution!.chargedExecutor]!;
  const fuels = Object.values(classes)
    .map(({ fuel }) => fuel)
    .sort((a, b) => a - b);
  if ((fuels[fuels.length >> 1] ?? 0) >= COARSE) return [];
  return [
    `The unit of ${unit.definition} is long beside an operator: --unit 1B or 10ps tells them apart; give engines fuelCosts.bytesPerFuel: 1 then.`,
  ];
}

const COARSE = 20;
