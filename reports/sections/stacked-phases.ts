import type { Chart } from '../charts/chart.js';
import type { MeasuredPhase } from '../recorded-run/index.js';
import { phaseLook, phasesOf } from '../wording.js';

/** Where a phase's part of a bar is drawn. */
export interface PhasePart {
  /** The bar's number. */
  readonly x: number;
  readonly y: number;
  readonly note?: string;
}

/** Bars that lie, in each the phases one upon the other; undefined where there is but one phase. */
export function stackedPhases<Row extends { readonly phase: MeasuredPhase }>(
  rows: readonly Row[],
  part: (row: Row) => PhasePart,
): Pick<Chart, 'lying' | 'stacked' | 'series'> | undefined {
  const phases = phasesOf(rows);
  if (phases.length < 2) return undefined;
  return {
    lying: true,
    stacked: true,
    series: phases.map((phase) => ({
      name: phase,
      look: phaseLook(phase),
      points: rows.filter((row) => row.phase === phase).map(part),
    })),
  };
}
