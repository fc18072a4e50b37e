import { CompileError, LinkError, Trap } from '../errors.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';

/** An error class as the standard has them: with or without `new`, and with a `cause`. */
export interface NamespaceErrorConstructor {
  new (message?: string, options?: { readonly cause?: unknown }): Error;
  (message?: string, options?: { readonly cause?: unknown }): Error;
  readonly prototype: Error;
}

/** A native error class of its own (ECMAScript 20.5.6) for one namespace. */
function nativeErrorClass(name: string): NamespaceErrorConstructor {
  const constructor = function (
    this: unknown,
    message?: string,
    options?: { readonly cause?: unknown },
  ): Error {
    return Reflect.construct(Error, [message, options], new.target ?? constructor) as Error;
  } as unknown as NamespaceErrorConstructor;
  const hidden = { writable: true, enumerable: false, configurable: true };
  Object.defineProperty(constructor, 'name', { ...hidden, writable: false, value: name });
  Object.defineProperty(constructor, 'length', { ...hidden, writable: false, value: 1 });
  Object.setPrototypeOf(constructor, Error);
  const prototype = Object.create(Error.prototype, {
    constructor: { ...hidden, value: constructor },
    name: { ...hidden, value: name },
    message: { ...hidden, value: '' },
  }) as Error;
  Object.defineProperty(constructor, 'prototype', { value: prototype, writable: false });
  return constructor;
}

/** The three error classes of a namespace (JS API 5.10), and what the engine's errors become. */
export class NamespaceErrors {
  readonly CompileError = nativeErrorClass('CompileError');
  readonly LinkError = nativeErrorClass('LinkError');
  readonly RuntimeError = nativeErrorClass('RuntimeError');
  /** Of the errors that stand for a call that ran out of fuel: the engine's error. */
  private readonly outOfFuel = new WeakMap<object, OutOfFuelError>();

  /** The namespace's own error for one of the engine's, which becomes its `cause`; anything else unchanged. */
  translate(error: unknown): unknown {
    if (error instanceof Trap) {
      const translated = new this.RuntimeError(error.message, { cause: error });
      if (error instanceof OutOfFuelError) this.outOfFuel.set(translated, error);
      return translated;
    }
    if (error instanceof CompileError) return new this.CompileError(error.message, { cause: error });
    if (error instanceof LinkError) return new this.LinkError(error.message, { cause: error });
    return error;
  }

  /** The engine's error behind one of the namespace's that stands for running out of fuel. Runs no code of the host's. */
  causeOf(error: unknown): OutOfFuelError | undefined {
    return this.outOfFuel.get(error as object);
  }

  /** Runs a step of the engine, with its errors translated. */
  guard<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw this.translate(error);
    }
  }
}
