/*
 * Loads and stores, of scalars, vectors and lanes.
 */

import { afterUnsigned64, decodeUnsigned64 } from '../leb128';
import { memories, memoryCount } from '../module-description';
import { refuse } from '../refusal';
import { Body, byte, unsigned32 } from './body-reader';
import { pop, push } from './operand-stack';
import { ACCESSES, LANES, MemoryAccess, ValueType } from '../generated/tables';

function memoryAddressType(index: u32): i32 {
  if (index >= memoryCount) refuse();
  return load<u8>(memories + index);
}

/** Reads a memarg and returns the address type. */
function readMemarg(access: i32): i32 {
  const flags = unsigned32();
  if (flags >= 0x80) refuse();
  let index: u32 = 0;
  if (flags & 0x40) index = unsigned32();
  const start = Body.next;
  Body.next = afterUnsigned64(start, Body.end);
  const address = memoryAddressType(index);
  if ((flags & 0x3f) > <u32>((access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift)) refuse();
  if (address == ValueType.I32 && decodeUnsigned64(start) > 0xffff_ffff) refuse();
  return address;
}

// @ts-ignore: decorator
@inline export function accessOf(operator: i32): i32 { return load<u16>(((<usize>operator) << 1), ACCESSES); }

export function readLanes(operator: i32, count: i32): void {
  const lanes = <i32>load<u8>(operator, LANES);
  for (let i = 0; i < count; i++) if (byte() >= lanes) refuse();
}

/** A load or store, of a scalar, a vector or one lane of a vector. */
export function memoryAccess(operator: i32, sp: usize): usize {
  const access = accessOf(operator);
  const address = readMemarg(access);
  const type = access & MemoryAccess.ValueTypeMask;
  if (access & MemoryAccess.Lane) readLanes(operator, 1);
  if (access & (MemoryAccess.Lane | MemoryAccess.Store)) sp = pop(sp, type);
  sp = pop(sp, address);
  return access & MemoryAccess.Store ? sp : push(sp, type);
}

export function readMemory(): i32 {
  return memoryAddressType(unsigned32());
}
