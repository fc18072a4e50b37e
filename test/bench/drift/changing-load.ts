import { Worker } from 'node:worker_threads';

/** Keeps a core busy and idle by turns, of a twentieth of a second to one, without end. */
const SPINNER = `
  const { workerData } = require('node:worker_threads');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let state = workerData;
  const turn = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 50 * 20 ** (state / 2 ** 32);
  };
  for (;;) {
    const end = Date.now() + turn();
    while (Date.now() < end);
    Atomics.wait(cell, 0, 0, turn());
  }`;

/** Has threads keep none, one or two cores busy, in turns that the seed tells; they end with the process. */
export function changeLoad(seed: number): void {
  for (const thread of [1, 2]) new Worker(SPINNER, { eval: true, workerData: 2 * seed + thread }).unref();
}
