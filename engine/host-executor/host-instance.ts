import { LinkError } from '../errors.js';
import type { HostModule } from './host-module.js';
import type { HostStore } from './host-store.js';
import {
  type HostCompiledModule,
  type HostImports,
  type HostTable,
  hostWebAssembly,
} from './web-assembly.js';

/** An instance on the host, of a module that meters itself. */
export class HostInstance {
  private constructor(
    readonly store: HostStore,
    readonly module: HostModule,
    /**
     * The module's exports, by name, as the host's own objects: functions, `WebAssembly.Memory`, `Table`, `Global`.
     * They may be imported by other instances of the store. Functions called directly throw the host's errors: call
     * them through `call` or `HostStore.run`.
     */
    readonly exports: ReadonlyMap<string, unknown>,
  ) {}

  /**
   * Instantiates a module, its start function included. Imports are the host's own objects, or functions; functions of
   * the embedder's should go through `HostStore.hostFunction`.
   *
   * @throws LinkError for a missing or unsuitable import; Trap, OutOfFuelError of active segments or the start function.
   */
  static instantiate(store: HostStore, module: HostModule, imports: HostImports = {}): HostInstance {
    const { parsed, injected, compiled } = module;
    const tag = store.reserveTableTags(parsed.tables.length);
    let table = 0;
    for (const { type, module: from, name } of parsed.imports) {
      const value = imports[from]?.[name];
      if (value === undefined) throw new LinkError(`unknown import: ${from}.${name}`);
      if (type.kind === 'table') store.setTable(tag + table++, value as HostTable);
    }
    const all = { ...imports, [injected.importModule]: store.meterImports(module, tag) };
    const { exports } = store.run(() => link(compiled, all));
    injected.tableExports.forEach((name, index) => {
      store.setTable(tag + parsed.importedTableCount + index, exports[name] as HostTable);
    });
    if (injected.startExport !== undefined) store.run(exports[injected.startExport] as () => void);
    return new HostInstance(store, module, new Map(parsed.exports.map(({ name }) => [name, exports[name]])));
  }

  /**
   * Calls an exported function: i32, f32 and f64 are numbers, i64 is a bigint, references are the host's own values.
   * Vectors cannot cross the border to the host.
   *
   * @throws TypeError when there is no such function or a value does not fit; Trap, OutOfFuelError; errors of host functions.
   */
  call(name: string, ...values: unknown[]): unknown[] {
    const target = this.exports.get(name);
    if (typeof target !== 'function') throw new TypeError(`the instance exports no function "${name}"`);
    const results = this.store.run(() => target(...values) as unknown);
    if (Array.isArray(results)) return results as unknown[];
    return results === undefined ? [] : [results];
  }

  /** Refused: the frames of a call that stops are the host's, and gone. */
  callResumable(name: string): never {
    throw new TypeError(
      `cannot call "${name}" resumably: the host executor cannot suspend calls, the executor "interpreter" can`,
    );
  }
}

function link(
  compiled: HostCompiledModule,
  imports: HostImports,
): { readonly exports: Readonly<Record<string, unknown>> } {
  const { Instance, LinkError: HostLinkError } = hostWebAssembly();
  try {
    return new Instance(compiled, imports);
  } catch (error) {
    if (!(error instanceof HostLinkError)) throw error;
    const linkError = new LinkError(`incompatible import type: ${error.message}`);
    linkError.cause = error;
    throw linkError;
  }
}
