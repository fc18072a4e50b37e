import { contentTable, type ContentBlock, type ContentSection } from '../content.js';
import { modelChargesText } from '../model-charges.js';
import { priceVerdict, worstVerdict, type ProfileRecord, type RecordedRun } from '../recorded-run/index.js';
import { unitSentence } from '../unit-sentence.js';
import { standing } from '../verdict-words.js';
import { baselineName, level, shortFigure, shortInterval } from '../wording.js';

/** What to charge: the prices of each engine that a profile was written for, and why there is none of the others. */
export function multiplierSection({ modules, run, profiles }: RecordedRun): ContentSection {
  const head = { id: 'multipliers', title: 'Recommended prices', short: 'Prices in full' };
  if (profiles.length === 0) {
    const text = 'No profile was written: the run goes on, was cut short, or has insufficient data.';
    return { ...head, finding: text, blocks: [{ kind: 'paragraph', text }] };
  }
  const without = run.engines.filter(({ name }) => !profiles.some(({ engine }) => engine.name === name));
  return {
    ...head,
    finding: `${profiles.map((profile) => `${profile.engine.name}: ${profileStanding(profile)}`).join('; ')}.`,
    blocks: [
      ...profiles.flatMap((profile) => multiplierBlocks(profile, run.machine)),
      ...profiles.flatMap((profile): ContentBlock[] => {
        const text = modelChargesText(profile, modules);
        return text === undefined ? [] : [{ kind: 'paragraph', text }];
      }),
      ...without.map(({ name }): ContentBlock => ({
        kind: 'paragraph',
        text: `No profile was written for ${name}: nothing was measured of it, or it has insufficient data.`,
      })),
      {
        kind: 'paragraph',
        text: 'Compiling n bytes costs the constants, and n x multiplier / bytesPerFuel fuel, rounded up, unless models go before. "Other modules" is how far the multiplier moves when the corpus has others of the same kinds, and when one is left out.',
      },
    ],
  };
}

/** Of what is charged over the corpus, and of each price by itself. */
function profileStanding(profile: ProfileRecord): string {
  const { tally } = standing(allPriceRows(profile).map(({ verdict }) => verdict));
  return `charges over the corpus ${policyVerdicts(profile).join(', ')}; single prices by their own intervals: ${tally}`;
}

function allPriceRows({ policies }: ProfileRecord) {
  return Object.entries(policies).flatMap(([policy, { phases }]) =>
    Object.entries(phases).flatMap(([phase, price]) => priceRows(policy, phase, price)),
  );
}

function policyVerdicts(profile: ProfileRecord): string[] {
  return Object.entries(profile.policies).map(([policy, { phases }]) => {
    const own = Object.values(phases).map(({ verdict }) => verdict);
    return `${policy} ${worstVerdict(policy === 'warm' ? [profile.verdict, ...own] : own)}`;
  });
}

/** One engine's prices, each with its verdict. */
function multiplierBlocks(profile: ProfileRecord, machine: RecordedRun['run']['machine']): ContentBlock[] {
  const forced = profile.forced ? ' It was written by force although the data are insufficient.' : '';
  const rows = allPriceRows(profile);
  return [
    {
      kind: 'paragraph',
      text:
        `Engine ${profile.engine.name} ${profile.engine.version} on ${machine.cpuModel} (machine ${machine.id})` +
        `, against ${baselineName(profile.baseline)}; ${profileStanding(profile)}.${forced}`,
    },
    { kind: 'paragraph', text: unitSentence(profile) },
    {
      kind: 'table',
      caption: `Prices of ${profile.engine.name}`,
      table: contentTable(rows, [
        { heading: 'policy', cell: ({ policy }) => policy },
        { heading: 'phase', cell: ({ phase }) => phase },
        { heading: 'per', cell: ({ per }) => per },
        { heading: 'ns', cell: ({ nanoseconds }) => shortFigure(nanoseconds.estimate), numeric: true },
        { heading: 'interval', cell: ({ nanoseconds }) => shortInterval(nanoseconds), numeric: true },
        { heading: 'charge', cell: ({ charge }) => charge, numeric: true },
        {
          heading: 'other modules',
          cell: ({ corpus }) => (corpus ? shortInterval(corpus) : ''),
          numeric: true,
        },
        {
          heading: 'one left out',
          cell: ({ leftOut }) => (leftOut ? shortInterval(leftOut) : ''),
          numeric: true,
        },
        { heading: 'level', cell: ({ nanoseconds }) => level(nanoseconds), numeric: true },
        { heading: 'processes', cell: ({ nanoseconds }) => String(nanoseconds.processes), numeric: true },
        { heading: 'verdict', cell: ({ verdict }) => verdict },
      ]),
    },
    ...firstFunctionsTexts(profile),
  ];
}

/** What a warm price does not hold for: each phase's first functions in a fresh process, and other tiers of a JIT. */
function firstFunctionsTexts({ policies: { warm } }: ProfileRecord): ContentBlock[] {
  return Object.entries(warm.phases).flatMap(([phase, { firstFunctions = [], tier }]): ContentBlock[] => {
    if (firstFunctions.length === 0) return [];
    const what = phase === 'parse' ? 'modules' : 'functions';
    const times = firstFunctions.map(
      ({ functions, timesWarm }) => `${functions.toLocaleString('en-US')}: ${shortFigure(timesWarm)} times`,
    );
    const measured = tier === undefined ? '' : ` Warm is what ran in: ${tier}.`;
    const text = `First ${what} of a fresh process, ${phase}, against the warm price: ${times.join(', ')}.${measured}`;
    return [{ kind: 'paragraph', text }];
  });
}

type Price = NonNullable<ProfileRecord['policies']['warm']['phases']['parse']>;

/** A row for what a byte costs, and for each constant. */
function priceRows(policy: string, phase: string, price: Price) {
  const { constants, corpusInterval, leaveOneModuleOut, multiplier, nanosecondsPerByte, verdict } = price;
  const perByte = {
    ...{ policy, phase, per: 'byte', nanoseconds: nanosecondsPerByte },
    verdict: priceVerdict(verdict, [nanosecondsPerByte, multiplier]),
    charge: `x ${shortFigure(multiplier.estimate)}`,
    corpus: corpusInterval,
    leftOut: leaveOneModuleOut,
  };
  return [
    perByte,
    ...constants.map(({ per, nanoseconds, constantFuel }) => ({
      ...{ policy, phase, per, nanoseconds, verdict: priceVerdict(verdict, [nanoseconds]) },
      charge: `${constantFuel.toLocaleString('en-US')} fuel`,
      corpus: null,
      leftOut: null,
    })),
  ];
}

/** What one fuel is on this machine, before anything is counted in it: of several engines each has its own. */
export function unitTexts({ profiles, run }: Pick<RecordedRun, 'profiles' | 'run'>): string[] {
  return profiles.map(
    (profile) => `${run.engines.length > 1 ? `${profile.engine.name}: ` : ''}${unitSentence(profile)}`,
  );
}
