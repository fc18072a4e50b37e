import { styleText } from 'node:util';
import { VERDICTS, type Verdict } from '../recorded-run/index.js';

/** Whether to colour what goes to a stream: only on a terminal, and never with NO_COLOR (no-color.org). */
export function terminalColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

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
