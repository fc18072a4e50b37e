import { endsLoading } from '../runtime/load-charge.js';
import { Module } from '../runtime/module.js';
import type { ModuleConstructor, ModuleExportDescriptor, ModuleImportDescriptor } from './namespace.js';
import type { Realm } from './realm.js';
import { bytesOfBufferSource, finishInterface, text } from './web-idl.js';

/** `WebAssembly.Module` (JS API 5.1). */
export function moduleClass(realm: Realm): ModuleConstructor {
  class ModuleObject {
    constructor(bytes: unknown) {
      return realm.constructed(this, loadModule(realm, bytesOfBufferSource(bytes, 'WebAssembly.Module()')));
    }

    static imports(module: unknown): ModuleImportDescriptor[] {
      const { imports } = moduleBehind(realm, module, 'WebAssembly.Module.imports()');
      return imports.map(({ module: from, name, type }) => ({ module: from, name, kind: type.kind }));
    }

    static exports(module: unknown): ModuleExportDescriptor[] {
      return moduleBehind(realm, module, 'WebAssembly.Module.exports()').exports.map(({ name, type }) => ({
        name,
        kind: type.kind,
      }));
    }

    static customSections(module: unknown, sectionName: unknown): ArrayBuffer[] {
      const where = 'WebAssembly.Module.customSections()';
      const behind = moduleBehind(realm, module, where);
      if (sectionName === undefined) throw new TypeError(`${where}: the section's name is required`);
      return behind.customSections(text(sectionName)).map((bytes) => bytes.buffer as ArrayBuffer);
    }
  }
  finishInterface(ModuleObject, 'Module', 1);
  return ModuleObject as unknown as ModuleConstructor;
}

/** Loads a module, paid for by the store. @throws the namespace's CompileError; its RuntimeError when out of fuel. */
export function loadModule(realm: Realm, bytes: Uint8Array): Module {
  const { engine, store, errors } = realm;
  return errors.guard(() => {
    try {
      const module = engine.compile(bytes, { fuel: store.fuel });
      store.consumeFuel(module.fuelCharged, 'loading a module');
      return module;
    } catch (error) {
      if (endsLoading(error)) store.consumeFuel(error.fuelCharged, 'loading a module');
      throw error;
    }
  });
}

/** Whether the bytes are a valid module, paid for by the store. @throws the namespace's RuntimeError when out of fuel */
export function validateBytes({ engine, store, errors }: Realm, bytes: Uint8Array): boolean {
  const onCharge = (fuel: bigint) => store.consumeFuel(fuel, 'validating a module');
  return errors.guard(() => engine.validate(bytes, { fuel: store.fuel, onCharge }));
}

/** @throws TypeError unless the value is a module of this namespace. */
export function moduleBehind(realm: Realm, value: unknown, where: string): Module {
  const part = realm.partBehind(value);
  if (!(part instanceof Module))
    throw new TypeError(`${where}: argument 0 must be a WebAssembly.Module of this namespace`);
  return part;
}
