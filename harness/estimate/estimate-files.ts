import { FITS_FILE, RUN_FILES, SUMMARY_TABLE, type FitRecords } from '@wasm-dyno/reports/recorded-run';
import type { RunEstimates } from './estimate-run.js';

/** What a run directory keeps of the estimates: file names and texts. */
export function estimateFiles(estimates: RunEstimates): Readonly<Record<string, string>> {
  const { baselines, slopes, warnings } = estimates;
  const fits: FitRecords = { baselines, slopes, summaryRows: estimates.ratios.length, warnings };
  return {
    [RUN_FILES.summary]: SUMMARY_TABLE.header() + SUMMARY_TABLE.lines(estimates.ratios),
    [RUN_FILES.fits]: FITS_FILE.text(fits),
  };
}
