import type { Progress } from './bench-options.js';

/** One line at a terminal with the time left; nothing anywhere else. */
export function progressLine(steps: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now();
  let done = 0;
  const write = (text: string) => {
    if (stream.isTTY) stream.write(`\r\x1b[K${text.slice(0, stream.columns - 1)}`);
  };
  return {
    step(what) {
      const seconds = (performance.now() - started) / 1000;
      const left = done === 0 ? '' : `, ${Math.ceil((seconds / done) * (steps - done))} s left`;
      done++;
      write(`${done}/${steps}${left}: ${what}`);
    },
    done: () => write(''),
  };
}
