import { Operator } from '@wasm-dyno/engine/operators';
import type { ValueType } from '@wasm-dyno/engine';
import { ModuleWriter } from './module-writer.js';

/** The type of a block: nothing, one result, or the index of a function type. */
export type BlockType = 'empty' | { readonly result: ValueType } | { readonly typeIndex: number };

/**
 * Writes one function body: locals are declared first or in between, operators in the order emitted. It encodes and
 * does not check; whoever emits keeps to the typing rules. The closing `end` of the body is added by `toBody`.
 */
export class FunctionBuilder {
  readonly #code = new ModuleWriter();
  readonly #localTypes: ValueType[] = [];
  readonly #parameterCount: number;

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  /** Bytes of code so far, without local declarations and the closing `end`. */
  get codeBytes(): number {
    return this.#code.length;
  }

  /** Forgets all code after the first `codeBytes` bytes, which must be a boundary between operators. */
  truncate(codeBytes: number): void {
    this.#code.truncate(codeBytes);
  }

  /** Declares a local and gives its index. Neighbours of one type share a declaration. */
  local(type: ValueType): number {
    this.#localTypes.push(type);
    return this.#parameterCount + this.#localTypes.length - 1;
  }

  /** Bytes of the whole body as it would be written now: declarations, code and the closing `end`. */
  get bodyBytes(): number {
    return this.#declarations().length + this.#code.length + 1;
  }

  /** The body: local declarations, code, `end`; without the size field that precedes it in the code section. */
  toBody(): Uint8Array {
    return this.#declarations().bytes(this.#code.toBytes()).u8(Operator.End).toBytes();
  }

  /** An operator without immediates (or the opcode of one whose immediates follow by other means). */
  operator(operator: Operator): this {
    if (operator < 0x100) this.#code.u8(operator);
    else this.#code.u8(operator < 0x200 ? 0xfc : 0xfd).unsigned(operator & 0xff);
    return this;
  }

  i32Const(value: number): this {
    this.#code.u8(Operator.I32Const).signed32(value);
    return this;
  }

  i64Const(value: bigint): this {
    this.#code.u8(Operator.I64Const).signed64(value);
    return this;
  }

  f32Const(value: number): this {
    this.#code.u8(Operator.F32Const).f32(value);
    return this;
  }

  f64Const(value: number): this {
    this.#code.u8(Operator.F64Const).f64(value);
    return this;
  }

  localGet(index: number): this {
    return this.#indexed(Operator.LocalGet, index);
  }

  localSet(index: number): this {
    return this.#indexed(Operator.LocalSet, index);
  }

  localTee(index: number): this {
    return this.#indexed(Operator.LocalTee, index);
  }

  globalGet(index: number): this {
    return this.#indexed(Operator.GlobalGet, index);
  }

  globalSet(index: number): this {
    return this.#indexed(Operator.GlobalSet, index);
  }

  call(functionIndex: number): this {
    return this.#indexed(Operator.Call, functionIndex);
  }

  callIndirect(typeIndex: number, tableIndex = 0): this {
    this.#code.u8(Operator.CallIndirect).unsigned(typeIndex).unsigned(tableIndex);
    return this;
  }

  /** A load or store of memory 0; `alignmentLog2` at most the natural alignment. */
  memoryAccess(operator: Operator, alignmentLog2: number, offset: number): this {
    this.operator(operator);
    this.#code.unsigned(alignmentLog2).unsigned(offset);
    return this;
  }

  memorySize(): this {
    return this.#indexed(Operator.MemorySize, 0);
  }

  memoryGrow(): this {
    return this.#indexed(Operator.MemoryGrow, 0);
  }

  memoryFill(): this {
    this.operator(Operator.MemoryFill);
    this.#code.u8(0);
    return this;
  }

  memoryCopy(): this {
    this.operator(Operator.MemoryCopy);
    this.#code.u8(0).u8(0);
    return this;
  }

  memoryInit(dataSegment: number): this {
    this.operator(Operator.MemoryInit);
    this.#code.unsigned(dataSegment).u8(0);
    return this;
  }

  block(type: BlockType, body: () => void): this {
    return this.#structured(Operator.Block, type, body);
  }

  loop(type: BlockType, body: () => void): this {
    return this.#structured(Operator.Loop, type, body);
  }

  if(type: BlockType, consequent: () => void, alternative?: () => void): this {
    return this.#structured(Operator.If, type, () => {
      consequent();
      if (alternative !== undefined) {
        this.#code.u8(Operator.Else);
        alternative();
      }
    });
  }

  br(depth: number): this {
    return this.#indexed(Operator.Br, depth);
  }

  brIf(depth: number): this {
    return this.#indexed(Operator.BrIf, depth);
  }

  brTable(depths: readonly number[], defaultDepth: number): this {
    this.#code.u8(Operator.BrTable).unsigned(depths.length);
    for (const depth of depths) this.#code.unsigned(depth);
    this.#code.unsigned(defaultDepth);
    return this;
  }

  /** Bytes as they are, for encodings that have no method here. */
  raw(...bytes: number[]): this {
    this.#code.bytes(bytes);
    return this;
  }

  #indexed(operator: Operator, index: number): this {
    this.#code.u8(operator).unsigned(index);
    return this;
  }

  #structured(operator: Operator, type: BlockType, body: () => void): this {
    this.#code.u8(operator);
    if (type === 'empty') this.#code.u8(0x40);
    else if ('result' in type) this.#code.u8(type.result);
    else this.#code.signed64(BigInt(type.typeIndex));
    body();
    this.#code.u8(Operator.End);
    return this;
  }

  #declarations(): ModuleWriter {
    const groups: { count: number; type: ValueType }[] = [];
    for (const type of this.#localTypes) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ count: 1, type });
    }
    const writer = new ModuleWriter(16 + 6 * groups.length);
    writer.unsigned(groups.length);
    for (const { count, type } of groups) writer.unsigned(count).u8(type);
    return writer;
  }
}
