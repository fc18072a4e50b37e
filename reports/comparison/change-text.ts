import { roughFigure } from '../wording.js';
import type { ComparedChange } from './comparison-record.js';

/** From ten times on a change is told in times. */
const MANY_TIMES = 9;

export function boundsText({ low, high }: Pick<ComparedChange, 'low' | 'high'>): string {
  return low === null || high === null ? 'no interval' : `${signed(low)} to ${signed(high)}`;
}

/** A change with its sign: `+4.2%`; many times as much in times. */
export function signed(part: number): string {
  if (!Number.isFinite(part)) return 'any';
  // Percents of hundreds are no help: so many times as much.
  if (part >= MANY_TIMES) return `x ${roughFigure(1 + part)}`;
  const percentage = (100 * part).toFixed(1);
  return `${part >= 0 ? '+' : ''}${percentage}%`;
}
