import { counted } from '@wasm-dyno/reports/wording';
import { SingleBar } from 'cli-progress';

import type { CalibrationEvent } from '../../measure/calibration-settings.js';
import { printBeside } from '../../console/output.js';
import { shortDuration, styled } from '../../console/terminal.js';
import { visibleLine } from '../../console/visible-text.js';

function processBar(stream: NodeJS.WriteStream): SingleBar {
  return new SingleBar({
    format: '{bar} {value}/{total} processes  {left} left  {what}',
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  });
}

/** Shows at a terminal how many of some equally long processes are done, and the time left. Elsewhere, or when quiet, nothing. */
export class ProcessCount {
  private bar: SingleBar | undefined;
  private readonly start = performance.now();
  private done = 0;
  /** What the processes are for, shown beside the bar. */
  what = '';

  constructor(
    private readonly total: number,
    private readonly quiet: boolean,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  readonly step = (): void => {
    if (this.bar === undefined && this.stream.isTTY && !this.quiet) {
      this.bar = processBar(this.stream);
      this.bar.start(this.total, 0, { left: '', what: '' });
    }
    this.done++;
    const seconds = (performance.now() - this.start) / 1000;
    const left = shortDuration((seconds / this.done) * (this.total - this.done));
    this.bar?.update(this.done, { left, what: this.what });
  };

  /** Makes room for a line: the bar draws itself anew below it. */
  clear(): void {
    if (this.bar !== undefined) this.stream.write('\r\x1b[K');
  }

  stop(): void {
    this.bar?.stop();
  }
}

/** Without a terminal a line is said after so long, or so many processes. */
const LOG_MILLISECONDS = 30_000;
const LOG_PROCESSES = 10;

/** Shows on standard error what a calibration does; on a terminal with a bar and the time left, elsewhere with a line now and then. */
export class CalibrationProgress {
  private bar: SingleBar | undefined;
  private saidAt: number;
  private saidDone = 0;

  /** @param now milliseconds by a clock */
  constructor(
    private readonly quiet: boolean,
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.saidAt = now();
  }

  readonly onEvent = (event: CalibrationEvent): void => {
    switch (event.kind) {
      case 'fitness':
        for (const { state, name, seen, mend } of event.fitness.checks) {
          if (state === 'unfit')
            this.say(`${styled('yellow', 'warning', this.stream)}: ${name}: ${seen}; ${mend ?? ''}`);
        }
        return;
      case 'notice':
        this.say(`${styled('yellow', 'note', this.stream)}: ${visibleLine(event.message)}`);
        return;
      case 'plan': {
        const { processes, pairs, estimatedSeconds, budgetSeconds } = event;
        const time = shortDuration(estimatedSeconds);
        this.say(
          `${counted(processes, 'process', 'processes')}, ${counted(pairs, 'arm')}, each beside its memset: about ${time} (${shortDuration(budgetSeconds)} are allowed; a busy machine takes longer)`,
        );
        if (this.stream.isTTY && !this.quiet) {
          this.bar = processBar(this.stream);
          this.bar.start(processes, 0, { left: time, what: '' });
        }
        return;
      }
      case 'progress': {
        const { done, total, secondsLeft, process } = event;
        this.sayHowFar(done, total, secondsLeft);
        this.bar?.setTotal(total);
        this.bar?.update(done, {
          left: shortDuration(secondsLeft),
          what: `${process.engine} ${process.kind}`,
        });
      }
    }
  };

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  /** Where no bar is drawn, in a log for instance. */
  private sayHowFar(done: number, total: number, secondsLeft: number): void {
    const isTime = this.now() - this.saidAt >= LOG_MILLISECONDS || done - this.saidDone >= LOG_PROCESSES;
    if (this.stream.isTTY || !isTime || done === this.saidDone) return;
    this.saidAt = this.now();
    this.saidDone = done;
    this.say(
      `${done} of ${counted(total, 'process', 'processes')}, about ${shortDuration(secondsLeft)} left`,
    );
  }

  private say(line: string): void {
    if (this.quiet) return;
    // A line in the middle of the bar: the bar draws itself anew below it.
    if (this.bar !== undefined) this.stream.write('\r\x1b[K');
    printBeside(`${line}\n`, this.stream);
  }
}
