import { SectionCode } from '@wasm-dyno/engine/operators';
import { parseModule } from '@wasm-dyno/engine/phases';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, ValueType } from '@wasm-dyno/engine';
import { ByteWriter } from '../generated/byte-writer.js';
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
}

/**
 * A copy of `bytes` with one more function, `run`, that the module's own exports are called by, and one more passive data
 * segment, its input: a program that any engine can run without a host. Nothing else changes; custom sections are left out.
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
  });
  const type = new ByteWriter().u8(0x60).unsigned(0).unsigned(1).u8(ValueType.I32);
  const exported = new ByteWriter().name(DRIVER_EXPORT).u8(0).unsigned(parsed.functionTypeIndices.length);
  const added = new Map<number, Uint8Array>([
    [SectionCode.Type, type.toBytes()],
    [SectionCode.Function, new ByteWriter().unsigned(parsed.types.length).toBytes()],
    [SectionCode.Export, exported.toBytes()],
    [SectionCode.Code, new ByteWriter().byteVector(body.toBody()).toBytes()],
    [SectionCode.Data, new ByteWriter().u8(1).byteVector(input).toBytes()],
  ]);
  const sections = new Map(sectionsOf(bytes).map(({ id, count, entries }) => [id, { count, entries }]));
  for (const [id, entry] of added) {
    const { count, entries } = sections.get(id) ?? { count: 0, entries: new Uint8Array() };
    sections.set(id, {
      count: count + 1,
      entries: new ByteWriter().bytes(entries).bytes(entry).toBytes(),
    });
  }
  sections.set(SectionCode.DataCount, { count: parsed.data.length + 1, entries: new Uint8Array() });
  const whole = new ByteWriter().bytes(bytes.subarray(0, 8));
  for (const [id, { count, entries }] of [...sections].sort(([a], [b]) => placeOf(a) - placeOf(b))) {
    whole.u8(id).byteVector(new ByteWriter().unsigned(count).bytes(entries).toBytes());
  }
  return whole.toBytes();
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
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
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
