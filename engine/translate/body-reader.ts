import { afterLeb128, decodeSigned32, decodeSigned64High, decodeUnsigned32 } from '../binary/leb128.js';
import type { ParsedModule } from '../binary/parsed-module.js';
import type { ValueType } from '../types/value-type.js';

/** Reads the immediates of a valid body. Nothing is checked. */
export class BodyReader {
  protected module!: ParsedModule;
  protected bytes: Uint8Array = new Uint8Array(0);
  protected offset = 0;
  // Of the last memory argument read.
  protected memoryIndex = 0;
  protected offsetLow = 0;
  protected offsetHigh = 0;

  protected readMemoryArgument(): void {
    const flags = this.unsigned();
    this.memoryIndex = (flags & 0x40) !== 0 ? this.unsigned() : 0;
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      this.offsetLow = byte;
      this.offsetHigh = 0;
      return;
    }
    // Read as a signed integer the bits of an unsigned one are the same, except that its top bit would be extended.
    const { bytes, offset } = this;
    this.offset = afterLeb128(bytes, offset);
    const length = this.offset - offset;
    this.offsetLow = length < 5 ? decodeUnsigned32(bytes, offset) : decodeUnsigned32(bytes, offset) | 0;
    this.offsetHigh =
      length < 5 ? 0 : decodeSigned64High(bytes, offset) & (length < 10 ? 2 ** (7 * length - 32) - 1 : -1);
  }

  protected unsigned(): number {
    const byte = this.bytes[this.offset]!;
    if (byte > 0x7f) return this.longUnsigned();
    this.offset++;
    return byte;
  }

  private longUnsigned(): number {
    const value = decodeUnsigned32(this.bytes, this.offset);
    this.offset = afterLeb128(this.bytes, this.offset);
    return value;
  }

  protected signed32(): number {
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      return (byte << 25) >> 25;
    }
    const value = decodeSigned32(this.bytes, this.offset);
    this.offset = afterLeb128(this.bytes, this.offset);
    return value;
  }

  protected valueType(): ValueType {
    return this.bytes[this.offset++]!;
  }

  /** Index into the module's types, or -1 - value type for one result, or -1 for none. */
  protected blockType(): number {
    const byte = this.bytes[this.offset]!;
    if (byte === 0x40) {
      this.offset++;
      return -1;
    }
    if (byte > 0x40 && byte < 0x80) {
      this.offset++;
      return -1 - byte;
    }
    return this.signed32();
  }

  protected parameterCount(blockType: number): number {
    return blockType < 0 ? 0 : this.module.types[blockType]!.parameters.length;
  }

  protected resultCountOf(blockType: number): number {
    if (blockType < 0) return blockType === -1 ? 0 : 1;
    return this.module.types[blockType]!.results.length;
  }

  protected word(): number {
    const { bytes, offset } = this;
    this.offset = offset + 4;
    return (
      bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)
    );
  }
}
