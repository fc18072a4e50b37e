import type { EnforcedLimits } from '../enforced-limits.js';
import { UnsupportedModuleError } from '../errors.js';
import type { Features } from '../features.js';
import type { ByteReader } from './byte-reader.js';
import { ModuleDraft } from './module-draft.js';
import type { ParsedModule } from './parsed-module.js';
import { notSupported } from './required-feature.js';
import {
  checkAbsentSections,
  readCodeSection,
  readCustomSection,
  readDataCountSection,
  readExportSection,
  readFunctionSection,
  readGlobalSection,
  readImportSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTypeSection,
} from './sections.js';
import { readDataSection, readElementSection } from './segments.js';
import { FunctionTypes } from '../types/function-type.js';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [0x01, 0x00, 0x00, 0x00];

const CUSTOM_SECTION_ID = 0;
const TAG_SECTION_ID = 13;

/** Sections by id: their place in the order (spec 5.5.2) and their reader. */
const SECTIONS: readonly (
  { readonly order: number; readonly read: (draft: ModuleDraft) => void } | undefined
)[] = [
  undefined,
  { order: 1, read: readTypeSection },
  { order: 2, read: readImportSection },
  { order: 3, read: readFunctionSection },
  { order: 4, read: readTableSection },
  { order: 5, read: readMemorySection },
  { order: 6, read: readGlobalSection },
  { order: 7, read: readExportSection },
  { order: 8, read: readStartSection },
  { order: 9, read: readElementSection },
  { order: 11, read: readCodeSection },
  { order: 12, read: readDataSection },
  { order: 10, read: readDataCountSection },
];

function readHeader({ reader }: ModuleDraft): void {
  expectBytes(reader, MAGIC, 'magic header not detected');
  expectBytes(reader, VERSION, 'unknown binary version');
}

function expectBytes(reader: ByteReader, expected: readonly number[], reason: string): void {
  const { bytes, offset } = reader;
  if (reader.remaining < expected.length) reader.malformed('unexpected end', bytes.length);
  for (let index = 0; index < expected.length; index++) {
    if (bytes[offset + index] !== expected[index]) reader.malformed(reason, offset);
  }
  reader.skip(expected.length);
}

/**
 * Decodes a module and validates all of it but the function bodies, which are only located.
 *
 * The result keeps `bytes`: they must not change afterwards. Time and memory are linear in `bytes.length`. It uses each of its types
 * of `functionTypes` once for each time that it defines it; a module that cannot be parsed uses none.
 * Throws MalformedModuleError, ValidationError, or UnsupportedModuleError for what `features` or `limits` refuse.
 */
export function parseModule(
  bytes: Uint8Array,
  features: Features,
  limits: EnforcedLimits,
  functionTypes = new FunctionTypes(),
): ParsedModule {
  if (bytes.length > limits.maximumModuleBytes) {
    throw new UnsupportedModuleError(
      `a module of ${bytes.length} bytes; the limit is ${limits.maximumModuleBytes}`,
      0,
    );
  }
  // A plain view whatever subclass came in: the host's optimiser sees one kind of bytes in all modules.
  const draft = new ModuleDraft(
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    features,
    limits,
    functionTypes,
  );
  try {
    return parseSections(draft);
  } catch (error) {
    functionTypes.release(draft.types);
    throw error;
  }
}

function parseSections(draft: ModuleDraft): ParsedModule {
  const { bytes, reader } = draft;
  readHeader(draft);
  let lastOrder = 0;
  while (reader.offset < bytes.length) {
    const start = reader.offset;
    reader.limit = bytes.length;
    const id = reader.byte();
    const section = SECTIONS[id];
    if (section === undefined && id !== CUSTOM_SECTION_ID) {
      if (id === TAG_SECTION_ID)
        reader.unsupported(notSupported('a tag section', 'exception handling'), start);
      reader.malformed('malformed section id', start);
    }
    const length = reader.unsigned32();
    if (length > reader.remaining) reader.malformed('length out of bounds', start);
    reader.limit = reader.offset + length;
    if (section === undefined) {
      readCustomSection(draft);
      continue;
    }
    if (section.order <= lastOrder) reader.malformed('unexpected content after last section', start);
    lastOrder = section.order;
    section.read(draft);
    if (reader.remaining > 0) reader.malformed('section size mismatch');
  }
  reader.limit = bytes.length;
  checkAbsentSections(draft);
  return draft.finish();
}
