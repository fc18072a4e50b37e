import type { WarmUpCall } from '@wasm-dyno/reports/recorded-run';
import { curveStops, type PairedArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import { curveCalls } from './curve-calls.js';
import type { Preflight } from './preflight.js';
import type { RowContext } from './rows.js';
import type { Session } from './session.js';

const PATIENCE_MILLISECONDS = 120_000;

/**
 * How a fresh process gets faster: over the first functions, each another one, where the target can time the functions of one call; else
 * over calls that handle the same functions again and again.
 */
export async function runCurve(
  session: Session,
  pair: PairedArms,
  preflight: Preflight,
  effort: Effort,
  context: RowContext,
): Promise<WarmUpCall[]> {
  const { phase, name: arm, sizes } = pair;
  const { engine, process } = context;
  const common = { engine, process, phase, arm };
  const ask = async (params: { readonly calls: number; readonly stops?: readonly number[] }) =>
    (await session.client.request('curve', { arm, ...params }, PATIENCE_MILLISECONDS)).nanoseconds;
  if (session.description.stopsCurves !== true) {
    const times = await ask({ calls: curveCalls(pair, preflight, effort) });
    return times.map((time, call) => ({
      ...common,
      call,
      functions: sizes.length,
      bytes: pair.bytesPerCall,
      nanoseconds: Math.round(time),
    }));
  }
  const stops = curveStops(sizes.length);
  const times = await ask({ calls: 1, stops });
  return times.map((time, i) => {
    const from = stops[i - 1] ?? 0;
    const handled = sizes.slice(from, stops[i]);
    return {
      ...common,
      call: from,
      functions: handled.length,
      bytes: handled.reduce((sum, size) => sum + size, 0),
      nanoseconds: Math.round(time),
    };
  });
}
