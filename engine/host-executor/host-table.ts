import { SectionCode } from '../binary/section-code.js';
import { Trap } from '../errors.js';
import { initialElements, Table } from '../execute/table.js';
import type { ExecutorName } from '../runtime/execution.js';
import { checkValue } from '../runtime/value.js';
import type { TableType } from '../types/external-type.js';
import { checkHostTable, tableTypeBytes } from './host-limits.js';
import type { HostReferences } from './host-references.js';
import { compileSmallModule, nameBytes, section } from './small-module.js';
import { type HostTable as HostTableObject, hostWebAssembly } from './web-assembly.js';

const TABLE_KIND = 1;

/** A table of the host's WebAssembly. */
export class HostTable extends Table {
  constructor(
    type: TableType,
    maximumElements: number,
    private readonly references: HostReferences,
    /** The host's `WebAssembly.Table`. */
    readonly hostObject: HostTableObject,
  ) {
    // The elements are the host's: none for the interpreter.
    super({ ...type, limits: { ...type.limits, minimum: 0 } }, maximumElements);
  }

  /** A new table of the host, of nulls. @throws LinkError above the limit; UnsupportedModuleError for a type that the host does not know. */
  static make(type: TableType, maximumElements: number, references: HostReferences): HostTable {
    initialElements(type, maximumElements);
    checkHostTable(type);
    const { Instance } = hostWebAssembly();
    const module = compileSmallModule(
      section(SectionCode.Table, [tableTypeBytes(type)]),
      section(SectionCode.Export, [[...nameBytes('it'), TABLE_KIND, 0]]),
    );
    const hostObject = new Instance(module).exports['it'] as HostTableObject;
    return new HostTable(type, maximumElements, references, hostObject);
  }

  override get executor(): ExecutorName {
    return 'host';
  }

  override get size(): number {
    return Number(this.hostObject.length);
  }

  /** Elements that the table may have. */
  get maximumSize(): number {
    return Math.min(this.declaredType.limits.maximum ?? this.maximumElements, this.maximumElements);
  }

  override get(index: number): unknown {
    this.checkIndex(index);
    return this.references.toValue(this.elementType, this.hostObject.get(this.address(index)));
  }

  override set(index: number, value: unknown): void {
    this.checkIndex(index);
    checkValue(this.elementType, value);
    this.hostObject.set(this.address(index), this.references.toHost(this.elementType, value));
  }

  override grow(count: number, ...initial: [value?: unknown]): number {
    const value = initial.length === 0 ? null : initial[0];
    const before = this.size;
    if (!this.canGrow(count)) return -1;
    try {
      this.hostObject.grow(this.address(count), this.references.toHost(this.elementType, value));
    } catch (error) {
      if (error instanceof RangeError) return -1;
      throw error;
    }
    return before;
  }

  private address(value: number): number | bigint {
    return this.addressType === 'i64' ? BigInt(value) : value;
  }

  private checkIndex(index: number): void {
    if (!(index >= 0 && index < this.size)) throw new Trap('table-out-of-bounds');
  }
}
