/** The part of the host's WebAssembly that the tests use; the types of the compiler's libraries for Node lack it. */
interface HostWebAssembly {
  readonly Module: {
    new (bytes: Uint8Array): object;
    exports(module: object): { readonly name: string; readonly kind: string }[];
    customSections(module: object, name: string): ArrayBuffer[];
  };
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

const host = (globalThis as unknown as { WebAssembly: HostWebAssembly }).WebAssembly;

export type HostFunction = (...parameters: unknown[]) => unknown;

export function isValidOnHost(bytes: Uint8Array): boolean {
  return host.validate(bytes);
}

/** The exports of a new instance. */
export function instantiateOnHost(
  bytes: Uint8Array,
  imports: object = {},
): Readonly<Record<string, unknown>> {
  return new host.Instance(new host.Module(bytes), imports).exports;
}

export function exportedFunctionNames(bytes: Uint8Array): string[] {
  return host.Module.exports(new host.Module(bytes))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);
}

export function customSectionsOnHost(bytes: Uint8Array, name: string): number[][] {
  return host.Module.customSections(new host.Module(bytes), name).map((content) => [
    ...new Uint8Array(content),
  ]);
}
