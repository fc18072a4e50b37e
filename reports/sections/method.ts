import { list, paragraph, type ContentSection } from '../content.js';
import { VERDICT_MEANINGS } from '../verdict-words.js';
import type { RecordedRun } from '../recorded-run/index.js';

/** How the numbers came about, for those who distrust benchmarks. */
export function methodSection({ run }: RecordedRun): ContentSection {
  return {
    id: 'method',
    title: 'How it was measured',
    short: 'Method',
    finding: 'Phase and memset side by side in one process, many processes, order statistics over them.',
    blocks: [
      paragraph(
        'A ratio is phase time / memset time at equal bytes. Both are timed side by side in one process, in alternating order, in many rounds; what slows the one slows the other.',
      ),
      paragraph(
        'Per process the median over rounds is taken, and over processes the median with an interval between order statistics. No distribution is assumed. ' +
          'What no interval sees (alignment, memory layout, order of creation) is another 3% or less to either side.',
      ),
      paragraph(
        `Everything random is drawn from the seed ${run.seed}. Blocks that others disturbed are flagged by what the system tells of them (run delay, switches, a shared core), never by their times.`,
      ),
      list(Object.entries(VERDICT_MEANINGS).map(([verdict, meaning]) => `${verdict}: ${meaning}.`)),
    ],
  };
}
