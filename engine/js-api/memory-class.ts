import { Memory } from '../runtime/memory.js';
import { LinkError } from '../errors.js';
import type { MemoryConstructor, MemoryObject, Size } from './namespace.js';
import type { Realm } from './realm.js';
import {
  addressResult,
  addressTypeOf,
  addressValue,
  dictionary,
  finishInterface,
  limitsOf,
} from './web-idl.js';

const MAXIMUM_PAGES = { i32: 2 ** 16, i64: 2 ** 48 } as const;

/** `WebAssembly.Memory` (JS API 5.3). */
export function memoryClass(realm: Realm): MemoryConstructor {
  class MemoryWrapper implements MemoryObject {
    constructor(descriptor: unknown) {
      return realm.constructed(this, createMemory(realm, descriptor));
    }

    grow(delta: unknown): Size {
      const memory = realm.memoryOf(this);
      const before = memory.grow(addressValue(delta, memory.addressType, 'WebAssembly.Memory.grow()'));
      if (before < 0) throw new RangeError('WebAssembly.Memory.grow(): the memory cannot grow that far');
      return addressResult(before, memory.addressType);
    }

    get buffer(): ArrayBuffer {
      return realm.memoryOf(this).buffer;
    }

    type(): ReturnType<MemoryObject['type']> {
      const { limits, addressType, shared } = realm.memoryOf(this).type;
      const maximum =
        limits.maximum === undefined ? {} : { maximum: addressResult(limits.maximum, addressType) };
      return {
        minimum: addressResult(limits.minimum, addressType),
        ...maximum,
        shared,
        address: addressType,
      };
    }
  }
  finishInterface(MemoryWrapper, 'Memory', 1);
  realm.prototypes.memory = MemoryWrapper.prototype;
  return MemoryWrapper as MemoryConstructor;
}

function createMemory(realm: Realm, value: unknown): Memory {
  const where = 'WebAssembly.Memory()';
  const descriptor = dictionary(value, where);
  const addressType = addressTypeOf(descriptor['address'], where);
  const most = MAXIMUM_PAGES[addressType];
  const reader = { addressType, where, units: 'pages', maximumInitial: most, maximumMaximum: most };
  const limits = limitsOf(descriptor, reader);
  if (descriptor['shared']) throw new TypeError(`${where}: shared memories are not supported`);
  try {
    return Memory.create(realm.store, { limits, addressType });
  } catch (error) {
    if (error instanceof LinkError) throw new RangeError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}
