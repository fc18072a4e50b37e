import type { UnsupportedConstructor } from './namespace.js';
import { finishInterface } from './web-idl.js';

/** A class of the standard whose feature the engine has not: there for `instanceof`, but constructing throws. */
export function unsupportedClass(name: string, feature: string): UnsupportedConstructor {
  class Unsupported {
    constructor() {
      throw new TypeError(`WebAssembly.${name}: ${feature} is not supported`);
    }
  }
  finishInterface(Unsupported, name);
  return Unsupported;
}
