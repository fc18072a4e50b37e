import type { EngineConfig } from '../runtime/config.js';
import { Engine } from '../runtime/engine.js';
import { Module } from '../runtime/module.js';
import { Store } from '../runtime/store.js';
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
import { Realm } from './realm.js';
import { tableClass } from './table-class.js';
import { unsupportedClass } from './unsupported-class.js';
import { bytesOfBufferSource } from './web-idl.js';

export interface WebAssemblyOptions extends EngineConfig {
  /** Fuel to start with, for loading and running together; practically unlimited unless given. */
  readonly fuel?: bigint | number;
  /** An existing store to live in, instead of a new engine and store; excludes all other options. */
  readonly store?: Store;
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
  const moduleObject = (module: Module): ModuleObject => {
    const object = Object.create(ModuleClass.prototype) as ModuleObject;
    realm.tie(object, module);
    return object;
  };
  const compile = (source: unknown, where: string): ModuleObject =>
    moduleObject(loadModule(realm, bytesOfBufferSource(source, where)));
  const instantiate = (module: ModuleObject, imports?: ImportObject): InstanceObject =>
    new InstanceClass(module, imports);
  const streamedBytes = async (
    source: ResponseLike | PromiseLike<ResponseLike>,
    where: string,
  ): Promise<ArrayBuffer> => {
    const response = await source;
    if (typeof response?.arrayBuffer !== 'function')
      throw new TypeError(`${where}: the source must be a Response`);
    if (!response.ok) throw new TypeError(`${where}: the response has status ${response.status}`);
    const type = response.headers.get('Content-Type')?.trim().toLowerCase();
    if (type !== 'application/wasm') {
      throw new TypeError(`${where}: the response's type is ${String(type)}, not application/wasm`);
    }
    return response.arrayBuffer();
  };

  const members = {
    Module: ModuleClass,
    Instance: InstanceClass,
    Memory: memoryClass(realm),
    Table: tableClass(realm),
    Global: globalClass(realm),
    Tag: unsupportedClass('Tag', 'exception handling'),
    Exception: unsupportedClass('Exception', 'exception handling'),
    CompileError: realm.errors.CompileError,
    LinkError: realm.errors.LinkError,
    RuntimeError: realm.errors.RuntimeError,
    validate: (bytes: unknown): boolean =>
      validateBytes(realm, bytesOfBufferSource(bytes, 'WebAssembly.validate()')),
    compile: async (bytes: unknown): Promise<ModuleObject> => compile(bytes, 'WebAssembly.compile()'),
    instantiate: async (
      source: unknown,
      imports?: ImportObject,
    ): Promise<InstanceObject | InstantiatedSource> => {
      if (realm.partBehind(source) instanceof Module) return instantiate(source as ModuleObject, imports);
      const module = compile(source, 'WebAssembly.instantiate()');
      return { module, instance: instantiate(module, imports) };
    },
    compileStreaming: async (source: ResponseLike | PromiseLike<ResponseLike>): Promise<ModuleObject> => {
      const where = 'WebAssembly.compileStreaming()';
      return compile(await streamedBytes(source, where), where);
    },
    instantiateStreaming: async (
      source: ResponseLike | PromiseLike<ResponseLike>,
      imports?: ImportObject,
    ): Promise<InstantiatedSource> => {
      const where = 'WebAssembly.instantiateStreaming()';
      const module = compile(await streamedBytes(source, where), where);
      return { module, instance: instantiate(module, imports) };
    },
    engine: realm.engine,
    store: realm.store,
  };
  const namespace = {} as WebAssemblyNamespace;
  for (const [name, value] of Object.entries(members)) {
    // Writable and hidden from enumeration, as the members of the standard's namespace are.
    Object.defineProperty(namespace, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace;
}

function storeFor({ fuel, store, ...config }: WebAssemblyOptions): Store {
  if (store === undefined) return new Store(new Engine(config), { fuel });
  const others = [...(fuel === undefined ? [] : ['fuel']), ...Object.keys(config)];
  if (others.length > 0) throw new TypeError(`a given store excludes other options: ${others.join(', ')}`);
  return store;
}
