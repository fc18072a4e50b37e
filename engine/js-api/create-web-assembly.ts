import type { EngineConfig } from '../runtime/config.js';
import { Engine } from '../engine.js';
import { Module } from '../runtime/module.js';
import { Store } from '../runtime/store.js';
import { checkImportObject } from './imports.js';
import { globalClass } from './global-class.js';
import { instanceClass } from './instance-class.js';
import { memoryClass } from './memory-class.js';
import { loadModule, moduleClass, validateBytes } from './module-class.js';
import type {
  ImportObject,
  InstanceObject,
  InstantiatedSource,
  ModuleObject,
  ResponseLike,
  WebAssemblyNamespace,
} from './namespace.js';
import { nextTask } from './next-task.js';
import { Realm } from './realm.js';
import { tableClass } from './table-class.js';
import { unsupportedClass } from './unsupported-class.js';
import { bytesOfBufferSource } from './web-idl.js';

export interface WebAssemblyOptions extends EngineConfig {
  /** Fuel to start with, for loading and running together; practically unlimited unless given. */
  readonly fuel?: bigint | number | undefined;
  /** An existing store to live in, instead of a new engine and store; excludes all other options. */
  readonly store?: Store | undefined;
}

/**
 * A namespace shaped like the standard `WebAssembly` object, over an engine of its own: code written for the standard runs on it
 * unchanged. Traps are the namespace's RuntimeError with the engine's Trap as `cause`; so is running out of fuel, where the cause is
 * an OutOfFuelError whose `suspendedCall` resumes. Two namespaces share nothing.
 *
 * @throws TypeError, RangeError, ProfileError for bad options
 */
export function createWebAssembly(options: WebAssemblyOptions = {}): WebAssemblyNamespace {
  const realm = new Realm(storeFor(options));
  const ModuleClass = moduleClass(realm);
  const InstanceClass = instanceClass(realm);

  // Wrapped so that `new` is not what makes it: the object exists already when the promise resolves.
  const moduleObject = (module: Module): ModuleObject => realm.newObject(ModuleClass.prototype, module);
  const compileLater = async (bytes: Uint8Array): Promise<ModuleObject> => {
    // A copy, taken at the call: what happens to the bytes afterwards does not count.
    const copy = bytes.slice();
    await nextTask();
    return moduleObject(loadModule(realm, copy));
  };
  const streamedBytes = async (
    source: ResponseLike | PromiseLike<ResponseLike>,
    where: string,
  ): Promise<Uint8Array> => {
    const response = await source;
    if (typeof response?.arrayBuffer !== 'function')
      throw new TypeError(`${where}: the source must be a Response`);
    if (!response.ok) throw new TypeError(`${where}: the response has status ${response.status}`);
    const type = response.headers.get('Content-Type')?.trim().toLowerCase();
    if (type !== 'application/wasm') {
      throw new TypeError(`${where}: the response's type is ${String(type)}, not application/wasm`);
    }
    return new Uint8Array(await response.arrayBuffer());
  };

  // Methods, for that is what an operation is: no constructor. What returns a promise never throws.
  const operations = {
    compile(bytes: unknown): Promise<ModuleObject> {
      return promised(() => compileLater(bytesOfBufferSource(bytes, 'WebAssembly.compile()')));
    },
    validate(bytes: unknown): boolean {
      return validateBytes(realm, bytesOfBufferSource(bytes, 'WebAssembly.validate()'));
    },
    instantiate(source: unknown, ...[imports]: Imports): Promise<InstanceObject | InstantiatedSource> {
      return promised(async () => {
        if (realm.partBehind(source) instanceof Module) {
          return new InstanceClass(source as ModuleObject, imports);
        }
        const bytes = bytesOfBufferSource(source, 'WebAssembly.instantiate()');
        checkImportObject(imports);
        const module = await compileLater(bytes);
        return { module, instance: new InstanceClass(module, imports) };
      });
    },
    compileStreaming(source: StreamingSource): Promise<ModuleObject> {
      return promised(async () =>
        compileLater(await streamedBytes(source, 'WebAssembly.compileStreaming()')),
      );
    },
    instantiateStreaming(source: StreamingSource, ...[imports]: Imports): Promise<InstantiatedSource> {
      return promised(async () => {
        checkImportObject(imports);
        const bytes = await streamedBytes(source, 'WebAssembly.instantiateStreaming()');
        const module = await compileLater(bytes);
        return { module, instance: new InstanceClass(module, imports) };
      });
    },
  };
  const interfaces = {
    Module: ModuleClass,
    Instance: InstanceClass,
    Table: tableClass(realm),
    Memory: memoryClass(realm),
    Global: globalClass(realm),
    Tag: unsupportedClass({ name: 'Tag', feature: 'exception handling', length: 1, methods: {} }),
    Exception: unsupportedClass({
      name: 'Exception',
      feature: 'exception handling',
      length: 2,
      methods: { getArg: 2, is: 1 },
    }),
    CompileError: realm.errors.CompileError,
    LinkError: realm.errors.LinkError,
    RuntimeError: realm.errors.RuntimeError,
    engine: realm.engine,
    store: realm.store,
  };
  const namespace = { ...operations } as unknown as WebAssemblyNamespace;
  for (const [name, value] of Object.entries(interfaces)) {
    // Unlike operations, interfaces are hidden from enumeration.
    Object.defineProperty(namespace, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace;
}

/** An optional argument, which does not count in a function's `length`. */
type Imports = [imports?: ImportObject];

type StreamingSource = ResponseLike | PromiseLike<ResponseLike>;

/** The promise of an operation, whose failures are all the promise's. */
async function promised<Result>(operation: () => Promise<Result>): Promise<Result> {
  return operation();
}

function storeFor({ fuel, store, ...config }: WebAssemblyOptions): Store {
  if (store === undefined) return new Store(new Engine(config), { fuel });
  const others = Object.entries({ fuel, ...config }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (others.length > 0) throw new TypeError(`a given store excludes other options: ${others.join(', ')}`);
  return store;
}
