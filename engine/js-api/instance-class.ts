import { linkAndInstantiate } from '../runtime/linker.js';
import type { Instance as NativeInstance } from '../runtime/instance.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import { readImports } from './imports.js';
import { moduleBehind } from './module-class.js';
import type { ExportObject, InstanceConstructor, InstanceObject } from './namespace.js';
import type { Realm } from './realm.js';
import { uncloneable } from './uncloneable.js';
import { finishInterface } from './web-idl.js';

/** `WebAssembly.Instance` (JS API 5.2). */
export function instanceClass(realm: Realm): InstanceConstructor {
  const exportsOf = new WeakMap<object, Readonly<Record<string, ExportObject>>>();
  class Instance {
    constructor(module: unknown, imports?: unknown) {
      const behind = moduleBehind(realm, module, 'WebAssembly.Instance()');
      const values = readImports(realm, behind, imports);
      const made = uncloneable(Object.getPrototypeOf(this) as object) as this;
      try {
        exportsOf.set(made, exportsObject(realm, linkAndInstantiate(realm.store, behind, values)));
      } catch (error) {
        const translated = realm.errors.translate(error);
        if (error instanceof OutOfFuelError && error.instance !== undefined) {
          // The start function can be resumed: what it makes ready must not be lost with this constructor's failure.
          exportsOf.set(made, exportsObject(realm, error.instance));
          Object.defineProperty(translated, 'instance', { value: made, configurable: true });
        }
        throw translated;
      }
      return made;
    }

    get exports(): InstanceObject['exports'] {
      const exports = exportsOf.get(this);
      if (exports === undefined) throw new TypeError('this is not a WebAssembly.Instance of this namespace');
      return exports;
    }
  }
  finishInterface(Instance, 'Instance', 1);
  return Instance as InstanceConstructor;
}

/** An instance's exports object: frozen and without a prototype, whatever the names. */
function exportsObject(realm: Realm, instance: NativeInstance): InstanceObject['exports'] {
  const exports = Object.create(null) as Record<string, ExportObject>;
  for (const [name, extern] of instance.exports) {
    Object.defineProperty(exports, name, { value: realm.objectOf(extern), enumerable: true });
  }
  return Object.freeze(exports);
}
