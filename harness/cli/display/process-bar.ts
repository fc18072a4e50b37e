import { SingleBar } from 'cli-progress';

/** Progress in processes, for people at a terminal. */
export interface ProcessBar {
  readonly onProgress: (done: number, total: number, engine: string) => void;
  readonly stop: () => void;
}

/** A bar on the standard error; nothing where that is no terminal, or when asked to be quiet. */
export function processBar(quiet: boolean): ProcessBar {
  if (quiet || !process.stderr.isTTY) return { onProgress: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: '{bar} {value}/{total} processes  about {eta_formatted} left  {engine}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  });
  return {
    onProgress: (done, total, engine) => {
      if (done === 0) bar.start(total, 0, { engine });
      else bar.update(done, { engine });
    },
    stop: () => {
      bar.stop();
    },
  };
}
