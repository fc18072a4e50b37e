/**
 * The part of the host's standard `WebAssembly` namespace that the host executor uses. The package compiles without
 * DOM types, and a host may have no WebAssembly at all.
 */
export interface HostGlobal {
  value: unknown;
}

export interface HostTable {
  readonly length: number;
  get(index: number): unknown;
}

/** A compiled module of the host. */
export type HostCompiledModule = object;

export type HostImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type ErrorClass = abstract new (...values: never[]) => Error;

export interface HostWebAssembly {
  readonly Module: new (bytes: Uint8Array) => HostCompiledModule;
  compile(bytes: Uint8Array): Promise<HostCompiledModule>;
  readonly Instance: new (
    module: HostCompiledModule,
    imports?: HostImports,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Global: new (
    type: { readonly value: 'i32' | 'i64'; readonly mutable: boolean },
    value: unknown,
  ) => HostGlobal;
  readonly CompileError: ErrorClass;
  readonly LinkError: ErrorClass;
  readonly RuntimeError: ErrorClass;
}

/** The host's WebAssembly. @throws Error where the host has none. */
export function hostWebAssembly(): HostWebAssembly {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: HostWebAssembly };
  if (WebAssembly === undefined) {
    throw new Error('this host has no WebAssembly; use the executor "interpreter"');
  }
  return WebAssembly;
}
