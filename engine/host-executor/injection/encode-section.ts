import type { ConstantExpression } from '../../binary/constant-operation.js';
import { GLOBAL_ITEM, NULL_ITEM } from '../../binary/element-segments.js';
import { Operator } from '../../binary/operator.js';
import type { ExportDescriptor, ParsedModule } from '../../binary/parsed-module.js';
import type { ExternalKind } from '../../types/external-type.js';
import { ValueType } from '../../types/value-type.js';
import type { ByteWriter } from '../../binary/byte-writer.js';
import { memoryTypeBytes, tableTypeBytes } from './host-limits.js';
import { WrittenExpression } from '../../binary/written-expression.js';
import { encodeConstant } from './encode-constant.js';

/** New index of a global in the injected module. */
type MoveGlobal = (globalIndex: number) => number;

/*
 * The sections that may name defined globals, written anew from the parsed module. Few modules need it: constant
 * expressions that read a defined global came with WebAssembly 3.0, and exported globals are rare.
 */

export function readsDefinedGlobal(
  module: ParsedModule,
  expression: ConstantExpression | undefined,
): boolean {
  if (expression === undefined || (expression instanceof WrittenExpression && !expression.readsGlobals))
    return false;
  for (const operation of expression)
    if (operation.kind === 'global.get' && operation.globalIndex >= module.importedGlobalCount) return true;
  return false;
}

export function elementsReadDefinedGlobal(module: ParsedModule): boolean {
  if (module.elements.highestGlobal >= module.importedGlobalCount) return true;
  for (const offset of module.elements.computedOffsets()) if (readsDefinedGlobal(module, offset)) return true;
  return false;
}

export function encodeGlobals(out: ByteWriter, module: ParsedModule, move: MoveGlobal): void {
  writeCount(out, module.globalInitializers.length);
  module.globalInitializers.forEach((initializer, index) => {
    const type = module.globals[module.importedGlobalCount + index]!;
    out.reserve(2);
    out.byte(type.value);
    out.byte(type.mutable ? 1 : 0);
    encodeConstant(out, initializer, move);
  });
}

/** The element segments, of a section to which `added` more will be appended. */
export function encodeElements(out: ByteWriter, module: ParsedModule, move: MoveGlobal, added: number): void {
  writeCount(out, module.elements.length + added);
  for (const segment of module.elements) {
    const { asExpressions, items, mode, offset, tableIndex, type } = segment;
    // Bit 0: not active; bit 1: table index given, or declarative; bit 2: expressions instead of function indices.
    const modeBits = mode === 'active' ? 2 : mode === 'passive' ? 1 : 3;
    out.reserve(16);
    out.unsigned32(modeBits | (asExpressions ? 4 : 0));
    if (mode === 'active') {
      out.unsigned32(tableIndex);
      encodeConstant(out, offset ?? [], move);
      out.reserve(1);
    }
    out.byte(asExpressions ? type : FUNCTION_ELEMENT_KIND);
    writeCount(out, items.length);
    if (asExpressions) {
      for (const item of items) encodeItem(out, item, type, move);
    } else {
      out.reserve(5 * items.length);
      for (const functionIndex of items) out.unsigned32(functionIndex);
    }
  }
}

/** An item of an element segment as an expression. */
function encodeItem(out: ByteWriter, item: number, type: ValueType, move: MoveGlobal): void {
  out.reserve(7);
  if (item === NULL_ITEM) {
    out.byte(Operator.RefNull);
    out.byte(type);
  } else if (item < GLOBAL_ITEM) {
    out.byte(Operator.RefFunc);
    out.unsigned32(item);
  } else {
    out.byte(Operator.GlobalGet);
    out.unsigned32(move(item - GLOBAL_ITEM));
  }
  out.byte(Operator.End);
}

/** The memories that the module defines, within the host's limits. */
export function encodeMemories(out: ByteWriter, module: ParsedModule): void {
  const memories = module.memories.slice(module.importedMemoryCount);
  writeCount(out, memories.length);
  for (const type of memories) out.bytes(memoryTypeBytes(type));
}

/** The tables that the module defines, within the host's limits, of a section to which `added` more will be appended. */
export function encodeTables(out: ByteWriter, module: ParsedModule, added: number): void {
  const tables = module.tables.slice(module.importedTableCount);
  writeCount(out, tables.length + added);
  for (const type of tables) out.bytes(tableTypeBytes(type));
}

/**
 * The imports, within the host's limits, of a section to which `added` more will be appended. They are without names: hosts would decode
 * those for every instance, and are given the values in their order.
 */
export function encodeImports(out: ByteWriter, module: ParsedModule, added: number): void {
  writeCount(out, module.imports.length + added);
  let functionIndex = 0;
  for (const { type } of module.imports) {
    out.reserve(8);
    out.byte(0);
    out.byte(0);
    out.byte(EXTERNAL_KIND_CODES[type.kind]);
    switch (type.kind) {
      case 'function':
        out.unsigned32(module.functionTypeIndices[functionIndex++]!);
        break;
      case 'table':
        out.bytes(tableTypeBytes(type));
        break;
      case 'memory':
        out.bytes(memoryTypeBytes(type));
        break;
      case 'global':
        out.byte(type.value);
        out.byte(type.mutable ? 1 : 0);
    }
  }
}

/** An entry of the table section: a table of `size` functions that never grows. */
export function encodeFunctionTable(out: ByteWriter, size: number): void {
  out.reserve(2);
  out.byte(ValueType.FuncRef);
  out.byte(1);
  writeCount(out, size);
  writeCount(out, size);
}

/** An active element segment that puts functions into a table, from its first element on. */
export function encodeFunctionElements(out: ByteWriter, tableIndex: number, functions: Uint32Array): void {
  out.reserve(16 + 5 * functions.length);
  out.byte(2);
  out.unsigned32(tableIndex);
  encodeConstant(out, [{ kind: 'i32.const', value: 0 }], (index) => index);
  out.reserve(6 + 5 * functions.length);
  out.byte(FUNCTION_ELEMENT_KIND);
  out.unsigned32(functions.length);
  for (const functionIndex of functions) out.unsigned32(functionIndex);
}

export function encodeData(out: ByteWriter, module: ParsedModule, move: MoveGlobal): void {
  writeCount(out, module.data.length);
  for (const segment of module.data) {
    out.reserve(16);
    if (segment.mode === 'active') {
      out.unsigned32(2);
      out.unsigned32(segment.memoryIndex);
      encodeConstant(out, segment.offset ?? [], move);
    } else {
      out.unsigned32(1);
    }
    writeCount(out, segment.bytesLength);
    out.bytes(module.bytes.subarray(segment.bytesOffset, segment.bytesOffset + segment.bytesLength));
  }
}

const EXTERNAL_KIND_CODES: Readonly<Record<ExternalKind, number>> = {
  function: 0,
  table: 1,
  memory: 2,
  global: 3,
};

/** The module's exports, named by their positions lest hosts work on longer names for every instance, then `added`. */
export function encodeExports(
  out: ByteWriter,
  module: ParsedModule,
  move: MoveGlobal,
  added: readonly ExportDescriptor[],
): void {
  writeCount(out, module.exports.length + added.length);
  const write = (name: string, { index, kind }: ExportDescriptor) => {
    writeName(out, name);
    out.reserve(6);
    out.byte(EXTERNAL_KIND_CODES[kind]);
    out.unsigned32(kind === 'global' ? move(index) : index);
  };
  module.exports.forEach((one, position) => write(`${position}`, one));
  for (const one of added) write(one.name, one);
}

export interface AddedGlobalImport {
  readonly name: string;
  readonly type: ValueType.I32 | ValueType.I64 | ValueType.FuncRef;
  readonly mutable: boolean;
  /** For a function that is not null: the index of its type. */
  readonly functionType?: number;
}

const GLOBAL_IMPORT_CODE = 3;
/** A reference that is not null, to what the type index behind it says. */
const REFERENCE_CODE = 0x64;

export function encodeGlobalImports(
  out: ByteWriter,
  moduleName: string,
  imports: readonly AddedGlobalImport[],
): void {
  for (const { functionType, mutable, name, type } of imports) {
    writeName(out, moduleName);
    writeName(out, name);
    out.reserve(8);
    out.byte(GLOBAL_IMPORT_CODE);
    if (functionType === undefined) {
      out.byte(type);
    } else {
      out.byte(REFERENCE_CODE);
      out.signed(functionType);
    }
    out.byte(mutable ? 1 : 0);
  }
}

const FUNCTION_ELEMENT_KIND = 0;

const utf8 = new TextEncoder();

function writeName(out: ByteWriter, name: string): void {
  const bytes = utf8.encode(name);
  writeCount(out, bytes.length);
  out.bytes(bytes);
}

function writeCount(out: ByteWriter, count: number): void {
  out.reserve(5);
  out.unsigned32(count);
}
