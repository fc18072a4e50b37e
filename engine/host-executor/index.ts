// Runs modules on the host's own WebAssembly, metered by code injected into them. docs/host-executor.md tells how.
export { injectFuel, type InjectedModule, type InjectionOptions } from './inject-fuel.js';
export { HostModule, type HostModuleOptions } from './host-module.js';
export { HostStore } from './host-store.js';
export { HostInstance } from './host-instance.js';
export type { HostImports, HostTable } from './web-assembly.js';
