import { Global } from '../runtime/global.js';
import { ValueType } from '../types/value-type.js';
import type { GlobalConstructor, GlobalObject } from './namespace.js';
import type { Realm } from './realm.js';
import {
  defaultValue,
  descriptorNameOf,
  toJavaScriptValue,
  toWebAssemblyValue,
  valueTypeOfDescriptor,
} from './values.js';
import { dictionary, finishInterface } from './web-idl.js';

/** `WebAssembly.Global` (JS API 5.5). */
export function globalClass(realm: Realm): GlobalConstructor {
  const valueOf = (object: unknown): unknown => {
    const global = realm.globalOf(object);
    return toJavaScriptValue(realm, global.type.value, global.value);
  };

  class GlobalWrapper implements GlobalObject {
    constructor(descriptor: unknown, ...values: unknown[]) {
      return realm.constructed(this, createGlobal(realm, descriptor, values));
    }

    valueOf(): unknown {
      return valueOf(this);
    }

    get value(): unknown {
      return valueOf(this);
    }

    set value(value: unknown) {
      const global = realm.globalOf(this);
      // Called by itself it may get nothing, and a setter has no rest parameter.
      if (arguments.length === 0) throw new TypeError('WebAssembly.Global.value: a value is required');
      if (!global.type.mutable) throw new TypeError('WebAssembly.Global.value: this global is immutable');
      global.value = toWebAssemblyValue(realm, global.type.value, value);
    }

    type(): ReturnType<GlobalObject['type']> {
      const { value, mutable } = realm.globalOf(this).type;
      return { value: descriptorNameOf(value), mutable };
    }
  }
  finishInterface(GlobalWrapper, 'Global', 1);
  realm.prototypes.global = GlobalWrapper.prototype;
  return GlobalWrapper as GlobalConstructor;
}

function createGlobal(realm: Realm, argument: unknown, values: readonly unknown[]): Global {
  const where = 'WebAssembly.Global()';
  const descriptor = dictionary(argument, where);
  const mutable = Boolean(descriptor['mutable']);
  const type = valueTypeOfDescriptor(descriptor['value'], `${where} value`);
  if (type === ValueType.V128) throw new TypeError(`${where}: a v128 global cannot be made from JavaScript`);
  // An undefined value is a missing one, but for function references.
  const isMissing = values.length === 0 || (values[0] === undefined && type !== ValueType.FuncRef);
  const value = isMissing ? defaultValue(type) : toWebAssemblyValue(realm, type, values[0]);
  return Global.create(realm.store, { value: type, mutable }, value);
}
