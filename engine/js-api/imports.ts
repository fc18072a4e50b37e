import { counted } from '../counted.js';
import type { ImportDescriptor } from '../binary/parsed-module.js';
import { Global } from '../runtime/global.js';
import type { Extern } from '../runtime/instance.js';
import type { Module } from '../runtime/module.js';
import type { GlobalType } from '../types/external-type.js';
import { ValueType } from '../types/value-type.js';
import { embedderFunction } from './embedder-function.js';
import type { Realm } from './realm.js';
import { toWebAssemblyValue } from './values.js';

/**
 * "Read the imports" (JS API 5.2): a value for each of the module's imports, in their order.
 *
 * @throws TypeError when the object, or one of its modules, is missing; the namespace's LinkError for a value that cannot stand for
 * the import. Whether types agree in detail is left to linking.
 */
export function readImports(realm: Realm, module: Module, importObject: unknown): Extern[] {
  checkImportObject(importObject);
  if (module.imports.length > 0 && importObject === undefined) {
    throw new TypeError(
      `the module has ${counted(module.imports.length, 'imports')}: the imports argument must be an object`,
    );
  }
  // All are read before the first is looked at, as V8 has it: a module that is missing comes before a value that does not fit.
  const values = module.imports.map((descriptor) => {
    const names = namedProperty(importObject as object, descriptor.module);
    if (!isObject(names)) {
      throw new TypeError(`import ${describe(descriptor)}: module is not an object or function`);
    }
    return namedProperty(names, descriptor.name);
  });
  let importedFunctions = 0;
  return module.imports.map((descriptor, i) => {
    const index = descriptor.type.kind === 'function' ? importedFunctions++ : 0;
    return externOf(realm, descriptor, values[i], index);
  });
}

/** @throws TypeError unless imports are an object or missing. */
export function checkImportObject(importObject: unknown): void {
  if (importObject !== undefined && !isObject(importObject)) {
    throw new TypeError('the imports argument must be an object');
  }
}

function describe(descriptor: ImportDescriptor): string {
  return `${JSON.stringify(descriptor.module)} ${JSON.stringify(descriptor.name)}`;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Prototypes in a row that are looked through: a proxy may have ever another. */
const LONGEST_PROTOTYPE_CHAIN = 1000;

/**
 * A property that a module names. Like the standard's plain property access, but what an object merely inherits from a built-in
 * prototype (or its `constructor`) counts as missing: otherwise a module could import `constructor` `constructor`, which is the
 * host's Function, or any method of Object.prototype.
 */
function namedProperty(object: object, name: string): unknown {
  const value = (object as Record<string, unknown>)[name];
  const isSuspect = name === 'constructor' || name === '__proto__' || isNative(value);
  return isSuspect && isInheritedBuiltIn(object, name, value) ? undefined : value;
}

function isInheritedBuiltIn(object: object, name: string, value: unknown): boolean {
  if (Object.hasOwn(object, name)) return false;
  let prototype = prototypeOf(object);
  for (let links = 0; prototype !== null; prototype = prototypeOf(prototype), links++) {
    if (links === LONGEST_PROTOTYPE_CHAIN) return true;
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    if (property === undefined) continue;
    if (name !== 'constructor' && !isBuiltIn(prototype)) return false;
    // A proxy may answer for itself even where its target inherits something.
    return 'value' in property
      ? property.value === value
      : name === '__proto__' && value === prototypeOf(object);
  }
  return false;
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

/** Whether an object is the prototype of a class of the language, of this or any other realm. */
function isBuiltIn(prototype: object): boolean {
  const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  return isNative(constructor);
}

/** Whether the value is a function of the language or the host. */
function isNative(value: unknown): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value).includes('[native code]');
}

function externOf(realm: Realm, descriptor: ImportDescriptor, value: unknown, importIndex: number): Extern {
  const { type } = descriptor;
  const refuse = (expected: string): never => {
    throw new realm.errors.LinkError(`import ${describe(descriptor)}: ${expected}`);
  };
  switch (type.kind) {
    case 'function':
      if (typeof value !== 'function') return refuse('function import requires a callable');
      return (
        realm.funcBehind(value) ?? embedderFunction(realm, type.type, value as () => unknown, importIndex)
      );
    case 'global':
      return globalOf(realm, type, value, refuse);
    case 'memory':
    case 'table': {
      const part = realm.partBehind(value);
      if (part === undefined || !('kind' in part) || part.kind !== type.kind) {
        const className = type.kind === 'memory' ? 'Memory' : 'Table';
        return refuse(`${type.kind} import must be a WebAssembly.${className} of this namespace`);
      }
      return part;
    }
  }
}

/** A global to import: one of the API's, or an immutable one made of a plain value. */
function globalOf(
  realm: Realm,
  type: GlobalType,
  value: unknown,
  refuse: (expected: string) => never,
): Global {
  const part = realm.partBehind(value);
  if (part !== undefined && 'kind' in part && part.kind === 'global') return part;
  if (type.mutable) return refuse('imported mutable global must be a WebAssembly.Global of this namespace');
  switch (type.value) {
    case ValueType.I64:
      if (typeof value !== 'bigint') return refuse('global import must be a BigInt or a WebAssembly.Global');
      break;
    case ValueType.I32:
    case ValueType.F32:
    case ValueType.F64:
      if (typeof value !== 'number') return refuse('global import must be a number or a WebAssembly.Global');
      break;
    case ValueType.V128:
      return refuse('global import of type v128 must be a WebAssembly.Global');
    case ValueType.FuncRef:
      if (value !== null && realm.funcBehind(value) === undefined) {
        return refuse('imported funcref global must be null or an exported function of this namespace');
      }
  }
  return Global.create(
    realm.store,
    { value: type.value, mutable: false },
    toWebAssemblyValue(realm, type.value, value),
  );
}
