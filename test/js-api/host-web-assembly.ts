import type { WebAssemblyNamespace } from '@wasm-dyno/engine';

/** The host's own WebAssembly, the oracle; typed by the shape that ours has. */
export const hostWebAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
