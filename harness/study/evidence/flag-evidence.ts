import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { flagContended, quickerReference, slowerReference } from '@wasm-dyno/reports/noise';
import { percent } from '@wasm-dyno/reports/wording';
import { sortBlocks, type BlockPair } from '../../estimate/block-pair.js';
import { disturbances } from '../../estimate/disturbances.js';
import type { StudiedRun } from './studied-run.js';

/** By which of a block's two readings a shared core is told: the rule that flags, and the one that did before. */
const RULES = [
  { name: 'one reading slow, as before', reading: slowerReference },
  { name: 'both readings slow', reading: quickerReference },
] as const;

/** How far the flag of a shared core can be believed, of the warm blocks of all runs together. */
export function flagEvidence(runs: readonly StudiedRun[]): string {
  const rows = RULES.flatMap(({ name, reading }) => {
    const pairs = runs.map((run) =>
      sortBlocks(flagContended(run.rows, run.bestReferences, reading)).pairs.filter(isWarm),
    );
    const phases = [...new Set(pairs.flat().map(({ phase }) => phase.phase))];
    return [
      [name, 'all', ...told(pairs)],
      ...phases.map((phase) => [
        '',
        phase as string,
        ...told(pairs.map((own) => own.filter((pair) => pair.phase.phase === phase))),
      ]),
    ];
  });
  return alignedTable({
    heading: ['rule', 'phase', 'pairs', 'thrown away', 'flagged blocks', '10% slow if flagged', 'otherwise'],
    rows,
    numeric: [2, 3, 4, 5, 6],
  });
}

function isWarm({ phase }: BlockPair): boolean {
  return phase.temperature === 'warm';
}

/** Blocks are judged within their own run, and counted over all. */
function told(pairsByRun: readonly (readonly BlockPair[])[]): string[] {
  const all = pairsByRun.flatMap((pairs) => disturbances(pairs));
  const sum = (of: (told: (typeof all)[number]) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  const pairs = sum((one) => one.pairs);
  const flagged = sum(({ contendedBlocks }) => contendedBlocks);
  const slowFlagged = sum(({ contendedBlocks, slowIfContended }) => contendedBlocks * (slowIfContended ?? 0));
  const slowOthers = sum((one) => (one.pairs - one.contendedBlocks) * (one.slowOtherwise ?? 0));
  return [
    String(pairs),
    percent(sum((one) => one.pairs * one.thrownAwayShare) / pairs),
    String(flagged),
    flagged === 0 ? '' : percent(slowFlagged / flagged),
    percent(slowOthers / (pairs - flagged)),
  ];
}
