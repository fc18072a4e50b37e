import type { UnsupportedConstructor } from './namespace.js';
import { finishInterface } from './web-idl.js';

interface UnsupportedInterface {
  readonly name: string;
  /** What the engine has not. */
  readonly feature: string;
  /** Arguments that the constructor requires. */
  readonly length: number;
  /** Methods by name, with the number of arguments that they require. */
  readonly methods: Readonly<Record<string, number>>;
}

/** A class of the standard whose feature the engine has not: there for `instanceof`, but constructing throws. */
export function unsupportedClass(description: UnsupportedInterface): UnsupportedConstructor {
  const { name, feature, length, methods } = description;
  class Unsupported {
    constructor() {
      throw new TypeError(`WebAssembly.${name}: ${feature} is not supported`);
    }
  }
  for (const [method, count] of Object.entries(methods)) {
    const { [method]: value } = {
      [method](): never {
        throw new TypeError(`this is not a WebAssembly.${name}: ${feature} is not supported`);
      },
    };
    Object.defineProperty(value, 'length', { value: count, configurable: true });
    Object.defineProperty(Unsupported.prototype, method, { value, writable: true, configurable: true });
  }
  finishInterface(Unsupported, name, length);
  return Unsupported;
}
