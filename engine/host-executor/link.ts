import { LinkError } from '../errors.js';
import {
  type HostCompiledModule,
  type HostImports,
  type HostLinkedInstance,
  hostWebAssembly,
} from '../host/web-assembly.js';

/**
 * An instance of a module of the host's.
 * @throws LinkError when the host refuses an import, or lacks the memory for the module's memories and tables
 */
export function instanceFor(compiled: HostCompiledModule, imports: HostImports): HostLinkedInstance {
  const { Instance, LinkError: HostLinkError } = hostWebAssembly();
  try {
    return new Instance(compiled, imports);
  } catch (error) {
    if (error instanceof HostLinkError) throw causedBy(`incompatible import type: ${error.message}`, error);
    if (isOutOfMemory(error))
      throw causedBy('the host cannot provide the memories and tables of the module', error);
    throw error;
  }
}

/** The host's refusal of a memory or table comes as a RangeError, as does its stack's end, with another message. */
function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && error.message.startsWith('WebAssembly.');
}

function causedBy(message: string, cause: Error): LinkError {
  const error = new LinkError(message);
  error.cause = cause;
  return error;
}
