import { LinkError } from '../errors.js';
import { Table } from '../runtime/table.js';
import type { Value } from '../runtime/value.js';
import { isReferenceType } from '../types/value-type.js';
import type { Size, TableConstructor, TableObject } from './namespace.js';
import type { Realm } from './realm.js';
import {
  defaultValue,
  descriptorNameOf,
  toJavaScriptValue,
  toWebAssemblyValue,
  valueTypeOfDescriptor,
} from './values.js';
import {
  addressResult,
  addressTypeOf,
  addressValue,
  dictionary,
  finishInterface,
  limitsOf,
} from './web-idl.js';

const MAXIMUM_ELEMENTS = { i32: 2 ** 32 - 1, i64: Infinity } as const;

/** `WebAssembly.Table` (JS API 5.4). */
export function tableClass(realm: Realm): TableConstructor {
  // How many arguments were given counts: a missing value is the element type's default, an undefined one is converted.
  const valueOf = (table: Table, values: readonly unknown[]): Value =>
    values.length === 0
      ? defaultValue(table.elementType)
      : toWebAssemblyValue(realm, table.elementType, values[0]);

  /** The bounds come before the value that is to be set, as V8 has it. */
  const element = (object: unknown, index: unknown, where: string): { table: Table; at: number } => {
    const table = realm.tableOf(object);
    const at = addressValue(index, table.addressType, where);
    if (at >= table.size) throw new RangeError(`${where}: index ${at} is out of bounds`);
    return { table, at };
  };

  class TableWrapper implements TableObject {
    constructor(descriptor: unknown, ...values: unknown[]) {
      return realm.constructed(this, createTable(realm, descriptor, values));
    }

    get length(): Size {
      const table = realm.tableOf(this);
      return addressResult(table.size, table.addressType);
    }

    grow(delta: unknown, ...values: unknown[]): Size {
      const table = realm.tableOf(this);
      const count = addressValue(delta, table.addressType, 'WebAssembly.Table.grow()');
      const before = table.grow(count, valueOf(table, values));
      if (before < 0) throw new RangeError('WebAssembly.Table.grow(): the table cannot grow that far');
      return addressResult(before, table.addressType);
    }

    set(index: unknown, ...values: unknown[]): void {
      const { at, table } = element(this, index, 'WebAssembly.Table.set()');
      table.set(at, valueOf(table, values));
    }

    get(index: unknown): unknown {
      const { at, table } = element(this, index, 'WebAssembly.Table.get()');
      return toJavaScriptValue(realm, table.elementType, table.get(at));
    }

    type(): ReturnType<TableObject['type']> {
      const { element, limits, addressType } = realm.tableOf(this).type;
      const maximum =
        limits.maximum === undefined ? {} : { maximum: addressResult(limits.maximum, addressType) };
      const minimum = addressResult(limits.minimum, addressType);
      return { element: descriptorNameOf(element), minimum, ...maximum, address: addressType };
    }
  }
  finishInterface(TableWrapper, 'Table', 1);
  realm.prototypes.table = TableWrapper.prototype;
  return TableWrapper as TableConstructor;
}

function createTable(realm: Realm, value: unknown, values: readonly unknown[]): Table {
  const where = 'WebAssembly.Table()';
  const descriptor = dictionary(value, where);
  const element = valueTypeOfDescriptor(descriptor['element'], `${where} element`);
  if (!isReferenceType(element)) throw new TypeError(`${where}: element must be a reference type`);
  const addressType = addressTypeOf(descriptor['address'], where);
  const limits = limitsOf(descriptor, {
    addressType,
    where,
    units: 'elements',
    maximumInitial: realm.store.limits.maximumTableElements,
    maximumMaximum: MAXIMUM_ELEMENTS[addressType],
  });
  // Here, unlike in set and grow, an undefined value is a missing one.
  const first =
    values[0] === undefined ? defaultValue(element) : toWebAssemblyValue(realm, element, values[0]);
  try {
    return Table.create(realm.store, { element, limits, addressType }, first);
  } catch (error) {
    if (error instanceof LinkError) throw new RangeError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}
