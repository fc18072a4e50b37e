import { loopName, type LoopName } from '@wasm-dyno/engine/phases';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber, spreadOf, spreadText } from '../spread.js';
import { runKernels, timesOfV8, wrongResults } from './execute-suite.js';
import { KERNELS } from './kernels.js';

/** What is wanted of CoreMark with metering on, by the loop that the host has: ours / V8, of twenty processes. */
const WANTED: Readonly<Record<LoopName, { readonly median: number; readonly slowest: number }>> = {
  webassembly: { median: 15, slowest: 18 },
  javascript: { median: 30, slowest: 40 },
};

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
  const loop = loopName();
  const wanted = WANTED[loop];
  const isKept = spread.median <= wanted.median && spread.maximum <= wanted.slowest;
  const text = [
    `CoreMark, metered, in ${ratios.length} processes: ours / V8, processor time of the same work, taking turns`,
    '',
    ...ratios.map((ratio) => `${shortNumber(ratio).padStart(6)} ${'#'.repeat(Math.round(ratio))}`),
    '',
    `median ${spreadText(spread)}; interval for the median ${shortNumber(spread.low)}-${shortNumber(spread.high)} at ${(100 * spread.confidenceLevel).toFixed(1)}%`,
    `wanted of the loop in ${loop === 'webassembly' ? 'WebAssembly' : 'JavaScript'}: median at most ${wanted.median}, slowest at most ${wanted.slowest}: ${
      isKept ? 'reached' : 'short'
    }`,
  ].join('\n');
  return { records, text, failures: wrongResults(records) };
}
