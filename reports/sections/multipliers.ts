import { contentTable, type ContentBlock, type ContentSection } from '../content.js';
import { worstVerdict, type ProfileRecord, type RecordedRun } from '../recorded-run/index.js';
import { baselineName, interval, level } from '../wording.js';

/** What to charge: the multipliers of each engine that a profile was written for, and why there is none of the others. */
export function multiplierSection({ run, profiles }: RecordedRun): ContentSection {
  const head = { id: 'multipliers', title: 'Recommended multipliers', short: 'Multipliers' };
  if (profiles.length === 0) {
    const text = 'No profile was written: the run goes on, was cut short, or has insufficient data.';
    return { ...head, finding: text, blocks: [{ kind: 'paragraph', text }] };
  }
  const without = run.engines.filter(({ name }) => !profiles.some(({ engine }) => engine.name === name));
  return {
    ...head,
    finding: `${profiles.map(profileStanding).join('; ')}.`,
    blocks: [
      ...profiles.flatMap((profile) => multiplierBlocks(profile, run.machine)),
      ...without.map(({ name }): ContentBlock => ({
        kind: 'paragraph',
        text: `No profile was written for ${name}: nothing was measured of it, or it has insufficient data.`,
      })),
      { kind: 'paragraph', text: 'Compiling n bytes costs ceil(n x multiplier / bytesPerFuel) fuel.' },
    ],
  };
}

function profileStanding(profile: ProfileRecord): string {
  return `${profile.engine.name}: ${policyVerdicts(profile).join(', ')}`;
}

function policyVerdicts(profile: ProfileRecord): string[] {
  return Object.entries(profile.policies).map(([policy, { phases }]) => {
    const own = Object.values(phases).map(({ verdict }) => verdict);
    return `${policy} ${worstVerdict(policy === 'warm' ? [profile.verdict, ...own] : own)}`;
  });
}

/** One engine's multipliers: each policy's verdict is the worst of its phases. */
function multiplierBlocks(profile: ProfileRecord, machine: RecordedRun['run']['machine']): ContentBlock[] {
  const forced = profile.forced ? ' It was written by force although the data are insufficient.' : '';
  const rows = Object.entries(profile.policies).flatMap(([policy, { phases }]) =>
    Object.entries(phases).map(([phase, multiplier]) => ({ policy, phase, ...multiplier })),
  );
  return [
    {
      kind: 'paragraph',
      text:
        `Engine ${profile.engine.name} ${profile.engine.version} on ${machine.cpuModel} (machine ${machine.id})` +
        `, against ${baselineName(profile.baseline)}; verdict: ${policyVerdicts(profile).join(', ')}.${forced}`,
    },
    {
      kind: 'table',
      caption: `Multipliers of ${profile.engine.name}`,
      table: contentTable(rows, [
        { heading: 'policy', cell: ({ policy }) => policy },
        { heading: 'phase', cell: ({ phase }) => phase },
        {
          heading: 'multiplier',
          cell: ({ multiplierThousandths }) => (multiplierThousandths / 1000).toFixed(3),
          numeric: true,
        },
        { heading: 'interval', cell: (row) => interval(row) },
        { heading: 'level', cell: level, numeric: true },
        { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
        { heading: 'verdict', cell: ({ verdict }) => verdict },
      ]),
    },
  ];
}
