import type { TargetClient } from '../targets/client.js';

/** The target processes that are alive, so that the user's wish to end reaches them. */
export class TargetChildren {
  private current: TargetClient | undefined;
  private readonly onAbort = (): void => this.current?.kill();

  constructor(private readonly signal: AbortSignal | undefined) {
    signal?.addEventListener('abort', this.onAbort);
  }

  started(client: TargetClient): void {
    this.current = client;
    if (this.signal?.aborted === true) client.kill();
  }

  end(): void {
    this.signal?.removeEventListener('abort', this.onAbort);
    this.current?.kill();
  }
}
