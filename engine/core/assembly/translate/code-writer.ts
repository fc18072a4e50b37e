/*
 * Writes words of code, and the fuel of each basic block where it begins.
 */

import { refuse } from '../refusal';
import { Ir, MOST_BLOCK_FUEL } from '../generated/tables';

/** The code being written, from `start` to `pos`, and the basic block it stands in. */
export class Code {
  static start: usize = 0;
  static pos: usize = 0;
  static end: usize = 0;
  static mostBytes: usize = 0;
  static blockFuelAt: usize = 0;
  static blockFuel: i64 = 0;
  static consumeFuel: bool = true;
  static bytesPerFuel: u32 = 64;
}

export const OPERATOR_BYTES: usize = 256;

export const FEW_ARGUMENTS = 8, FEW_VALUES = 4, MOVE_BYTES: usize = 16;

/** Code is the last thing in the memory. */
function makeRoom(bytes: usize): void {
  const needed = Code.pos + bytes - Code.end;
  const pages = max<usize>((needed + 0xffff) >>> 16, 16);
  if (Code.pos - Code.start > Code.mostBytes || memory.grow(<i32>pages) < 0) refuse();
  Code.end += pages << 16;
}

// @ts-ignore: decorator
@inline export function ensure(bytes: usize): void { if (Code.pos + bytes > Code.end) makeRoom(bytes); }

// @ts-ignore: decorator
@inline export function emit(a: i32): void { store<i32>(Code.pos, a); Code.pos += 4; }

// @ts-ignore: decorator
@inline export function emit2(a: i32, b: i32): void { const p = Code.pos; store<i32>(p, a); store<i32>(p, b, 4); Code.pos = p + 8; }

// @ts-ignore: decorator
@inline export function emit3(a: i32, b: i32, c: i32): void { const p = Code.pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); Code.pos = p + 12; }

// @ts-ignore: decorator
@inline export function emit4(a: i32, b: i32, c: i32, d: i32): void { const p = Code.pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); store<i32>(p, d, 12); Code.pos = p + 16; }

// @ts-ignore: decorator
@inline export function emit5(a: i32, b: i32, c: i32, d: i32, e: i32): void { const p = Code.pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); store<i32>(p, d, 12); store<i32>(p, e, 16); Code.pos = p + 20; }

// @ts-ignore: decorator
@inline export function openBlock(): void { Code.blockFuelAt = Code.pos - 4; Code.blockFuel = 0; }

// @ts-ignore: decorator
@inline export function closeBlock(): void { store<i32>(Code.blockFuelAt, Code.consumeFuel ? <i32>min<i64>(Code.blockFuel, MOST_BLOCK_FUEL) : 0); }

export function startBlock(reachable: bool): void {
  let p = Code.pos;
  if (reachable) {
    if (Code.blockFuel == 0 && p == Code.blockFuelAt + 4) return;
    closeBlock();
    store<i32>(p, Ir.ConsumeFuel);
    p += 4;
  }
  store<i32>(p, 0);
  Code.blockFuelAt = p;
  Code.blockFuel = 0;
  Code.pos = p + 4;
}

export function splitBlock(): void {
  const p = Code.pos;
  closeBlock();
  store<i32>(p, 0);
  Code.blockFuelAt = p;
  Code.blockFuel = 0;
  Code.pos = p + 4;
}

// @ts-ignore: decorator
@inline export function setDistance(field: usize, target: usize): void { store<i32>(field, (<i32>(target - field)) >> 2); }

export function patchTo(field: usize, target: usize): void {
  while (field != 0) {
    const next: usize = load<u32>(field);
    setDistance(field, target);
    field = next;
  }
}
