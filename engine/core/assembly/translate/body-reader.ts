/*
 * Reads the body: immediates, block types, the argument of a memory access.
 */

import { afterLeb128, decodeSigned64, decodeUnsigned32, decodeUnsigned64 } from '../leb128';
import { parameterCount as parameterCountOf, resultCount as resultCountOfType, typeRecord } from '../module-description';
import { FILE_OF_TYPE } from '../generated/tables';

/** Where the body is read, and the memory argument that was read last. */
export class Body {
  static offset: usize = 0;
  static memoryIndex: u32 = 0;
  static offsetLow: i32 = 0;
  static offsetHigh: i32 = 0;
}

export function unsigned(): u32 {
  const byte: u32 = load<u8>(Body.offset);
  if (byte > 0x7f) {
    const value = decodeUnsigned32(Body.offset);
    Body.offset = afterLeb128(Body.offset);
    return value;
  }
  Body.offset++;
  return byte;
}

export function signed32(): i32 {
  const value = <i32>decodeSigned64(Body.offset);
  Body.offset = afterLeb128(Body.offset);
  return value;
}

export function readMemoryArgument(): void {
  const flags = unsigned();
  Body.memoryIndex = flags & 0x40 ? unsigned() : 0;
  const value = decodeUnsigned64(Body.offset);
  Body.offset = afterLeb128(Body.offset);
  Body.offsetLow = <i32>value;
  Body.offsetHigh = <i32>(value >> 32);
}

// @ts-ignore: decorator
@inline export function fileOf(type: i32): i32 { return load<u8>(type, FILE_OF_TYPE); }

export function readBlockType(): i32 {
  const byte: i32 = load<u8>(Body.offset);
  if (byte == 0x40) { Body.offset++; return -1; }
  if (byte > 0x40 && byte < 0x80) { Body.offset++; return -1 - byte; }
  return signed32();
}

export function parameterCount(blockType: i32): i32 { return blockType < 0 ? 0 : <i32>parameterCountOf(typeRecord(blockType)); }

export function resultCountOf(blockType: i32): i32 {
  if (blockType < 0) return blockType == -1 ? 0 : 1;
  return <i32>resultCountOfType(typeRecord(blockType));
}

// @ts-ignore: decorator
@inline export function word(): i32 { const v = load<i32>(Body.offset); Body.offset += 4; return v; }
