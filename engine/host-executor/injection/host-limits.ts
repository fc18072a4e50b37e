import { SectionCode } from '../../binary/section-code.js';
import { LinkError } from '../../errors.js';
import type { AddressType, ExternalType, Limits, MemoryType, TableType } from '../../types/external-type.js';
import { type Bytes, MODULE_HEAD, section, unsigned } from '../../binary/module-parts.js';
import { hostWebAssembly } from '../../host/web-assembly.js';

/*
 * Sizes that hosts refuse already when they compile (JavaScript API, implementation-defined limits), though a module that
 * declares more is valid. What the host gets declares no more than it takes; that is no loss, since it could not make more.
 */

const MAXIMUM_TABLE_ELEMENTS = 10_000_000;
const MAXIMUM_PAGES = 65_536;
const MAXIMUM_WIDE_PAGES = 262_144;
const DEFAULT_PAGE_SIZE_LOG2 = 16;

/** Flags of limits (spec 5.3.7, 5.3.8). */
const HAS_MAXIMUM = 1;
const WIDE_ADDRESSES = 4;
const OWN_PAGE_SIZE = 8;

let widePages: number | undefined;

/** Pages that a memory with 64-bit addresses may declare: V8 12.4 (Node 22) takes no more than of other memories. */
function maximumWidePages(): number {
  const limits = [WIDE_ADDRESSES | HAS_MAXIMUM, 0, ...unsigned(MAXIMUM_WIDE_PAGES)];
  widePages ??= isCompiled(section(SectionCode.Memory, [limits])) ? MAXIMUM_WIDE_PAGES : MAXIMUM_PAGES;
  return widePages;
}

function isCompiled(sections: Bytes): boolean {
  const { CompileError, Module } = hostWebAssembly();
  try {
    return new Module(Uint8Array.from([...MODULE_HEAD, ...sections])) instanceof Module;
  } catch (error) {
    if (error instanceof CompileError) return false;
    throw error;
  }
}

/** The type as the host is told it; the very same one where the host takes it. */
export function hostMemoryType(type: MemoryType): MemoryType {
  const { addressType, limits, pageSizeLog2 } = type;
  if (addressType === 'i32' || pageSizeLog2 !== DEFAULT_PAGE_SIZE_LOG2) return type;
  if (limits.minimum <= MAXIMUM_PAGES && (limits.maximum ?? 0) <= MAXIMUM_PAGES) return type;
  return withLimits(type, lowered(limits, maximumWidePages()));
}

/** The type as the host is told it; the very same one where the host takes it. */
export function hostTableType(type: TableType): TableType {
  const { minimum, maximum } = type.limits;
  if (minimum <= MAXIMUM_TABLE_ELEMENTS) return type;
  return withLimits(type, { minimum: MAXIMUM_TABLE_ELEMENTS, maximum });
}

/** Whether a host would refuse a module for this type. */
export function exceedsHostLimits(type: ExternalType): boolean {
  if (type.kind === 'memory') return hostMemoryType(type) !== type;
  return type.kind === 'table' && hostTableType(type) !== type;
}

/** @throws LinkError for a memory that the host cannot make. */
export function checkHostMemory(type: MemoryType): void {
  checkMinimum('memory', 'pages', type.limits, hostMemoryType(type).limits);
}

/** @throws LinkError for a table that the host cannot make. */
export function checkHostTable(type: TableType): void {
  checkMinimum('table', 'elements', type.limits, hostTableType(type).limits);
}

function checkMinimum(what: string, units: string, { minimum }: Limits, told: Limits): void {
  if (told.minimum === minimum) return;
  throw new LinkError(
    `${what} of ${minimum} ${units} exceeds this host's limit of ${told.minimum} ${units}, use the executor "interpreter"`,
  );
}

function lowered({ minimum, maximum }: Limits, bound: number): Limits {
  return {
    minimum: Math.min(minimum, bound),
    maximum: maximum === undefined ? undefined : Math.min(maximum, bound),
  };
}

function withLimits<Type extends MemoryType | TableType>(type: Type, limits: Limits): Type {
  const { minimum, maximum } = type.limits;
  return limits.minimum === minimum && limits.maximum === maximum ? type : { ...type, limits };
}

/** A memory's type in a module for the host. */
export function memoryTypeBytes(type: MemoryType): Bytes {
  const { addressType, limits, pageSizeLog2 } = hostMemoryType(type);
  const isDefault = pageSizeLog2 === DEFAULT_PAGE_SIZE_LOG2;
  const flags = isDefault ? 0 : OWN_PAGE_SIZE;
  return [...limitBytes(flags, addressType, limits), ...(isDefault ? [] : unsigned(pageSizeLog2))];
}

/** A table's type in a module for the host. */
export function tableTypeBytes(type: TableType): Bytes {
  const { addressType, element, limits } = hostTableType(type);
  return [element, ...limitBytes(0, addressType, limits)];
}

function limitBytes(flags: number, addressType: AddressType, { minimum, maximum }: Limits): Bytes {
  const wide = addressType === 'i64' ? WIDE_ADDRESSES : 0;
  if (maximum === undefined) return [flags | wide, ...unsigned(minimum)];
  return [flags | wide | HAS_MAXIMUM, ...unsigned(minimum), ...unsigned(maximum)];
}
