// How models do on what they have not seen, over several recorded runs: npm run held-out -- RUN_DIRECTORY... Times nothing.
import { resolve } from 'node:path';

import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { counted, percent, shortFigure } from '@wasm-dyno/reports/wording';
import { CHARGE_POLICIES, MODEL_FOLDS, MODELLED_PHASES, type ChargePolicy } from '@wasm-dyno/engine';
import { CensusError, readCensus, type Census, type CensusPhase } from '../census/index.js';
import { CHARGED_MODEL, MODEL_KINDS, type ModelKind } from '../model/cost-model.js';
import { heldOut, type Fold, type HeldOut } from '../model/held-out.js';
import { observationsOf } from '../model/phase-models.js';
import { median } from '../statistics/index.js';
import { runStudy } from './study-command.js';

/** Within these, a module is charged what it takes. */
const LEAST_CHARGE = 0.75;
const MOST_CHARGE = 1.33;

/** What engines can charge by that know of a body its bytes, and the model that knows what it is made of. */
const MADE_OF = '+ groups';
const TOLD: readonly ModelKind[] = MODEL_KINDS.filter(({ name }) =>
  ['flat 25x', 'per phase', CHARGED_MODEL, MADE_OF].includes(name),
);

interface Trial {
  readonly phase: CensusPhase;
  readonly model: string;
  readonly fold: Fold;
  readonly policies: readonly HeldOut[];
  /** Typical charge / time of each module. */
  readonly modules: ReadonlyMap<string, number>;
}

function trialsOf(census: Census): Trial[] {
  const unit = median(census.engine.nanosecondsPerFilledByte);
  return MODELLED_PHASES.flatMap((phase) => {
    const observations = observationsOf(census, phase);
    if (observations.length === 0) return [];
    return TOLD.flatMap((kind) =>
      MODEL_FOLDS.map((fold): Trial => {
        const { policies, predictions } = heldOut(kind, observations, fold, unit);
        const sums = new Map<string, { charge: number; time: number }>();
        observations.forEach(({ module, nanoseconds }, i) => {
          const known = sums.get(module) ?? { charge: 0, time: 0 };
          sums.set(module, { charge: known.charge + predictions[i]!, time: known.time + nanoseconds });
        });
        const modules = new Map([...sums].map(([name, { charge, time }]) => [name, charge / time]));
        return { phase, model: kind.name, fold, policies, modules };
      }),
    );
  });
}

function policiesTable(runs: readonly (readonly Trial[])[], fold: Fold): string {
  const rows = runs[0]!.flatMap(({ fold: own, model, phase }, place) =>
    own !== fold ? [] : CHARGE_POLICIES.map((policy) => policyRow(runs, place, [phase, model, policy])),
  );
  return alignedTable({
    heading: [
      ...['phase', 'model', 'policy', 'median error', 'p95', 'undercharged', 'at most', 'worst', 'at most'],
      'charge / time of modules',
    ],
    rows,
    numeric: [3, 4, 5, 6, 7, 8],
  });
}

/** Medians over the runs; where something is not to be exceeded the most of them as well. */
function policyRow(
  runs: readonly (readonly Trial[])[],
  place: number,
  names: readonly [phase: string, model: string, policy: ChargePolicy],
): string[] {
  const tried = runs.map((trials) => trials[place]!.policies.find(({ policy }) => policy === names[2])!);
  const middle = (of: (each: HeldOut) => number) => median(tried.map(of));
  const most = (of: (each: HeldOut) => number) => Math.max(...tried.map(of));
  const times = (value: number) => `${shortFigure(value)}x`;
  return [
    ...names,
    percent(middle(({ medianError }) => medianError)),
    percent(middle(({ p95Error }) => p95Error)),
    percent(
      middle(({ undercharged }) => undercharged),
      2,
    ),
    percent(
      most(({ undercharged }) => undercharged),
      2,
    ),
    times(middle(({ worst }) => worst)),
    times(most(({ worst }) => worst)),
    `${shortFigure(middle(({ leastOfModules }) => leastOfModules))} to ${shortFigure(middle(({ mostOfModules }) => mostOfModules))}`,
  ];
}

/** Modules that a typical charge is wrong of in half of the runs, or more: what programs are made of first. */
function outsideTable(runs: readonly (readonly Trial[])[]): string {
  const rows = runs[0]!.flatMap(({ fold, model, modules, phase }, place) => {
    if (model !== CHARGED_MODEL && model !== MADE_OF) return [];
    const outside = [...modules.keys()].flatMap((name) => {
      const ratio = median(runs.map((trials) => trials[place]!.modules.get(name)!));
      return ratio >= LEAST_CHARGE && ratio <= MOST_CHARGE ? [] : [{ name, ratio }];
    });
    const text = (isReal: boolean) =>
      outside
        .filter(({ name }) => name.startsWith('real/') === isReal)
        .map(({ name, ratio }) => `${name.slice(name.indexOf('/') + 1)} ${ratio.toFixed(2)}`)
        .join(', ') || 'none';
    return [[phase, model, fold, text(true), text(false)]];
  });
  return alignedTable({
    heading: ['phase', 'model', 'left out', 'outside, real ones', 'outside, generated ones'],
    rows,
    numeric: [],
  });
}

function study(directories: readonly string[]): number {
  if (directories.length === 0) {
    process.stderr.write('name directories with a census: npm run held-out -- RUN_DIRECTORY...\n');
    return 2;
  }
  try {
    const censuses = directories.map((directory) => readCensus(resolve(directory)));
    const modules = new Set(censuses.map(({ corpusSha256, engine }) => `${engine.engine} ${corpusSha256}`));
    if (modules.size > 1) throw new CensusError('the censuses are not of the same modules and engine');
    const runs = censuses.map(trialsOf);
    const [first] = censuses;
    const { length: functions } = first!.modules.flatMap(({ bodies }) => bodies);
    const texts = [
      `${counted(directories.length, 'run')}, ${counted(functions, 'function')} of ${counted(first!.modules.length, 'module')}: medians over the runs, each module charged by what the others say`,
      policiesTable(runs, 'module'),
      `modules that a typical charge is below ${LEAST_CHARGE} or above ${MOST_CHARGE} of their time for, medians over the runs`,
      outsideTable(runs),
    ];
    process.stdout.write(`${texts.join('\n\n')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CensusError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

runStudy(study);
