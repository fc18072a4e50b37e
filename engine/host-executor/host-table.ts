import { SectionCode } from '../binary/section-code.js';
import { sizeArgument } from '../arguments.js';
import { initialElements, Table } from '../runtime/table.js';
import type { ExecutorName } from '../runtime/engine-parts.js';
import type { Store } from '../runtime/store.js';
import type { TableType } from '../types/external-type.js';
import { checkHostTable, tableTypeBytes } from './injection/host-limits.js';
import type { HostReferences } from './host-references.js';
import type { HostHoldings } from './host-holdings.js';
import { instanceFor } from './link.js';
import { nameBytes, section } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import type { HostTable as HostTableObject } from '../host/web-assembly.js';

const TABLE_KIND = 1;

/** A table of the host's WebAssembly. */
export class HostTable extends Table {
  constructor(
    store: Store,
    type: TableType,
    private readonly references: HostReferences,
    /** The host's `WebAssembly.Table`. */
    readonly hostObject: HostTableObject,
  ) {
    // The elements are the host's: none for the interpreter.
    super(store, { ...type, limits: { ...type.limits, minimum: 0 } });
  }

  /**
   * A new table of the host, of nulls.
   * @throws LinkError above a limit, or when the host cannot provide it; UnsupportedModuleError for a type that the host does not know.
   */
  static make(store: Store, type: TableType, references: HostReferences): HostTable {
    const { holdings } = store.execution;
    const elements = initialElements(type, store.limits.maximumTableElements);
    checkHostTable(type);
    holdings.require('tableElements', elements);
    const module = compileSmallModule(
      section(SectionCode.Table, [tableTypeBytes(type)]),
      section(SectionCode.Export, [[...nameBytes('it'), TABLE_KIND, 0]]),
    );
    const { exports } = instanceFor(module, {}, { memories: 0, tables: 1 }, holdings as HostHoldings);
    const hostObject = exports['it'] as HostTableObject;
    holdings.take('tableElements', elements);
    return new HostTable(store, type, references, hostObject);
  }

  override get executor(): ExecutorName {
    return 'host';
  }

  override get size(): number {
    return Number(this.hostObject.length);
  }

  override get(index: number): unknown {
    this.checkIndex(index);
    return this.references.toValue(this.elementType, this.hostObject.get(this.address(index)));
  }

  override set(index: number, value: unknown): void {
    this.checkIndex(index);
    this.hostObject.set(this.address(index), this.references.toHost(this.elementType, value));
  }

  override grow(count: number, ...initial: [value?: unknown]): number {
    const value = this.references.toHost(this.elementType, initial.length === 0 ? null : initial[0]);
    const before = this.size;
    if (!this.canGrow(sizeArgument(count, 'the elements to grow a table by'))) return -1;
    try {
      this.hostObject.grow(this.address(count), value);
    } catch (error) {
      if (error instanceof RangeError) return -1;
      throw error;
    }
    this.store.execution.holdings.take('tableElements', count);
    return before;
  }

  private address(value: number): number | bigint {
    return this.addressType === 'i64' ? BigInt(value) : value;
  }
}
