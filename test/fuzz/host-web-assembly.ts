/** The part of the host's own `WebAssembly` that is used here; the project compiles without DOM types. */

export interface HostGlobal {
  value: unknown;
}

export interface HostTable {
  readonly length: number;
  get(index: number): unknown;
}

export interface HostMemory {
  readonly buffer: ArrayBuffer;
}

export interface HostInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Limits {
  readonly initial: number;
  readonly maximum?: number | undefined;
}

interface HostWebAssembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => HostInstance;
  readonly Memory: new (type: Limits) => HostMemory;
  readonly Table: new (type: Limits & { element: string }) => HostTable;
  readonly Global: new (type: { value: string; mutable?: boolean }, value?: unknown) => HostGlobal;
  readonly LinkError: new (message: string) => Error;
  readonly CompileError: new (message: string) => Error;
  readonly RuntimeError: new (message: string) => Error;
}

export const { WebAssembly } = globalThis as unknown as { WebAssembly: HostWebAssembly };
