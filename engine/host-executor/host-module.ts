import { definedFunctionCount, type ParsedModule } from '../binary/parsed-module.js';
import { validateFunction } from '../validate/validate-function.js';
import { type InjectedModule, type InjectionOptions, injectFuel } from './inject-fuel.js';
import { PaidFunctions } from './paid-functions.js';
import { type HostCompiledModule, hostWebAssembly, refusedByHost } from './web-assembly.js';

export interface HostModuleOptions extends InjectionOptions {
  /** The bodies have been validated already; they are validated here otherwise. */
  readonly validated?: boolean;
  /** Whether a function that one store has paid for is paid for in every store; each pays for itself unless told. */
  readonly shareCompilation?: boolean;
}

/** A module with fuel accounting injected, compiled by the host. */
export class HostModule {
  private readonly sharedPaidFunctions: PaidFunctions | undefined;

  private constructor(
    readonly injected: Omit<InjectedModule, 'bytes'>,
    /** The host's `WebAssembly.Module`. */
    readonly compiled: HostCompiledModule,
    shareCompilation: boolean,
  ) {
    if (shareCompilation) this.sharedPaidFunctions = new PaidFunctions(injected.paidGlobalCount);
  }

  /**
   * Injects fuel accounting and has the host compile the result.
   *
   * @throws ValidationError, MalformedModuleError for an invalid body; UnsupportedModuleError when the host refuses
   * what the engine accepts: a proposal it lacks, or a limit it has.
   */
  static compile(parsed: ParsedModule, options: HostModuleOptions): HostModule {
    if (options.validated !== true) {
      const end = parsed.importedFunctionCount + definedFunctionCount(parsed);
      for (let index = parsed.importedFunctionCount; index < end; index++) validateFunction(parsed, index);
    }
    const { bytes, ...injected } = injectFuel(parsed, options);
    const { Module, CompileError } = hostWebAssembly();
    try {
      return new HostModule(injected, new Module(bytes), options.shareCompilation ?? false);
    } catch (error) {
      throw error instanceof CompileError ? refusedByHost(error) : error;
    }
  }

  /** What a store begins with: nothing paid for, unless stores share. */
  paidFunctions(): PaidFunctions {
    return this.sharedPaidFunctions ?? new PaidFunctions(this.injected.paidGlobalCount);
  }
}
