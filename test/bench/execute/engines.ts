import * as embedded from '@wasm-dyno/engine';

import type { EngineName } from './kernels.js';

export type KernelFunction = (argument: number) => unknown;

/** Something that this engine does not do, or not yet. */
export class NotSupported extends Error {}

/** A result that is not the known one, or not V8's. */
export class WrongResult extends Error {}

/** The part of the standard namespace that a kernel and SQLite's glue need. */
export type Namespace = Pick<typeof WebAssembly, 'Module' | 'Instance'>;

/** Loads a module that imports nothing and gives its exported functions. */
export async function loadKernel(
  engine: EngineName,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<(exportName: string) => KernelFunction> {
  const configuration = embeddedConfiguration(engine);
  if (configuration === undefined) {
    const { Module, Instance } = await namespaceOf(engine);
    const { exports } = new Instance(new Module(bytes), {});
    return (name) => exports[name] as KernelFunction;
  }
  const own = new embedded.Engine(configuration);
  const module = own.compile(bytes);
  const instance = new embedded.Linker(own).instantiate(new embedded.Store(own), module);
  return (name) => {
    const func = instance.getFunction(name)!;
    return (argument) => func.call(argument)[0];
  };
}

/** The engine as a `WebAssembly` namespace. */
export async function namespaceOf(engine: EngineName): Promise<Namespace> {
  if (engine === 'v8') return WebAssembly;
  if (engine === 'polywasm') {
    const name: string = 'polywasm'; // comes without types
    const polywasm = (await import(name)) as { WebAssembly: Namespace };
    return polywasm.WebAssembly;
  }
  const create = (embedded as Record<string, unknown>)['createWebAssembly'];
  if (typeof create !== 'function') throw new NotSupported('the engine has no WebAssembly namespace');
  return (create as (configuration?: object) => Namespace)(embeddedConfiguration(engine));
}

/** Undefined for engines that are not ours. */
function embeddedConfiguration(engine: EngineName): embedded.EngineConfig | undefined {
  switch (engine) {
    case 'embedded':
      return {};
    case 'embedded-unmetered':
      return { consumeFuel: false };
    case 'host': {
      const configuration = { executor: 'host' };
      const made = new embedded.Engine(configuration as embedded.EngineConfig) as { executor?: unknown };
      if (made.executor !== 'host') throw new NotSupported('the engine has no host executor');
      return configuration as embedded.EngineConfig;
    }
    default:
      return undefined;
  }
}
