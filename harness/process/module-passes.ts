import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import type { PairedArms } from '../schedule/arm-plan.js';
import { passRow, type RowContext } from './rows.js';
import type { Session } from './session.js';

/** The loop that reads the clock between modules is new, and gets as fast as it will. */
const UNTIMED_PASSES = 2;

/** The pairs whose parts are timed each by itself too. */
export function passedPairs({ description }: Session, pairs: readonly PairedArms[]): PairedArms[] {
  return description.stopsCurves === true ? pairs.filter(({ partBytes }) => partBytes !== undefined) : [];
}

/**
 * How long each module takes among the others: a pass over the functions of all real modules, the clock read between modules. An arm of one
 * small module alone would be up to twice as fast, because the processor's branch prediction learns its bodies by heart; so would passes in
 * a row, hence one a round among the blocks of other arms.
 */
export async function modulePass(
  session: Session,
  pair: PairedArms,
  context: RowContext,
  round: number,
): Promise<Measurement[]> {
  const rows = await onePass(session, pair, context, round);
  return round < UNTIMED_PASSES ? [] : rows;
}

async function onePass(
  session: Session,
  pair: PairedArms,
  context: RowContext,
  round: number,
): Promise<Measurement[]> {
  const stops: number[] = [];
  for (const { functions } of pair.parts) stops.push((stops.at(-1) ?? 0) + functions!.length);
  const { nanoseconds } = await session.client.request('curve', { arm: pair.name, calls: 1, stops });
  return pair.parts.map(({ module }, i) => {
    const sizes = pair.sizes.slice(stops[i - 1] ?? 0, stops[i]);
    return passRow(context, pair, {
      round,
      module,
      functions: sizes.length,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      nanoseconds: nanoseconds[i]!,
      corpusBytes: pair.partBytes![i]!,
    });
  });
}
