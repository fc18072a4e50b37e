import { MODULE_HEAD, nameBytes, section, SectionCode, sized } from '@wasm-dyno/engine/operators';

const ROUNDS = 8000;
const ACCUMULATORS = 8;
const STEPS_PER_ROUND = 4;
/** Three in a row within this are the loop's full speed. */
const SETTLED = 0.02;
const MOST_SETTLING_MILLISECONDS = 40;

/**
 * A fixed piece of work, some tens of microseconds long: it reads no memory and allocates nothing, and keeps all of a core's adders busy
 * at once. Whoever shares the core (a neighbour on its other hardware thread, a lower clock) makes it slower, by about as much as
 * a compiler; a loop of dependent steps would not notice.
 */
export class ReferenceLoop {
  private readonly run: (rounds: number) => number;

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(referenceModule()));
    this.run = exports.run as (rounds: number) => number;
    this.settle();
  }

  nanoseconds(): number {
    const begin = performance.now();
    this.run(ROUNDS);
    return (performance.now() - begin) * 1e6;
  }

  /** Waits until the host has optimised the loop, so that the first block of a process is judged fairly too. */
  private settle(): void {
    const begin = performance.now();
    const last = [Infinity, Infinity, Infinity];
    while (
      Math.max(...last) > Math.min(...last) * (1 + SETTLED) &&
      performance.now() - begin < MOST_SETTLING_MILLISECONDS
    ) {
      last.shift();
      last.push(this.nanoseconds());
    }
  }
}

const [I32, LOOP, VOID, BR_IF, END] = [0x7f, 0x03, 0x40, 0x0d, 0x0b];
const [GET, SET, TEE, CONST, ADD, SUB, XOR] = [0x20, 0x21, 0x22, 0x41, 0x6a, 0x6b, 0x73];

/** `run(rounds)`: eight accumulators, each step `x = (x ^ rounds) + constant`, independent of the other seven. */
function referenceModule(): Uint8Array<ArrayBuffer> {
  const accumulators = Array.from({ length: ACCUMULATORS }, (_, i) => i + 1);
  const step = accumulators.flatMap((x) => [GET, x, GET, 0, XOR, CONST, 7 + x, ADD, SET, x]);
  const code = [
    ...[1, ACCUMULATORS, I32],
    ...[LOOP, VOID],
    ...Array.from({ length: STEPS_PER_ROUND }, () => step).flat(),
    ...[GET, 0, CONST, 1, SUB, TEE, 0, BR_IF, 0],
    END,
    ...accumulators.flatMap((x, i) => (i === 0 ? [GET, x] : [GET, x, XOR])),
    END,
  ];
  return new Uint8Array([
    ...MODULE_HEAD,
    ...section(SectionCode.Type, [[0x60, 1, I32, 1, I32]]),
    ...section(SectionCode.Function, [[0]]),
    ...section(SectionCode.Export, [[...nameBytes('run'), 0x00, 0]]),
    ...section(SectionCode.Code, [sized(code)]),
  ]);
}
