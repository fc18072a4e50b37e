import {
  FITS_FILE,
  MODULE_CLOSURE_TABLE,
  RUN_FILES,
  SUMMARY_TABLE,
  type FitRecords,
  type RowOrigin,
} from '@wasm-dyno/reports/recorded-run';
import type { RunEstimates } from './estimate-run.js';
import { recordedPrice } from './price-estimate.js';

/** What a run directory keeps of the estimates: file names and texts. */
export function estimateFiles(estimates: RunEstimates, origin: RowOrigin): Readonly<Record<string, string>> {
  const { baselines, modules, prices, slopes, warnings } = estimates;
  const units = estimates.units.map(({ record }) => record);
  const fits: FitRecords = {
    baselines,
    slopes,
    units,
    prices: prices.map(recordedPrice),
    summaryRows: estimates.ratios.length,
    warnings,
  };
  return {
    [RUN_FILES.summary]: SUMMARY_TABLE.text(estimates.ratios, origin),
    [RUN_FILES.modules]: MODULE_CLOSURE_TABLE.text(modules, origin),
    [RUN_FILES.fits]: FITS_FILE.text(fits),
  };
}
