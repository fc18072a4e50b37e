import { Errno } from '../call/constants.js';
import { WasiError } from '../call/errno.js';
import type { WasiCall } from './wasi-call.js';

/** Thrown through the program when it calls `proc_exit`. */
export class ProgramExit extends Error {
  override readonly name = 'ProgramExit';
  constructor(readonly code: number) {
    super(`the program ended with exit code ${code}`);
  }
}

function writeSizes(
  { memory }: WasiCall,
  texts: readonly Uint8Array[],
  countAt: number,
  bytesAt: number,
): void {
  memory.bytes(countAt, 4);
  memory.bytes(bytesAt, 4);
  memory.writeUnsigned32(countAt, texts.length);
  memory.writeUnsigned32(
    bytesAt,
    texts.reduce((sum, { length }) => sum + length + 1, 0),
  );
}

function writeTexts(
  { memory, charge }: WasiCall,
  texts: readonly Uint8Array[],
  pointersAt: number,
  at: number,
) {
  const total = texts.reduce((sum, { length }) => sum + length + 1, 0);
  charge.items(texts.length);
  charge.bytes(total);
  memory.bytes(pointersAt, 4 * texts.length);
  memory.bytes(at, total);
  texts.forEach((text, i) => {
    memory.writeUnsigned32(pointersAt + 4 * i, at);
    const bytes = memory.bytes(at, text.length + 1);
    bytes.set(text);
    bytes[text.length] = 0;
    at += text.length + 1;
  });
}

/** Arguments, variables, clocks, chance, and the program's end. */
export const processFunctions = {
  args_sizes_get: (call: WasiCall, countAt: number, bytesAt: number) =>
    writeSizes(call, call.arguments, countAt, bytesAt),

  args_get: (call: WasiCall, pointersAt: number, at: number) =>
    writeTexts(call, call.arguments, pointersAt, at),

  environ_sizes_get: (call: WasiCall, countAt: number, bytesAt: number) =>
    writeSizes(call, call.variables, countAt, bytesAt),

  environ_get: (call: WasiCall, pointersAt: number, at: number) =>
    writeTexts(call, call.variables, pointersAt, at),

  clock_res_get({ memory, surroundings }: WasiCall, clock: number, at: number): void {
    memory.bytes(at, 8);
    const resolution = surroundings.resolution(clock);
    if (resolution === undefined) throw new WasiError(Errno.Inval);
    memory.writeUnsigned64(at, resolution);
  },

  clock_time_get({ memory, surroundings }: WasiCall, clock: number, _precision: bigint, at: number): void {
    memory.bytes(at, 8);
    const now = surroundings.now(clock);
    if (now === undefined) throw new WasiError(Errno.Inval);
    memory.writeUnsigned64(at, now);
  },

  random_get({ memory, charge, surroundings }: WasiCall, at: number, length: number): void {
    charge.random();
    const bytes = memory.bytes(at, length);
    charge.slowBytes(length);
    surroundings.fillRandom(bytes);
  },

  sched_yield(): void {
    // A program has its thread to itself.
  },

  proc_exit(_call: WasiCall, code: number): void {
    throw new ProgramExit(code);
  },

  proc_raise(): void {
    throw new WasiError(Errno.NotSup);
  },
};
