import { MODULE_HEAD, SectionCode } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { ModuleWriter } from './module-writer.js';
import { FunctionBuilder } from './function-builder.js';

/** Minimum and maximum size, in pages of 64 KiB or in elements. */
export interface SizeLimits {
  readonly minimum: number;
  readonly maximum?: number;
}

/** The numeric type of a global with its initial value. */
export type GlobalInitial =
  | { readonly type: ValueType.I32; readonly value: number }
  | { readonly type: ValueType.I64; readonly value: bigint }
  | { readonly type: ValueType.F32 | ValueType.F64; readonly value: number };

const enum ExternalKindCode {
  Function = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
}

/**
 * Builds a module in the binary format (spec 5.5), deterministic to the byte: the same calls in the same order give
 * the same module. It encodes and does not validate, so that tests can build what is wrong as well.
 */
export class ModuleBuilder {
  readonly #types: Uint8Array[] = [];
  readonly #typeIndices = new Map<string, number>();
  readonly #imports: Uint8Array[] = [];
  readonly #functionTypes: number[] = [];
  readonly #bodies: (Uint8Array | undefined)[] = [];
  readonly #tables: Uint8Array[] = [];
  readonly #memories: Uint8Array[] = [];
  readonly #globals: Uint8Array[] = [];
  readonly #exports: Uint8Array[] = [];
  readonly #elements: Uint8Array[] = [];
  readonly #data: Uint8Array[] = [];
  readonly #customSections: Uint8Array[] = [];
  #importedFunctionCount = 0;
  #importedGlobalCount = 0;
  #startFunctionIndex: number | undefined;

  /** Index of the function type with these parameters and results, added at its first use. */
  type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#typeIndices.get(key);
    if (known !== undefined) return known;
    const index = this.addType(parameters, results);
    this.#typeIndices.set(key, index);
    return index;
  }

  /** Adds a function type, though there may be one like it, and gives its index. */
  addType(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    return (
      this.#types.push(new ModuleWriter(16).u8(0x60).byteVector(parameters).byteVector(results).toBytes()) - 1
    );
  }

  /** Imports a function and gives its index. All imports come before the first defined function. */
  importFunction(
    module: string,
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): number {
    if (this.#bodies.length > 0) throw new Error('import functions before defining any');
    const type = this.type(parameters, results);
    this.#imports.push(
      new ModuleWriter(32).name(module).name(name).u8(ExternalKindCode.Function).unsigned(type).toBytes(),
    );
    return this.#importedFunctionCount++;
  }

  /** Imports an immutable global. Imports have the first indices: take those of defined globals afterwards. */
  importGlobal(module: string, name: string, type: ValueType): void {
    this.#imports.push(
      new ModuleWriter(32).name(module).name(name).u8(ExternalKindCode.Global).u8(type).u8(0).toBytes(),
    );
    this.#importedGlobalCount++;
  }

  /** Declares a function whose body follows later (for calls ahead) and gives its index. */
  declareFunction(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    this.#functionTypes.push(this.type(parameters, results));
    this.#bodies.push(undefined);
    return this.#importedFunctionCount + this.#bodies.length - 1;
  }

  /** Sets the body of a declared function. */
  defineFunction(functionIndex: number, body: FunctionBuilder): void {
    const position = functionIndex - this.#importedFunctionCount;
    if (!(position >= 0 && position < this.#bodies.length)) {
      throw new RangeError(`function ${functionIndex} is not declared in this module`);
    }
    this.#bodies[position] = body.toBody();
  }

  /** Declares and defines a function in one step and gives its index. */
  addFunction(
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    build: (body: FunctionBuilder) => void,
  ): number {
    const functionIndex = this.declareFunction(parameters, results);
    const body = new FunctionBuilder(parameters.length);
    build(body);
    this.defineFunction(functionIndex, body);
    return functionIndex;
  }

  /** Adds a memory (sizes in pages of 64 KiB) and gives its index. */
  addMemory(limits: SizeLimits): number {
    this.#memories.push(encodeLimits(new ModuleWriter(16), limits).toBytes());
    return this.#memories.length - 1;
  }

  /** Adds a table and gives its index. */
  addTable(element: ValueType.FuncRef | ValueType.ExternRef, limits: SizeLimits): number {
    this.#tables.push(encodeLimits(new ModuleWriter(16).u8(element), limits).toBytes());
    return this.#tables.length - 1;
  }

  /** Adds a global and gives its index. */
  addGlobal(initial: GlobalInitial, mutable: boolean): number {
    const expression = new FunctionBuilder(0);
    if (typeof initial.value === 'bigint') expression.i64Const(initial.value);
    else if (initial.type === ValueType.I32) expression.i32Const(initial.value);
    else if (initial.type === ValueType.F32) expression.f32Const(initial.value);
    else expression.f64Const(initial.value);
    return this.addComputedGlobal(initial.type, expression, mutable);
  }

  /** Adds a global whose initial value an expression gives, and gives its index. */
  addComputedGlobal(type: ValueType, initial: FunctionBuilder, mutable: boolean): number {
    const writer = new ModuleWriter(16).u8(type).u8(mutable ? 1 : 0);
    this.#globals.push(writer.bytes(constantExpression(initial)).toBytes());
    return this.#importedGlobalCount + this.#globals.length - 1;
  }

  /** Puts functions into table 0 from `offset` on at instantiation. */
  addElements(offset: number | FunctionBuilder, functionIndices: readonly number[]): void {
    const writer = new ModuleWriter(16).unsigned(0).bytes(offsetExpression(offset));
    writer.unsigned(functionIndices.length);
    for (const index of functionIndices) writer.unsigned(index);
    this.#elements.push(writer.toBytes());
  }

  /** The same with an expression for each of the elements, references to functions or null. */
  addElementExpressions(offset: number, elements: readonly FunctionBuilder[]): void {
    const writer = new ModuleWriter(16).unsigned(4).bytes(offsetExpression(offset)).unsigned(elements.length);
    for (const element of elements) writer.bytes(constantExpression(element));
    this.#elements.push(writer.toBytes());
  }

  /** Puts bytes into memory 0 from `offset` on at instantiation. */
  addData(offset: number | FunctionBuilder, bytes: Uint8Array): void {
    const writer = new ModuleWriter(bytes.length + 16).unsigned(0).bytes(offsetExpression(offset));
    this.#data.push(writer.byteVector(bytes).toBytes());
  }

  exportFunction(name: string, functionIndex: number): void {
    this.#export(name, ExternalKindCode.Function, functionIndex);
  }

  exportMemory(name: string, memoryIndex = 0): void {
    this.#export(name, ExternalKindCode.Memory, memoryIndex);
  }

  exportTable(name: string, tableIndex = 0): void {
    this.#export(name, ExternalKindCode.Table, tableIndex);
  }

  exportGlobal(name: string, globalIndex: number): void {
    this.#export(name, ExternalKindCode.Global, globalIndex);
  }

  /** Names the function that runs at instantiation. */
  start(functionIndex: number): void {
    this.#startFunctionIndex = functionIndex;
  }

  addCustomSection(name: string, bytes: Uint8Array): void {
    this.#customSections.push(new ModuleWriter(bytes.length + 32).name(name).bytes(bytes).toBytes());
  }

  /** The module. Throws when a declared function has no body. */
  toBytes(): Uint8Array {
    const bodies = this.#bodies.map((body, position) => {
      if (body !== undefined) return new ModuleWriter(body.length + 5).byteVector(body).toBytes();
      throw new Error(`function ${this.#importedFunctionCount + position} is declared but has no body`);
    });
    const functionTypes = this.#functionTypes.map((type) => new ModuleWriter(5).unsigned(type).toBytes());
    const module = new ModuleWriter(65_536).bytes(MODULE_HEAD);
    writeVector(module, SectionCode.Type, this.#types);
    writeVector(module, SectionCode.Import, this.#imports);
    writeVector(module, SectionCode.Function, functionTypes);
    writeVector(module, SectionCode.Table, this.#tables);
    writeVector(module, SectionCode.Memory, this.#memories);
    writeVector(module, SectionCode.Global, this.#globals);
    writeVector(module, SectionCode.Export, this.#exports);
    if (this.#startFunctionIndex !== undefined) {
      module
        .u8(SectionCode.Start)
        .byteVector(new ModuleWriter(5).unsigned(this.#startFunctionIndex).toBytes());
    }
    writeVector(module, SectionCode.Element, this.#elements);
    writeVector(module, SectionCode.Code, bodies);
    writeVector(module, SectionCode.Data, this.#data);
    for (const section of this.#customSections) module.u8(SectionCode.Custom).byteVector(section);
    return module.toBytes();
  }

  #export(name: string, kind: ExternalKindCode, index: number): void {
    this.#exports.push(new ModuleWriter(32).name(name).u8(kind).unsigned(index).toBytes());
  }
}

function encodeLimits(writer: ModuleWriter, { minimum, maximum }: SizeLimits): ModuleWriter {
  writer.u8(maximum === undefined ? 0 : 1).unsigned(minimum);
  return maximum === undefined ? writer : writer.unsigned(maximum);
}

function offsetExpression(offset: number | FunctionBuilder): Uint8Array {
  return constantExpression(typeof offset === 'number' ? new FunctionBuilder(0).i32Const(offset) : offset);
}

function constantExpression(operators: FunctionBuilder): Uint8Array {
  return operators.toBody().subarray(1); // without the count of local declarations
}

function writeVector(module: ModuleWriter, section: SectionCode, items: readonly Uint8Array[]): void {
  if (items.length === 0) return;
  const content = new ModuleWriter(1024).unsigned(items.length);
  for (const item of items) content.bytes(item);
  module.u8(section).byteVector(content.toBytes());
}
