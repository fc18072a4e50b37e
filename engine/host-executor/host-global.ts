import { SectionCode } from '../binary/section-code.js';
import type { GlobalCell } from '../runtime/engine-parts.js';
import { type RawValue, valueOfBits, bitsOfValue } from '../runtime/value.js';
import type { GlobalType } from '../types/external-type.js';
import { isReferenceType, ValueType, valueTypeName } from '../types/value-type.js';
import type { HostReferences } from './host-references.js';
import { type Bytes, nameBytes, section, signed } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import { RawGlobalAccess } from './value-bridge.js';
import { type HostGlobal as HostGlobalObject, hostWebAssembly } from '../host/web-assembly.js';

const GLOBAL_KIND = 3;
const END = 0x0b;

/** A global of the host's WebAssembly. */
export class HostGlobalCell implements GlobalCell {
  private exact: RawGlobalAccess | undefined;

  constructor(
    private readonly type: GlobalType,
    private readonly references: HostReferences,
    /** The host's `WebAssembly.Global`. */
    readonly hostObject: HostGlobalObject,
  ) {}

  static make(type: GlobalType, initial: RawValue, references: HostReferences): HostGlobalCell {
    const hostObject = crosses(type.value, initial)
      ? plainGlobal(type, toHost(type.value, initial, references))
      : exactGlobal(type, initial as bigint);
    return new HostGlobalCell(type, references, hostObject);
  }

  get raw(): RawValue {
    const { hostObject, references, type } = this;
    if (type.value === ValueType.V128) return this.exactAccess().raw;
    const value = hostObject.value;
    if (isReferenceType(type.value)) return references.toValue(type.value, value);
    return Number.isNaN(value) ? this.exactAccess().raw : bitsOfValue(type.value, value);
  }

  set raw(raw: RawValue) {
    const { hostObject, references, type } = this;
    if (crosses(type.value, raw)) hostObject.value = toHost(type.value, raw, references);
    else this.exactAccess().raw = raw;
  }

  private exactAccess(): RawGlobalAccess {
    this.exact ??= new RawGlobalAccess(this.hostObject, this.type.value, this.type.mutable);
    return this.exact;
  }
}

/** Is the value kept as it is on its way over the border to the host? Vectors cannot cross, and a NaN loses its payload. */
function crosses(type: ValueType, raw: RawValue): boolean {
  if (type === ValueType.F32 || type === ValueType.F64) return !Number.isNaN(valueOfBits(type, raw));
  return type !== ValueType.V128;
}

function toHost(type: ValueType, raw: RawValue, references: HostReferences): unknown {
  return isReferenceType(type) ? references.toHost(type, raw) : valueOfBits(type, raw);
}

function plainGlobal({ mutable, value }: GlobalType, initial: unknown): HostGlobalObject {
  const { Global } = hostWebAssembly();
  // The API's name for funcref since its first version, which every host knows.
  const name = value === ValueType.FuncRef ? 'anyfunc' : valueTypeName(value);
  return new Global({ value: name, mutable }, initial);
}

/** A global whose initial value is written into a module. */
function exactGlobal({ mutable, value }: GlobalType, bits: bigint): HostGlobalObject {
  const module = compileSmallModule(
    section(SectionCode.Global, [[value, mutable ? 1 : 0, ...constant(value, bits), END]]),
    section(SectionCode.Export, [[...nameBytes('it'), GLOBAL_KIND, 0]]),
  );
  const { Instance } = hostWebAssembly();
  return new Instance(module).exports['it'] as HostGlobalObject;
}

function constant(type: ValueType, bits: bigint): Bytes {
  const littleEndian = (count: number) =>
    Array.from({ length: count }, (_, i) => Number(BigInt.asUintN(8, bits >> BigInt(8 * i))));
  switch (type) {
    case ValueType.I32:
      return [0x41, ...signed(BigInt.asIntN(32, bits))];
    case ValueType.I64:
      return [0x42, ...signed(BigInt.asIntN(64, bits))];
    case ValueType.F32:
      return [0x43, ...littleEndian(4)];
    case ValueType.F64:
      return [0x44, ...littleEndian(8)];
    default:
      return [0xfd, 0x0c, ...littleEndian(16)];
  }
}
