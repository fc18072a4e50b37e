import { styleText } from 'node:util';
import { VERDICTS, type Verdict } from '../recorded-run/index.js';

const VERDICT_COLOURS: Readonly<Record<Verdict, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  noisy: 'yellow',
  'insufficient-data': 'red',
};

/** A cell that is a verdict in the verdict's colour; others as they are. */
export function colouredVerdict(cell: string): string {
  const verdict = VERDICTS.find((known) => cell === known || cell.startsWith(`${known} (`));
  return verdict === undefined ? cell : styleText(VERDICT_COLOURS[verdict], cell, { validateStream: false });
}
