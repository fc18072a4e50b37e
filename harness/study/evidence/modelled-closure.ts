import { modelCharges, POLICY_UNLESS_TOLD } from '@wasm-dyno/reports/model-charges';
import { median } from '../../statistics/index.js';
import type { StudiedRun } from './studied-run.js';

/** Sum of charges / sum of times by what engines charge that load the runs' profiles: their models go before prices. */
export function modelledClosure(runs: readonly StudiedRun[]): string[] {
  const charges = runs.flatMap(({ estimates, profile }) =>
    profile === undefined ? [] : modelCharges(profile, estimates.modules),
  );
  return [...new Set(charges.map(({ phase }) => phase))].map((phase) => {
    const own = charges.flatMap((one) => (one.phase === phase ? (one.chargeToTime ?? []) : []));
    if (own.length === 0) return `${phase} by the profile's models: no module was timed by itself`;
    const apart =
      own.length === 1
        ? ''
        : ` in the median of ${own.length} runs (${Math.min(...own).toFixed(2)} to ${Math.max(...own).toFixed(2)})`;
    const name = `${phase} by the profile's models, ${POLICY_UNLESS_TOLD}, which engines charge unless told`;
    return `${name}: sum of charges / sum of times ${median(own).toFixed(2)}${apart}`;
  });
}
