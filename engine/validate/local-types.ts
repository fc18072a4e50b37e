import { counted } from '../counted.js';
import { MalformedModuleError, UnsupportedModuleError } from '../errors.js';
import { afterUnsigned32, decodeUnsigned32 } from '../binary/leb128.js';
import type { ParsedModule } from '../binary/parsed-module.js';
import { valueTypeOfCode } from '../binary/type-reader.js';
import type { FunctionType } from '../types/function-type.js';
import { mentionsVector } from '../types/frame-cost.js';
import { ValueType } from '../types/value-type.js';

/**
 * The types of a function's parameters and locals. They are declared in runs, and seven bytes can declare 50,000:
 * listing them one by one takes at most as many steps as the body has bytes, and the rest is looked up by run.
 */
export class LocalTypes {
  /** Type per local, for the first `listed` ones. */
  types = new Uint32Array(256);
  listed = 0;
  /** Parameters and locals. */
  count = 0;
  hasVectors = false;
  // Runs that end behind the listed ones.
  private readonly runTypes: ValueType[] = [];
  /** Per run the index behind its last local. */
  private readonly runEnds: number[] = [];
  private runs = 0;

  /** Reads the declarations at `offset` and returns the offset behind them. */
  read(module: ParsedModule, type: FunctionType, offset: number, end: number): number {
    const { bytes, features, limits } = module;
    const { parameters } = type;
    const listable = parameters.length + Math.min(end - offset, limits.maximumLocals);
    if (this.types.length < listable) this.types = new Uint32Array(2 * listable);
    const { types } = this;
    for (let index = 0; index < parameters.length; index++) types[index] = parameters[index]!;
    let count = parameters.length;
    this.hasVectors = mentionsVector(type);
    this.listed = count;
    this.runs = 0;

    const start = offset;
    // Numbers of one byte and the types of numbers are read right here.
    let declarations = bytes[offset]!;
    if (declarations < 0x80) offset++;
    else {
      offset = afterUnsigned32(bytes, start, end);
      declarations = decodeUnsigned32(bytes, start);
    }
    if (declarations > end - offset) throw new MalformedModuleError('length out of bounds', start);
    for (let declaration = 0; declaration < declarations; declaration++) {
      const runStart = offset;
      let length = bytes[offset]!;
      if (length < 0x80) offset++;
      else {
        offset = afterUnsigned32(bytes, runStart, end);
        length = decodeUnsigned32(bytes, runStart);
      }
      if (offset >= end) throw new MalformedModuleError('unexpected end of section or function', end);
      let runType: ValueType = bytes[offset]!;
      if (runType < ValueType.F64 || runType > ValueType.I32) {
        runType = valueTypeOfCode(runType, features, offset);
      }
      offset++;
      if (runType === ValueType.V128) this.hasVectors = true;
      count += length;
      if (count - parameters.length > 0xffff_ffff)
        throw new MalformedModuleError('too many locals', runStart);
      const last = Math.min(count, listable);
      types.fill(runType, this.listed, last);
      this.listed = last;
      if (count > listable) {
        this.runTypes[this.runs] = runType;
        this.runEnds[this.runs++] = count;
      }
    }
    if (count > limits.maximumLocals) {
      throw new UnsupportedModuleError(
        `${counted(count, 'locals')}; the limit is ${limits.maximumLocals}`,
        start,
      );
    }
    this.count = count;
    return offset;
  }

  /** The type of any local; undefined when there is none. */
  typeAt(index: number): ValueType | undefined {
    if (!(index < this.count)) return undefined;
    if (index < this.listed) return this.types[index]!;
    let low = 0;
    let high = this.runs - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.runEnds[middle]! > index) high = middle;
      else low = middle + 1;
    }
    return this.runTypes[low]!;
  }
}
