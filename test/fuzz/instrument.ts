import { unsigned } from '../encoded-integers.js';
import {
  ExternKind,
  importCounts,
  itemCount,
  name,
  Reader,
  readModule,
  Section,
  sectionContent,
  setSection,
  writeModule,
  type ModuleBinary,
} from './module-binary.js';

/** Pages, or elements, that a memory or table without a maximum may still grow by. */
const ROOM_TO_GROW = { [ExternKind.Memory]: 16, [ExternKind.Table]: 100 };

/**
 * The module with every memory, table and global exported, so that the final state can be compared, and with every
 * memory and table bounded, so that no engine's own limits decide whether growing succeeds.
 * Functions are exported as well where `withFunctions` says so.
 */
export function instrument(bytes: Uint8Array, withFunctions = false): Uint8Array {
  const module = readModule(bytes);
  bound(module, Section.Memory, ExternKind.Memory);
  bound(module, Section.Table, ExternKind.Table);
  exportAll(module, withFunctions);
  return writeModule(module);
}

function bound(module: ModuleBinary, id: Section, kind: ExternKind.Memory | ExternKind.Table): void {
  const content = sectionContent(module, id);
  if (content === undefined) return;
  const reader = new Reader(content);
  const count = reader.unsigned();
  const bounded = unsigned(count);
  for (let left = count; left > 0; left--) {
    if (kind === ExternKind.Table) {
      const element = reader.byte();
      if (element < 0x60) throw new RangeError('a table with an initialiser');
      bounded.push(element);
    }
    const flags = reader.byte();
    const minimum = reader.unsigned();
    const declared = (flags & 1) === 0 ? Infinity : reader.unsigned();
    bounded.push(flags | 1, ...unsigned(minimum));
    bounded.push(...unsigned(Math.min(declared, minimum + ROOM_TO_GROW[kind])));
  }
  setSection(module, id, Uint8Array.from(bounded));
}

function exportAll(module: ModuleBinary, withFunctions: boolean): void {
  const imported = importCounts(module);
  const added: number[] = [];
  let addedCount = 0;
  for (const [kind, id] of [
    [ExternKind.Table, Section.Table],
    [ExternKind.Memory, Section.Memory],
    [ExternKind.Global, Section.Global],
    ...(withFunctions ? [[ExternKind.Function, Section.Function] as const] : []),
  ] as const) {
    const count = imported[kind] + itemCount(module, id);
    for (let index = 0; index < count; index++) {
      added.push(...name(`fuzz:${kind}:${index}`), kind, ...unsigned(index));
      addedCount++;
    }
  }
  const content = sectionContent(module, Section.Export) ?? Uint8Array.of(0);
  const reader = new Reader(content);
  const total = reader.unsigned() + addedCount;
  setSection(
    module,
    Section.Export,
    Uint8Array.from([...unsigned(total), ...content.subarray(reader.offset), ...added]),
  );
}
