import { Operator, SectionCode } from '@wasm-dyno/engine/operators';
import { parseModule } from '@wasm-dyno/engine/phases';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, ValueType } from '@wasm-dyno/engine';
import { ModuleWriter } from '../generated/module-writer.js';
import { FunctionBuilder } from '../generated/function-builder.js';

/** Name under which the driver is exported. It takes nothing and returns an i32. */
export const DRIVER_EXPORT = 'wasm-dyno-run';

/** What a driver's code can name of the module it is added to. */
export interface DriverScope {
  /** Index of an exported function. */
  func(exportName: string): number;
  /** Index of an exported global. */
  global(exportName: string): number;
  /** The passive data segment that holds the input. */
  readonly inputSegment: number;
  /** A mutable i32 of the driver's own, 0 at first: what it prepared once, and need not prepare again. */
  readonly state: number;
}

/**
 * A copy of `bytes` with one more function, `run`, that the module's own exports are called by, and one more passive data
 * segment, its input: a program that any engine can run without a host. A global is added for the driver, and a memory that was to be
 * imported is the module's own. Nothing else changes; custom sections are left out.
 */
export function drivenModule(
  bytes: Uint8Array,
  input: Uint8Array,
  write: (body: FunctionBuilder, scope: DriverScope) => void,
): Uint8Array {
  const parsed = parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
  const indexOf = (kind: 'function' | 'global', name: string): number => {
    const found = parsed.exports.find((entry) => entry.kind === kind && entry.name === name);
    if (found === undefined) throw new RangeError(`the module exports no ${kind} "${name}"`);
    return found.index;
  };
  const body = new FunctionBuilder(0);
  write(body, {
    func: (name) => indexOf('function', name),
    global: (name) => indexOf('global', name),
    inputSegment: parsed.data.length,
    state: parsed.globals.length,
  });
  const type = new ModuleWriter().u8(0x60).unsigned(0).unsigned(1).u8(ValueType.I32);
  const exported = new ModuleWriter().name(DRIVER_EXPORT).u8(0).unsigned(parsed.functionTypeIndices.length);
  const added = new Map<number, Uint8Array>([
    [SectionCode.Type, type.toBytes()],
    [SectionCode.Function, new ModuleWriter().unsigned(parsed.types.length).toBytes()],
    [SectionCode.Global, Uint8Array.of(ValueType.I32, 1, Operator.I32Const, 0, Operator.End)],
    [SectionCode.Export, exported.toBytes()],
    [SectionCode.Code, new ModuleWriter().byteVector(body.toBody()).toBytes()],
    [SectionCode.Data, new ModuleWriter().u8(1).byteVector(input).toBytes()],
  ]);
  const sections = new Map(sectionsOf(bytes).map(({ id, count, entries }) => [id, { count, entries }]));
  ownMemory(sections);
  for (const [id, entry] of added) {
    const { count, entries } = sections.get(id) ?? { count: 0, entries: new Uint8Array() };
    sections.set(id, {
      count: count + 1,
      entries: new ModuleWriter().bytes(entries).bytes(entry).toBytes(),
    });
  }
  sections.set(SectionCode.DataCount, { count: parsed.data.length + 1, entries: new Uint8Array() });
  const whole = new ModuleWriter().bytes(bytes.subarray(0, 8));
  for (const [id, { count, entries }] of [...sections].sort(([a], [b]) => placeOf(a) - placeOf(b))) {
    whole.u8(id).byteVector(new ModuleWriter().unsigned(count).bytes(entries).toBytes());
  }
  return whole.toBytes();
}

type Sections = Map<number, { count: number; entries: Uint8Array }>;

/** Makes an imported memory one of the module's own, of the same limits. */
function ownMemory(sections: Sections): void {
  const imports = sections.get(SectionCode.Import);
  if (imports === undefined) return;
  const { entries } = imports;
  let position = 0;
  const skipNumber = (): void => {
    while (entries[position++]! >= 0x80);
  };
  const skipName = (): void => {
    const [length, end] = unsignedAt(entries, position);
    position = end + length;
  };
  for (let i = 0; i < imports.count; i++) {
    const start = position;
    skipName();
    skipName();
    const kind = entries[position++]!;
    const described = position;
    switch (kind) {
      case 0:
        skipNumber();
        break;
      case 3:
        position += 2;
        break;
      default: {
        if (kind === 1) position++;
        const hasMaximum = (entries[position++]! & 1) === 1;
        skipNumber();
        if (hasMaximum) skipNumber();
      }
    }
    if (kind !== 2) continue;
    const others = new ModuleWriter().bytes(entries.subarray(0, start)).bytes(entries.subarray(position));
    sections.set(SectionCode.Import, { count: imports.count - 1, entries: others.toBytes() });
    sections.set(SectionCode.Memory, { count: 1, entries: entries.subarray(described, position) });
    return;
  }
}

/** The unsigned LEB128 number at `position`, and where it ends. */
function unsignedAt(bytes: Uint8Array, position: number): [number, number] {
  let value = 0;
  for (let factor = 1; ; factor *= 0x80) {
    const byte = bytes[position++]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return [value, position];
  }
}

/** The data count section stands before the code (spec 5.5.16). */
function placeOf(section: number): number {
  return section === SectionCode.DataCount ? SectionCode.Code - 0.5 : section;
}

/** The sections that are not custom: the number they begin with (of entries, or the start function), and the rest. */
function sectionsOf(bytes: Uint8Array): { id: number; count: number; entries: Uint8Array }[] {
  const sections = [];
  let position = 8;
  const unsigned = (): number => {
    const [value, end] = unsignedAt(bytes, position);
    position = end;
    return value;
  };
  while (position < bytes.length) {
    const id = bytes[position++]!;
    const end = unsigned() + position;
    if (id !== 0) {
      const count = unsigned();
      sections.push({ id, count, entries: bytes.subarray(position, end) });
    }
    position = end;
  }
  return sections;
}
