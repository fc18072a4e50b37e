import { SingleBar } from 'cli-progress';

/** A line on a terminal that counts seconds or modules, whichever the run is limited by. */
export class FuzzProgress {
  private readonly bar: SingleBar | undefined;

  constructor(
    private readonly seconds: number,
    modules: number,
    wanted: boolean,
  ) {
    if (!process.stderr.isTTY || !wanted) return;
    const unit = Number.isFinite(seconds) ? 's' : 'modules';
    const format = `fuzzing {bar} {value}/{total} ${unit}, {eta} s left, {modules} modules, {divergences} divergences`;
    this.bar = new SingleBar({ format, clearOnComplete: true });
    this.bar.start(Math.ceil(Math.min(seconds, modules)), 0, { modules: 0, divergences: 0 });
  }

  update(elapsed: number, modules: number, divergences: number): void {
    const value = Number.isFinite(this.seconds) ? Math.floor(elapsed) : modules;
    this.bar?.update(value, { modules, divergences });
  }

  stop(): void {
    this.bar?.stop();
  }
}
