import { definedFunctionCount, type ParsedModule } from '../binary/parsed-module.js';
import { CompileError } from '../errors.js';
import type { Module } from '../runtime/module.js';
import { validateFunction } from '../validate/validate-function.js';
import { type InjectedModule, type InjectionOptions, injectFuel } from './injection/inject-fuel.js';
import { refuseDeepStacks } from './joined-operands.js';
import { PaidFunctions } from './paid-functions.js';
import { type HostCompiledModule, hostWebAssembly, refusedByHost } from '../host/web-assembly.js';

export interface HostModuleOptions extends InjectionOptions {
  /** The bodies have been validated already; else they are here, and an invalid one is found out by whoever calls it. */
  readonly validated?: boolean;
  /** Bodies that are known to be valid all the same. */
  readonly isKnownValid?: ((functionIndex: number) => boolean) | undefined;
  /** Told how many bytes the host is to compile, before it does; may throw. */
  readonly beforeHostCompiles?: ((injectedBytes: number) => void) | undefined;
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
    /** What is wrong with bodies, by function, imports first; nothing unless they were validated here. */
    readonly invalidFunctions: ReadonlyMap<number, CompileError>,
    shareCompilation: boolean,
  ) {
    if (shareCompilation) this.sharedPaidFunctions = new PaidFunctions(injected.paidGlobalCount);
  }

  /**
   * Injects fuel accounting and has the host compile the result.
   *
   * @throws UnsupportedModuleError when the host refuses what the engine accepts: a proposal it lacks, or a limit it has; for functions that it takes
   * too long to compile.
   */
  static compile(parsed: ParsedModule, options: HostModuleOptions): HostModule {
    const invalidFunctions =
      options.validated === true ? NONE_INVALID : invalidFunctionsOf(parsed, options.isKnownValid);
    refuseDeepStacks(parsed, invalidFunctions);
    const { bytes, ...injected } = injectFuel(parsed, {
      ...options,
      invalidFunctions: new Set(invalidFunctions.keys()),
    });
    options.beforeHostCompiles?.(bytes.length);
    const { Module: HostCompiled, CompileError: HostCompileError } = hostWebAssembly();
    try {
      return new HostModule(
        injected,
        new HostCompiled(bytes),
        invalidFunctions,
        options.shareCompilation ?? false,
      );
    } catch (error) {
      throw error instanceof HostCompileError ? refusedByHost(error) : error;
    }
  }

  /** What a store begins with: nothing paid for, unless stores share. */
  paidFunctions(): PaidFunctions {
    return this.sharedPaidFunctions ?? new PaidFunctions(this.injected.paidGlobalCount);
  }
}

const hostModules = new WeakMap<Module, HostModule>();

/** Keeps what the host compiled for as long as the module is. */
export function keepHostModule(module: Module, compiled: HostModule): void {
  hostModules.set(module, compiled);
}

/** A loaded module as the host compiled it. */
export function hostModuleOf(module: Module): HostModule {
  return hostModules.get(module)!;
}

const NONE_INVALID: ReadonlyMap<number, CompileError> = new Map();

function invalidFunctionsOf(
  parsed: ParsedModule,
  isKnownValid: (functionIndex: number) => boolean = () => false,
): ReadonlyMap<number, CompileError> {
  const invalid = new Map<number, CompileError>();
  const end = parsed.importedFunctionCount + definedFunctionCount(parsed);
  for (let index = parsed.importedFunctionCount; index < end; index++) {
    if (isKnownValid(index)) continue;
    try {
      validateFunction(parsed, index);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      invalid.set(index, error);
    }
  }
  return invalid;
}
