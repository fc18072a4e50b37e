import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber, spreadOf, spreadText } from '../spread.js';
import { runKernels, timesOfV8, wrongResults } from './execute-suite.js';
import { KERNELS } from './kernels.js';

/** What the issue of the engine's speed demands of CoreMark with metering on: V8 / ours, of twenty processes. */
const MEDIAN_AT_MOST = 30;
const SLOWEST_AT_MOST = 40;

/** CoreMark alone, in many processes: V8 settles into different optimisations of an interpreter from process to process. */
export async function distributionSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const coremark = KERNELS.filter(({ group }) => group === 'CoreMark');
  const records = await runKernels(options, {
    kernels: coremark,
    engines: ['embedded'],
    warmUpSeconds: options.quick ? 1 : 3,
    measureSeconds: options.quick ? 0.5 : 2,
  });
  const ratios = timesOfV8(records, coremark[0]!.name, 'embedded').sort((a, b) => a - b);
  const spread = spreadOf(ratios)!;
  const text = [
    `CoreMark, metered, in ${ratios.length} processes: ours / V8, processor time of the same work, taking turns`,
    '',
    ...ratios.map((ratio) => `${shortNumber(ratio).padStart(6)} ${'#'.repeat(Math.round(ratio))}`),
    '',
    `median ${spreadText(spread)}; interval for the median ${shortNumber(spread.low)}-${shortNumber(spread.high)} at ${(100 * spread.confidenceLevel).toFixed(1)}%`,
    `demanded: median at most ${MEDIAN_AT_MOST}, slowest at most ${SLOWEST_AT_MOST}: ${
      spread.median <= MEDIAN_AT_MOST && spread.maximum <= SLOWEST_AT_MOST ? 'kept' : 'MISSED'
    }`,
  ].join('\n');
  return { records, text, failures: wrongResults(records) };
}
