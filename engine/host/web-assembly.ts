import { ExecutorError, UnsupportedModuleError } from '../errors.js';

/**
 * The part of the host's standard `WebAssembly` namespace that the engine uses. The package compiles without
 * DOM types, and a host may have no WebAssembly at all.
 */
export interface HostGlobal {
  value: unknown;
}

/** Sizes and indices are bigints where addresses have 64 bits. */
export interface HostTable {
  readonly length: number | bigint;
  get(index: number | bigint): unknown;
  set(index: number | bigint, value: unknown): void;
  grow(count: number | bigint, value: unknown): number | bigint;
}

/** Sizes are bigints where addresses have 64 bits. */
export interface HostLinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number | bigint): number | bigint;
}

/** An exported function of the host's WebAssembly. */
export type HostFunction = (...values: unknown[]) => unknown;

/** An exported function whose calls may wait: it runs at once, and gives its answer as a promise. */
export type PromisingFunction = (...values: unknown[]) => Promise<unknown>;

/** A compiled module of the host. */
export type HostCompiledModule = object;

export interface HostLinkedInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export type HostImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type ErrorClass = abstract new (...values: never[]) => Error;

export interface HostWebAssembly {
  readonly Module: new (bytes: Uint8Array) => HostCompiledModule;
  readonly Instance: new (module: HostCompiledModule, imports?: HostImports) => HostLinkedInstance;
  readonly Global: new (
    type: { readonly value: string; readonly mutable: boolean },
    value: unknown,
  ) => HostGlobal;
  readonly Memory: new (type: {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }) => HostLinearMemory;
  /** JavaScript Promise Integration, where the host has it: an import that may wait, and an export whose calls may. */
  readonly Suspending?: (new (wait: () => unknown) => object) | undefined;
  readonly promising?: ((exported: HostFunction) => PromisingFunction) | undefined;
  readonly CompileError: ErrorClass;
  readonly LinkError: ErrorClass;
  readonly RuntimeError: ErrorClass;
}

/**
 * The host's own namespace, and its own classes, as they are when the engine is loaded: a page may put another one in their place
 * afterwards, one of the engine's even.
 */
export const HOST_WEB_ASSEMBLY: HostWebAssembly | undefined = captured();

function captured(): HostWebAssembly | undefined {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: HostWebAssembly };
  if (typeof WebAssembly !== 'object' || WebAssembly === null) return undefined;
  const { Module, Instance, Global, Memory, Suspending, promising } = WebAssembly;
  const { CompileError, LinkError, RuntimeError } = WebAssembly;
  const own = { Module, Instance, Global, Memory, CompileError, LinkError, RuntimeError };
  // What a lockdown has left of a namespace is none.
  if (Object.values(own).some((one) => typeof one !== 'function')) return undefined;
  return Object.freeze({ ...own, Suspending, promising });
}

/** The host's WebAssembly. @throws ExecutorError where the host has none. */
export function hostWebAssembly(): HostWebAssembly {
  if (HOST_WEB_ASSEMBLY === undefined)
    throw new ExecutorError('this host has no WebAssembly: use the executor "interpreter"');
  return HOST_WEB_ASSEMBLY;
}

/** A memory of the host's, of pages of 64 KiB; undefined where it has none to give. */
export function newHostMemory(initial: number, maximum: number): HostLinearMemory | undefined {
  if (HOST_WEB_ASSEMBLY === undefined || initial > maximum) return undefined;
  try {
    return new HOST_WEB_ASSEMBLY.Memory({ initial, maximum });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a host's refusal to compile is thrown as. */
export function refusedByHost(error: Error): UnsupportedModuleError {
  const reason = `this host cannot compile the module, use the executor "interpreter": ${error.message}`;
  const unsupported = new UnsupportedModuleError(reason, 0);
  unsupported.cause = error;
  return unsupported;
}
