import { join } from 'node:path';

import { relativeWidth, type LivePrice, type LiveRun } from '@wasm-dyno/reports';
import { readRunRecord, RUN_FILES, type RunRecord } from '@wasm-dyno/reports/recorded-run';
import { estimatesSoFar } from '../measure/estimates-so-far.js';

/** A run directory that another program writes, looked at again and again; nothing in it is changed. */
export class LiveRunReader {
  private prices: readonly LivePrice[] = [];
  private widths: LiveRun['widths'] = [];
  private known = 0;

  constructor(private readonly directory: string) {}

  /** What the run says of itself. */
  state(): RunRecord['state'] {
    return readRunRecord(this.directory).state;
  }

  /** How the run stands now. Rows are read only after another process execution was completed: looking costs the machine time. */
  look(): LiveRun {
    const run = readRunRecord(this.directory);
    const complete = run.processes.filter(({ state }) => state === 'complete');
    if (complete.length !== this.known) this.#estimate(run, complete.length);
    const seconds = complete.reduce((sum, process) => sum + (process.seconds ?? 0), 0);
    const left = Math.max(0, run.plan.processes - complete.length);
    return {
      run,
      done: complete.length,
      secondsLeft: complete.length === 0 ? undefined : (seconds / complete.length) * left,
      prices: this.prices,
      widths: this.widths,
    };
  }

  #estimate(record: RunRecord, complete: number): void {
    const file = (name: keyof typeof RUN_FILES) => join(this.directory, RUN_FILES[name]);
    const { prices, ratios } = estimatesSoFar({ record, file });
    const isFirst = ({ engine, kernel }: { readonly engine: string; readonly kernel: string }): boolean =>
      record.engines.find(({ name }) => name === engine)?.description?.memset[0]?.kernel === kernel;
    this.prices = ratios
      .filter((row) => row.sizeClass === 'all' && row.regime === 'hot' && isFirst(row))
      .map(({ engine, temperature, phase, ratio, ...row }) => {
        // Until the memset's line is known a price is the plain ratio over the corpus.
        const price = prices.find(
          (one) =>
            one.engine === engine && one.temperature === temperature && one.phase === phase && isFirst(one),
        );
        return {
          name: `${engine} ${temperature} ${phase}`,
          multiplier: price?.multiplier ?? { ...row, estimate: ratio },
          verdict: price?.verdict ?? row.verdict,
        };
      });
    const now = this.prices.flatMap(({ name, multiplier }) => {
      const width = relativeWidth(multiplier);
      return width === undefined || width === 0 ? [] : [{ name, processes: complete, width }];
    });
    this.widths = [...this.widths, ...now];
    this.known = complete;
  }
}
