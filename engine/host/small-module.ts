import { type Bytes, MODULE_HEAD } from '../binary/module-parts.js';
import { type HostCompiledModule, hostWebAssembly, refusedByHost } from './web-assembly.js';

/**
 * Compiles a module of a few dozen bytes: what the host's WebAssembly can only be given, or only gives, through a module.
 * @throws UnsupportedModuleError when the host does not know what the module is made of.
 */
export function compileSmallModule(...sections: readonly Bytes[]): HostCompiledModule {
  const { Module, CompileError } = hostWebAssembly();
  try {
    return new Module(Uint8Array.from([...MODULE_HEAD, ...sections.flat()]));
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw refusedByHost(error);
  }
}
