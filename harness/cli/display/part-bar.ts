import { SingleBar } from 'cli-progress';

/** Shows at a terminal how much of something is done, and what goes on. Elsewhere, or when quiet, nothing. */
export class PartBar {
  private bar: SingleBar | undefined;

  constructor(
    private readonly quiet: boolean,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  show(part: number, what: string): void {
    if (!this.stream.isTTY || this.quiet) return;
    if (this.bar === undefined) {
      this.bar = new SingleBar({
        format: '{bar} {percentage}%  {what}',
        stream: this.stream,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 30,
      });
      this.bar.start(100, 0, { what });
    }
    this.bar.update(Math.round(100 * part), { what });
  }

  stop(): void {
    this.bar?.stop();
  }
}
