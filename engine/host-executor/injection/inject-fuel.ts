import { afterLeb128, decodeUnsigned32 } from '../../binary/leb128.js';
import {
  definedFunctionCount,
  type ExportDescriptor,
  type ParsedModule,
} from '../../binary/parsed-module.js';
import { SectionCode } from '../../binary/section-code.js';
import { ValueType } from '../../types/value-type.js';
import { BodyInjector } from './body-injector.js';
import { ByteWriter } from '../../binary/byte-writer.js';
import {
  type AddedGlobalImport,
  elementsReadDefinedGlobal,
  encodeData,
  encodeElements,
  encodeExports,
  encodeFunctionElements,
  encodeFunctionTable,
  encodeGlobalImports,
  encodeGlobals,
  encodeImports,
  encodeMemories,
  encodeTables,
  readsDefinedGlobal,
} from './encode-section.js';
import { exceedsHostLimits } from './host-limits.js';
import { DEFAULT_EXECUTION_COSTS, type ExecutionCosts } from '../../fuel/execution-costs.js';
import type { InjectionLayout } from './injection-layout.js';
import { MeteredHelpers } from './metered-helpers.js';

/** What the injected code charges for. */
export interface InjectionOptions {
  /** Whether executing is charged; true unless told. Without, only what tells traps apart and keeps limits is injected. */
  readonly chargeExecution?: boolean | undefined;
  /** Bytes of bulk work, growth or locals that one fuel pays for; a whole number from 1 on. */
  readonly bytesPerFuel: number;
  /** What operators cost; the schedule's costs unless given. */
  readonly execution?: ExecutionCosts | undefined;
  /** Fuel charged on the first call of a defined function (counted without imports) for compiling it; absent: nothing is charged. */
  readonly compilationFuel?: ((definedIndex: number) => bigint) | undefined;
  /**
   * Whether a refused step asks the imported function `refused` what to do, which may be to wait in `wait` and ask again; false unless told. For
   * hosts with JavaScript Promise Integration.
   */
  readonly resumable?: boolean | undefined;
  /** Functions, imports first, whose bodies are invalid: calling one pays, and fails. None unless told. */
  readonly invalidFunctions?: ReadonlySet<number> | undefined;
}

/** A module that meters itself, for a WebAssembly host. */
export interface InjectedModule {
  readonly bytes: Uint8Array;
  /** Number of bitmaps to import as `paid0`, `paid1`, ...: one per 32 defined functions, none if compiling is free. */
  readonly paidGlobalCount: number;
  /** Export names of the memories that the module defines, in order. They are no numbers, as those of the original exports are. */
  readonly memoryExports: readonly string[];
  /** Whether its refused steps may wait: then it imports `refused` and `wait`. */
  readonly resumable: boolean;
  /** Export names of the tables that the module defines, in order. They are no numbers, as those of the original exports are. */
  readonly tableExports: readonly string[];
  /**
   * Export name of the start function, which the host must call by itself: during an instantiation its tables cannot be
   * seen, so that its traps could not be told apart.
   */
  readonly startExport: string | undefined;
  /**
   * Functions without an export that references may lead to, ascending, and the export name of an added table that holds
   * them in this order: so a function that comes out of the host can be told. Undefined if there are none.
   */
  readonly functionTable: { readonly functions: Uint32Array; readonly exportName: string } | undefined;
}

/** Module name of the added imports: those of the original module come before them, without names. */
const IMPORT_MODULE = 'wasm-dyno';

/** Names, and order, of the globals that every injected module imports. */
export const enum MeterImport {
  /** Mutable i64, one per store: fuel left. */
  Fuel = 'fuel',
  /** Mutable i64, one per store: fuel that the refused step requires. */
  Required = 'required',
  /** Mutable i32, one per store: the refused step (`RefusedStepKind`), -1 when none was. */
  Step = 'step',
  /** Mutable i32, one per store: tag of the table that the latest `call_indirect` went through, else -1. */
  CalledTable = 'called-table',
  /** Mutable i32, one per store: element that the latest `call_indirect` went through. */
  CalledElement = 'called-element',
  /** Mutable i64, one per store: the same of a table of 64-bit addresses. */
  CalledWideElement = 'called-wide-element',
  /** Mutable i32, one for all stores: slots that the running frames leave of the stack. */
  Stack = 'stack',
  /** Immutable i32: tag of the instance's table 0; the next tables have the next numbers. */
  TableTag = 'table-tag',
  /** Mutable i64, one per store: bytes that all its memories may still grow by together. */
  StoreMemory = 'store-memory',
  /** Mutable i64, one per store: elements that all its tables may still grow by together. */
  StoreTable = 'store-table',
  /**
   * Only of resumable modules, immutable function `[i32] -> [i32]`: what to do about a refused step, as a `RefusalAnswer`; given 0 at first, and
   * what `wait` gave after waiting.
   */
  Refused = 'refused',
  /** Only of resumable modules, immutable function `[] -> [i32]`: waits for somebody to have the call go on. */
  Wait = 'wait',
}

/**
 * Prefixes of the imported limits of growth, by index: immutable i64, the pages or elements that this very memory or table
 * may have.
 */
export const MEMORY_MAXIMUM_PREFIX = 'memory-maximum';
export const TABLE_MAXIMUM_PREFIX = 'table-maximum';

/** Prefix of the imported bitmaps of functions whose compilation is paid for. */
export const PAID_IMPORT_PREFIX = 'paid';

const FUNCTIONS_PER_PAID_GLOBAL = 32;

const FUNCTION_TYPE_CODE = 0x60;
const PREAMBLE_BYTES = 8;

/** Estimates, exceeding which costs a copy: of an added import, of all helpers' types, of the code's growth. */
const IMPORT_BYTES = 32;
const ROOM_FOR_HELPERS = 4096;
const CODE_GROWTH = 3;

/**
 * The module with fuel accounting injected: the fuel that the interpreter would charge, at the same places, charged to
 * an imported global. One pass over the bodies; every other section is copied, or has entries added at its end.
 *
 * `module` must be valid, its bodies included but those of `invalidFunctions`. Custom sections but `name` are left out: what they say of code offsets
 * is no longer so.
 */
export function injectFuel(module: ParsedModule, options: InjectionOptions): InjectedModule {
  const { chargeExecution = true, compilationFuel, invalidFunctions } = options;
  const { bytesPerFuel, execution = DEFAULT_EXECUTION_COSTS } = options;
  const functionCount = definedFunctionCount(module);
  const sections = locateSections(module.bytes);
  const paidGlobalCount =
    compilationFuel === undefined ? 0 : Math.ceil(functionCount / FUNCTIONS_PER_PAID_GLOBAL);
  const addedImports: AddedGlobalImport[] = [
    { name: MeterImport.Fuel, type: ValueType.I64, mutable: true },
    { name: MeterImport.Required, type: ValueType.I64, mutable: true },
    { name: MeterImport.Step, type: ValueType.I32, mutable: true },
    { name: MeterImport.CalledTable, type: ValueType.I32, mutable: true },
    { name: MeterImport.CalledElement, type: ValueType.I32, mutable: true },
    { name: MeterImport.CalledWideElement, type: ValueType.I64, mutable: true },
    { name: MeterImport.TableTag, type: ValueType.I32, mutable: false },
    { name: MeterImport.Stack, type: ValueType.I32, mutable: true },
    { name: MeterImport.StoreMemory, type: ValueType.I64, mutable: true },
    { name: MeterImport.StoreTable, type: ValueType.I64, mutable: true },
  ];
  const resumable = chargeExecution && (options.resumable ?? false);
  const firstAdded = module.importedGlobalCount;
  const firstStop = firstAdded + addedImports.length;
  if (resumable) {
    // The helpers' first types.
    const types = module.types.length;
    addedImports.push(
      { name: MeterImport.Refused, type: ValueType.FuncRef, mutable: false, functionType: types },
      { name: MeterImport.Wait, type: ValueType.FuncRef, mutable: false, functionType: types + 1 },
    );
  }
  const firstMaximum = firstAdded + addedImports.length;
  const addMaxima = (prefix: string, count: number) => {
    for (let index = 0; index < count; index++)
      addedImports.push({ name: `${prefix}${index}`, type: ValueType.I64, mutable: false });
  };
  addMaxima(MEMORY_MAXIMUM_PREFIX, module.memories.length);
  addMaxima(TABLE_MAXIMUM_PREFIX, module.tables.length);
  const firstPaidGlobal = firstAdded + addedImports.length;
  for (let index = 0; index < paidGlobalCount; index++) {
    addedImports.push({ name: `${PAID_IMPORT_PREFIX}${index}`, type: ValueType.I32, mutable: true });
  }
  const globals = {
    fuelGlobal: firstAdded,
    requiredGlobal: firstAdded + 1,
    stepGlobal: firstAdded + 2,
    calledTableGlobal: firstAdded + 3,
    calledElementGlobal: firstAdded + 4,
    calledWideElementGlobal: firstAdded + 5,
    tableTagGlobal: firstAdded + 6,
    stackGlobal: firstAdded + 7,
    storeMemoryGlobal: firstAdded + 8,
    storeTableGlobal: firstAdded + 9,
    refusedGlobal: resumable ? firstStop : -1,
    waitGlobal: resumable ? firstStop + 1 : -1,
    firstMemoryMaximumGlobal: firstMaximum,
    firstTableMaximumGlobal: firstMaximum + module.memories.length,
  };
  const helpers = new MeteredHelpers(
    module,
    globals,
    chargeExecution ? { bytesPerFuel, execution } : undefined,
  );
  const layout: InjectionLayout = {
    ...globals,
    importedGlobalCount: module.importedGlobalCount,
    addedGlobalCount: addedImports.length,
    firstPaidGlobal,
    chargeExecution,
    resumable,
    bytesPerFuel,
    execution,
    helpers,
  };
  const moveGlobal = (index: number) => (index < firstAdded ? index : index + addedImports.length);

  // The code first: which helpers there are is known only behind it.
  const codeSection = sections.get(SectionCode.Code);
  // The sections before it will go into the room left before it, so that the code is written where it stays.
  const room = (codeSection?.start ?? 0) + IMPORT_BYTES * addedImports.length + ROOM_FOR_HELPERS;
  const codeBytes = codeSection === undefined ? 0 : codeSection.end - codeSection.start;
  const code = new ByteWriter(room + Math.ceil(CODE_GROWTH * codeBytes));
  code.position = room;
  const injector = new BodyInjector(module, layout, code);
  for (let index = 0; index < functionCount; index++) {
    const fuel = compilationFuel?.(index) ?? 0n;
    if (invalidFunctions?.has(module.importedFunctionCount + index)) injector.injectRefusal(index, fuel);
    else injector.inject(index, fuel);
  }
  for (const { body } of helpers.helpers) {
    code.reserve(5 + body.length);
    code.unsigned32(body.length);
    code.bytes(body);
  }

  const addedExports: ExportDescriptor[] = [];
  for (let index = module.importedTableCount; index < module.tables.length; index++) {
    addedExports.push({ name: `table${index}`, kind: 'table', index });
  }
  const tableExports = addedExports.map(({ name }) => name);
  for (let index = module.importedMemoryCount; index < module.memories.length; index++) {
    addedExports.push({ name: `memory${index}`, kind: 'memory', index });
  }
  const memoryExports = addedExports.slice(tableExports.length).map(({ name }) => name);
  let startExport: string | undefined;
  if (module.startFunctionIndex !== undefined) {
    startExport = 'start';
    addedExports.push({ name: startExport, kind: 'function', index: module.startFunctionIndex });
  }
  const hidden = hiddenFunctions(module);
  const functionTable = hidden.length === 0 ? undefined : { functions: hidden, exportName: 'functions' };
  if (functionTable !== undefined) {
    addedExports.push({ name: functionTable.exportName, kind: 'table', index: module.tables.length });
  }

  const before = new ByteWriter(room);
  before.bytes(module.bytes.subarray(0, PREAMBLE_BYTES));
  const copySection = (out: ByteWriter, id: SectionCode) => {
    const section = sections.get(id);
    if (section === undefined) return;
    writeSectionHeader(out, id, section.end - section.start);
    out.reserve(section.end - section.start);
    out.bytes(module.bytes.subarray(section.start, section.end));
  };
  /** The original vector of a section with `count` elements, which `write` appends, behind it. */
  const appendToSection = (id: SectionCode, count: number, write: (out: ByteWriter) => void) => {
    if (count === 0) return copySection(before, id);
    const section = sections.get(id);
    const content = new ByteWriter(
      5 + (section === undefined ? 0 : section.end - section.start) + 32 * count,
    );
    if (section === undefined) {
      content.unsigned32(count);
    } else {
      content.unsigned32(decodeUnsigned32(module.bytes, section.start) + count);
      content.bytes(module.bytes.subarray(afterLeb128(module.bytes, section.start), section.end));
    }
    write(content);
    writeContent(before, id, content);
  };
  const encodeOrCopy = (
    out: ByteWriter,
    id: SectionCode,
    encode: boolean,
    write: (content: ByteWriter) => void,
  ) => {
    if (!encode) return copySection(out, id);
    const content = new ByteWriter(1024);
    write(content);
    writeContent(out, id, content);
  };

  appendToSection(SectionCode.Type, helpers.types.length, (out) => {
    for (const [parameters, results] of helpers.types) {
      out.bytes([FUNCTION_TYPE_CODE, parameters.length, ...parameters, results.length, ...results]);
    }
  });
  encodeOrCopy(before, SectionCode.Import, module.imports.length + addedImports.length > 0, (out) => {
    encodeImports(out, module, addedImports.length);
    encodeGlobalImports(out, IMPORT_MODULE, addedImports);
  });
  appendToSection(SectionCode.Function, helpers.helpers.length, (out) => {
    for (const { type } of helpers.helpers) {
      out.reserve(5);
      out.unsigned32(module.types.length + type);
    }
  });
  const addedTables = functionTable === undefined ? 0 : 1;
  const writeAddedTables = (out: ByteWriter) => {
    if (addedTables > 0) encodeFunctionTable(out, hidden.length);
  };
  if (module.tables.some(exceedsHostLimits)) {
    encodeOrCopy(before, SectionCode.Table, true, (out) => {
      encodeTables(out, module, addedTables);
      writeAddedTables(out);
    });
  } else {
    appendToSection(SectionCode.Table, addedTables, writeAddedTables);
  }
  encodeOrCopy(before, SectionCode.Memory, module.memories.some(exceedsHostLimits), (out) =>
    encodeMemories(out, module),
  );
  encodeOrCopy(
    before,
    SectionCode.Global,
    module.globalInitializers.some((initializer) => readsDefinedGlobal(module, initializer)),
    (out) => encodeGlobals(out, module, moveGlobal),
  );
  encodeOrCopy(before, SectionCode.Export, module.exports.length + addedExports.length > 0, (out) =>
    encodeExports(out, module, moveGlobal, addedExports),
  );
  const addedElements = functionTable === undefined ? 0 : 1;
  const writeAddedElements = (out: ByteWriter) => {
    if (addedElements > 0) encodeFunctionElements(out, module.tables.length, hidden);
  };
  if (elementsReadDefinedGlobal(module)) {
    encodeOrCopy(before, SectionCode.Element, true, (out) => {
      encodeElements(out, module, moveGlobal, addedElements);
      writeAddedElements(out);
    });
  } else {
    appendToSection(SectionCode.Element, addedElements, writeAddedElements);
  }
  copySection(before, SectionCode.DataCount);
  const bodyCount = functionCount + helpers.helpers.length;
  if (bodyCount > 0) {
    const count = new ByteWriter(5);
    count.unsigned32(bodyCount);
    writeSectionHeader(before, SectionCode.Code, count.position + code.position - room);
    before.bytes(count.written());
  }
  encodeOrCopy(
    code,
    SectionCode.Data,
    module.data.computedOffsets.some((offset) => readsDefinedGlobal(module, offset)),
    (out) => encodeData(out, module, moveGlobal),
  );
  copyNameSection(code, module);

  return {
    bytes: joined(before, code, room),
    paidGlobalCount,
    memoryExports,
    resumable,
    tableExports,
    startExport,
    functionTable,
  };
}

/** Functions that references may lead to, but no export. */
function hiddenFunctions(module: ParsedModule): Uint32Array {
  const exported = new Set<number>();
  for (const { index, kind } of module.exports) if (kind === 'function') exported.add(index);
  const hidden: number[] = [];
  module.referencedFunctions.forEach((word, at) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      const index = 32 * at + 31 - Math.clz32(rest & -rest);
      if (!exported.has(index)) hidden.push(index);
    }
  });
  return Uint32Array.from(hidden);
}

/** What `before` holds, then what `rest` holds from `room` on. */
function joined(before: ByteWriter, rest: ByteWriter, room: number): Uint8Array {
  const start = room - before.position;
  if (start >= 0) {
    rest.buffer.set(before.written(), start);
    return rest.buffer.subarray(start, rest.position);
  }
  const bytes = new Uint8Array(before.position + rest.position - room);
  bytes.set(before.written(), 0);
  bytes.set(rest.buffer.subarray(room, rest.position), before.position);
  return bytes;
}

interface SectionRange {
  readonly start: number;
  readonly end: number;
}

/** Where the contents of the sections are; custom sections are left out. */
function locateSections(bytes: Uint8Array): Map<SectionCode, SectionRange> {
  const sections = new Map<SectionCode, SectionRange>();
  let offset = PREAMBLE_BYTES;
  while (offset < bytes.length) {
    const id: SectionCode = bytes[offset]!;
    const start = afterLeb128(bytes, offset + 1);
    const end = start + decodeUnsigned32(bytes, offset + 1);
    if (id !== SectionCode.Custom) sections.set(id, { start, end });
    offset = end;
  }
  return sections;
}

/** The `name` section, so that the host's stack traces name functions (its names of globals are off and unused). */
function copyNameSection(out: ByteWriter, module: ParsedModule): void {
  const section = module.customSections.find(({ name }) => name === 'name');
  if (section === undefined) return;
  const name = [4, 0x6e, 0x61, 0x6d, 0x65];
  writeSectionHeader(out, SectionCode.Custom, name.length + section.bytesLength);
  out.bytes(name);
  out.bytes(module.bytes.subarray(section.bytesOffset, section.bytesOffset + section.bytesLength));
}

function writeSectionHeader(out: ByteWriter, id: SectionCode, contentBytes: number): void {
  out.reserve(6);
  out.byte(id);
  out.unsigned32(contentBytes);
}

function writeContent(out: ByteWriter, id: SectionCode, content: ByteWriter): void {
  writeSectionHeader(out, id, content.position);
  out.bytes(content.written());
}
