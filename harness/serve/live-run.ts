import { join } from 'node:path';

import { relativeWidth, type LivePrice, type LiveRun } from '@wasm-dyno/reports';
import { readRunRecord, RUN_FILES, type RunRecord } from '@wasm-dyno/reports/recorded-run';
import { evidenceSoFar } from '../estimate/estimates-so-far.js';

/** A run directory that another program writes, looked at again and again; nothing in it is changed. */
export class LiveRunReader {
  private prices: readonly LivePrice[] = [];
  private widths: LiveRun['widths'] = [];
  private known = 0;

  constructor(
    private readonly directory: string,
    private readonly now: () => number,
  ) {}

  /** What the run says of itself. */
  state(): RunRecord['state'] {
    return readRunRecord(this.directory).state;
  }

  /** How the run stands now. Rows are read only after another process execution was completed: looking costs the machine time. */
  look(): LiveRun {
    const run = readRunRecord(this.directory);
    const complete = run.processes.filter(({ state }) => state === 'complete');
    if (complete.length !== this.known) this.#estimate(run, complete.length);
    const { progress } = run;
    const now = this.now();
    return {
      run,
      done: Math.max(progress?.done ?? 0, complete.length),
      // The calibration's own estimate, which knows the budget and what it will leave out.
      secondsLeft:
        progress === undefined ? undefined : Math.max(0, (Date.parse(progress.expectedEnd) - now) / 1000),
      silentSeconds: (now - Date.parse(run.updatedAt)) / 1000,
      prices: this.prices,
      widths: this.widths,
    };
  }

  #estimate(record: RunRecord, complete: number): void {
    const file = (name: keyof typeof RUN_FILES) => join(this.directory, RUN_FILES[name]);
    const { prices, ratios } = evidenceSoFar({ record, file }).estimates;
    const isFirst = ({ engine, kernel }: { readonly engine: string; readonly kernel: string }): boolean =>
      record.engines.find(({ name }) => name === engine)?.description?.memset[0]?.kernel === kernel;
    this.prices = ratios
      .filter((row) => row.sizeClass === 'all' && row.regime === 'hot' && isFirst(row))
      .map(({ engine, temperature, phase, ratio, ...row }) => {
        // Until the memset's line is known there is no price, but the ratio over the corpus at equal bytes.
        const price = prices.find(
          (one) =>
            one.engine === engine && one.temperature === temperature && one.phase === phase && isFirst(one),
        );
        return {
          name: `${engine} ${temperature} ${phase}`,
          quantity: price === undefined ? 'equal-bytes ratio' : 'multiplier',
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
