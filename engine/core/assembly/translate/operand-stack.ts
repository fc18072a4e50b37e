/*
 * The symbolic operand stack: temporaries, locals and constants that no code has been written for yet.
 */

import { refuse } from '../refusal';
import { TOPMOST } from '../scratch';
import { RegisterFile as File } from '../generated/tables';

/** The symbolic operand stack: its entries stand from `entries` to `entriesEnd`. */
export class Operands {
  static entries: usize = 0;
  static entriesEnd: usize = 0;
  static height: i32 = 0;
  static maximumHeight: i32 = 0;
  static settledHeight: i32 = 0;
}

export const enum Entry { Temporary, Local, Constant32, Constant64 }

export const ENTRY: usize = 16;

// @ts-ignore: decorator
@inline export function entry(at: i32): usize { return Operands.entries + ((<usize>at) << 4); }

// @ts-ignore: decorator
@inline export function kindOf(at: i32): i32 { return load<i32>(entry(at)) & 3; }

// @ts-ignore: decorator
@inline export function fileAt(at: i32): i32 { return load<i32>(entry(at)) >> 2; }

// @ts-ignore: decorator
@inline export function valueAt(at: i32): i32 { return load<i32>(entry(at), 4); }

// @ts-ignore: decorator
@inline function highAt(at: i32): i32 { return load<i32>(entry(at), 8); }

// @ts-ignore: decorator
@inline export function topmost(local: i32): usize { return TOPMOST + ((<usize>local) << 2); }

function raise(): void {
  Operands.maximumHeight = Operands.height;
  if (entry(Operands.height) + 1024 > Operands.entriesEnd) refuse();
}

export function pushTemporary(file: i32): void {
  const at = Operands.height++;
  if (at >= Operands.maximumHeight) raise();
  store<i32>(entry(at), file << 2);
}

export function pushLocal(local: i32, file: i32): void {
  const at = Operands.height++;
  if (at >= Operands.maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Local | (file << 2));
  store<i32>(e, local, 4);
  store<i32>(e, load<i32>((<usize>local) << 2, TOPMOST), 12);
  store<i32>(topmost(local), at);
}

export function pushConstant32(bits: i32): void {
  const at = Operands.height++;
  if (at >= Operands.maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Constant32);
  store<i32>(e, bits, 4);
}

export function pushConstant64(bits: i64): void {
  const at = Operands.height++;
  if (at >= Operands.maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Constant64 | (File.Word64 << 2));
  store<i64>(e, bits, 4);
}

export function popEntry(): i32 {
  const at = Operands.height - 1;
  Operands.height = at;
  const e = entry(at);
  if ((load<i32>(e) & 3) == Entry.Local) store<i32>(topmost(load<i32>(e, 4)), load<i32>(e, 12));
  if (at < Operands.settledHeight) Operands.settledHeight = at;
  return at;
}

export function truncate(to: i32): void { while (Operands.height > to) popEntry(); }

// @ts-ignore: decorator
@inline export function settle(at: i32): void { store<i32>(entry(at), load<i32>(entry(at)) & ~3); }

export function takeEntryOfLocal(local: i32): i32 {
  const at = load<i32>((<usize>local) << 2, TOPMOST);
  if (at != -1) {
    store<i32>(topmost(local), load<i32>(entry(at), 12));
    settle(at);
  }
  return at;
}
