import { LinkError, Trap } from '../errors.js';
import { Table } from '../execute/table.js';
import type { Value } from '../runtime/value.js';
import { isReferenceType, valueTypeName } from '../types/value-type.js';
import type { Size, TableConstructor, TableObject } from './namespace.js';
import type { Realm } from './realm.js';
import { defaultValue, toJavaScriptValue, toWebAssemblyValue, valueTypeOfDescriptor } from './values.js';
import { addressResult, addressTypeOf, addressValue, dictionary, finishInterface } from './web-idl.js';

/** `WebAssembly.Table` (JS API 5.4). */
export function tableClass(realm: Realm): TableConstructor {
  // How many arguments were given counts: a missing value is the element type's default, an undefined one is converted.
  const valueOf = (table: Table, values: readonly unknown[]): Value =>
    values.length === 0
      ? defaultValue(table.elementType)
      : toWebAssemblyValue(realm, table.elementType, values[0]);

  class TableWrapper implements TableObject {
    constructor(descriptor: unknown, ...values: unknown[]) {
      realm.tie(this, createTable(realm, descriptor, values));
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

    get(index: unknown): unknown {
      const table = realm.tableOf(this);
      const at = addressValue(index, table.addressType, 'WebAssembly.Table.get()');
      return toJavaScriptValue(
        realm,
        table.elementType,
        inBounds(at, () => table.get(at)),
      );
    }

    set(index: unknown, ...values: unknown[]): void {
      const table = realm.tableOf(this);
      const at = addressValue(index, table.addressType, 'WebAssembly.Table.set()');
      const value = valueOf(table, values);
      inBounds(at, () => table.set(at, value));
    }

    type(): ReturnType<TableObject['type']> {
      const { element, limits, addressType } = realm.tableOf(this).type;
      const maximum =
        limits.maximum === undefined ? {} : { maximum: addressResult(limits.maximum, addressType) };
      const minimum = addressResult(limits.minimum, addressType);
      return { element: valueTypeName(element), minimum, ...maximum, address: addressType };
    }
  }
  finishInterface(TableWrapper, 'Table');
  realm.prototypes.table = TableWrapper.prototype;
  return TableWrapper as TableConstructor;
}

/** The API has a RangeError where the operators trap. */
function inBounds<T>(index: number, access: () => T): T {
  try {
    return access();
  } catch (error) {
    if (error instanceof Trap)
      throw new RangeError(`WebAssembly.Table: index ${index} is out of bounds`, { cause: error });
    throw error;
  }
}

function createTable(realm: Realm, value: unknown, values: readonly unknown[]): Table {
  const where = 'WebAssembly.Table()';
  const descriptor = dictionary(value, where);
  const addressType = addressTypeOf(descriptor['address'], where);
  const element = valueTypeOfDescriptor(descriptor['element'], `${where} element`);
  if (!isReferenceType(element)) throw new TypeError(`${where}: element must be a reference type`);
  const { initial, maximum } = descriptor;
  if (initial === undefined) throw new TypeError(`${where}: property 'initial' is required`);
  const limits = {
    minimum: addressValue(initial, addressType, `${where} initial`),
    maximum: maximum === undefined ? undefined : addressValue(maximum, addressType, `${where} maximum`),
  };
  if (limits.maximum !== undefined && limits.maximum < limits.minimum) {
    throw new RangeError(`${where}: maximum ${limits.maximum} is below initial ${limits.minimum}`);
  }
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
