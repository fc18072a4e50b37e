import { definedFunctionCount, type ParsedModule } from '../binary/parsed-module.js';
import { UnsupportedModuleError } from '../errors.js';
import { validateFunction } from '../validate/validate-function.js';
import { type InjectedModule, type InjectionOptions, injectFuel } from './inject-fuel.js';
import { type HostCompiledModule, type HostGlobal, hostWebAssembly } from './web-assembly.js';

export interface HostModuleOptions extends InjectionOptions {
  /** The bodies have been validated already; they are validated here otherwise. */
  readonly validated?: boolean;
  /** Whether a function that one store has paid for is paid for in every store; each pays for itself unless told. */
  readonly shareCompilation?: boolean;
}

/** A module with fuel accounting injected, compiled by the host. */
export class HostModule {
  /** For `shareCompilation`: the bitmaps that all stores use. */
  readonly sharedPaidGlobals: readonly HostGlobal[] | undefined;

  private constructor(
    readonly parsed: ParsedModule,
    readonly injected: InjectedModule,
    /** The host's `WebAssembly.Module`. */
    readonly compiled: HostCompiledModule,
    shareCompilation: boolean,
  ) {
    this.sharedPaidGlobals = shareCompilation ? this.newPaidGlobals() : undefined;
  }

  /**
   * Injects fuel accounting and has the host compile the result.
   *
   * @throws ValidationError, MalformedModuleError for an invalid body; UnsupportedModuleError when the host refuses
   * what the engine accepts: a proposal it lacks, or a limit it has.
   */
  static compile(parsed: ParsedModule, options: HostModuleOptions): HostModule {
    const injected = inject(parsed, options);
    const { Module } = hostWebAssembly();
    let compiled: HostCompiledModule;
    try {
      compiled = new Module(injected.bytes);
    } catch (error) {
      throw refused(error);
    }
    return new HostModule(parsed, injected, compiled, options.shareCompilation ?? false);
  }

  /** The same, off the calling thread; browsers demand that of large modules. */
  static async compileAsync(parsed: ParsedModule, options: HostModuleOptions): Promise<HostModule> {
    const injected = inject(parsed, options);
    let compiled: HostCompiledModule;
    try {
      compiled = await hostWebAssembly().compile(injected.bytes);
    } catch (error) {
      throw refused(error);
    }
    return new HostModule(parsed, injected, compiled, options.shareCompilation ?? false);
  }

  /** Bitmaps of paid functions, none paid. */
  newPaidGlobals(): readonly HostGlobal[] {
    const { Global } = hostWebAssembly();
    return Array.from(
      { length: this.injected.paidGlobalCount },
      () => new Global({ value: 'i32', mutable: true }, 0),
    );
  }
}

function inject(parsed: ParsedModule, options: HostModuleOptions): InjectedModule {
  if (options.validated !== true) {
    const end = parsed.importedFunctionCount + definedFunctionCount(parsed);
    for (let index = parsed.importedFunctionCount; index < end; index++) validateFunction(parsed, index);
  }
  return injectFuel(parsed, options);
}

function refused(error: unknown): unknown {
  if (!(error instanceof hostWebAssembly().CompileError)) return error;
  const unsupported = new UnsupportedModuleError(
    `this host cannot compile the module, use the executor "interpreter": ${error.message}`,
    0,
  );
  unsupported.cause = error;
  return unsupported;
}
