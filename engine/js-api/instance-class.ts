import { linkAndInstantiate } from '../runtime/linker.js';
import type { Module } from '../runtime/module.js';
import { readImports } from './imports.js';
import { moduleBehind } from './module-class.js';
import type { ExportObject, InstanceConstructor, InstanceObject } from './namespace.js';
import type { Realm } from './realm.js';
import { finishInterface } from './web-idl.js';

/** `WebAssembly.Instance` (JS API 5.2). */
export function instanceClass(realm: Realm): InstanceConstructor {
  const exportsOf = new WeakMap<object, Readonly<Record<string, ExportObject>>>();
  class Instance {
    constructor(module: unknown, imports?: unknown) {
      exportsOf.set(this, instantiate(realm, moduleBehind(realm, module, 'WebAssembly.Instance()'), imports));
    }

    get exports(): InstanceObject['exports'] {
      const exports = exportsOf.get(this);
      if (exports === undefined) throw new TypeError('this is not a WebAssembly.Instance of this namespace');
      return exports;
    }
  }
  finishInterface(Instance, 'Instance');
  return Instance as InstanceConstructor;
}

/** Instantiates a module and makes its exports object: frozen and without a prototype, whatever the names. */
function instantiate(realm: Realm, module: Module, imports: unknown): InstanceObject['exports'] {
  const values = readImports(realm, module, imports);
  const instance = realm.errors.guard(() => linkAndInstantiate(realm.store, module, values));
  const exports = Object.create(null) as Record<string, ExportObject>;
  for (const [name, extern] of instance.exports) {
    Object.defineProperty(exports, name, { value: realm.objectOf(extern), enumerable: true });
  }
  return Object.freeze(exports);
}
