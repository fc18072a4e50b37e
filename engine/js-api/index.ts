// A namespace shaped like the standard `WebAssembly` object, over the embedded engine.
export { createWebAssembly, type WebAssemblyOptions } from './create-web-assembly.js';
export type { ExportedFunction } from './exported-function.js';
export type { NamespaceErrorConstructor } from './namespace-errors.js';
export type * from './namespace.js';
export type { DescriptorTypeName } from './values.js';
