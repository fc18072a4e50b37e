/** The part of the host's own `WebAssembly` namespace that is used here; the project compiles without DOM types. */

/** An exported function, global, table, memory or tag. */
export type HostExport = object;

export type HostModule = object;

export interface HostInstance {
  readonly exports: Readonly<Record<string, HostExport>>;
}

export type HostModuleImports = Record<string, HostExport>;

type ErrorClass = new (message: string) => Error;

interface HostWebAssembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => HostModule;
  readonly Instance: new (module: HostModule, imports?: Record<string, HostModuleImports>) => HostInstance;
  readonly Memory: new (type: { initial: number; maximum?: number }) => { readonly buffer: ArrayBuffer };
  readonly Table: new (type: { element: string; initial: number; maximum?: number }) => HostExport;
  readonly Global: new (type: { value: string; mutable?: boolean }, value: unknown) => HostExport;
  readonly CompileError: ErrorClass;
  readonly LinkError: ErrorClass;
  readonly RuntimeError: ErrorClass;
}

export const { WebAssembly: hostWebAssembly } = globalThis as unknown as { WebAssembly: HostWebAssembly };
