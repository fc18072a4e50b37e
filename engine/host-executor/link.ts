import { counted } from '../counted.js';
import { LinkError } from '../errors.js';
import type { HostHoldings, MemoriesAndTables } from './host-holdings.js';
import {
  type HostCompiledModule,
  type HostImports,
  type HostLinkedInstance,
  hostWebAssembly,
} from '../host/web-assembly.js';

/**
 * An instance of a module of the host's that defines `asked`, in the store of `holdings`.
 * @throws LinkError when the host refuses an import, or lacks the memory or the addresses for the module's memories and tables
 */
export function instanceFor(
  compiled: HostCompiledModule,
  imports: HostImports,
  asked: MemoriesAndTables,
  holdings: HostHoldings,
): HostLinkedInstance {
  const { Instance, LinkError: HostLinkError } = hostWebAssembly();
  try {
    return new Instance(compiled, imports);
  } catch (error) {
    if (error instanceof HostLinkError) throw causedBy(`incompatible import type: ${error.message}`, error);
    if (isOutOfMemory(error)) throw causedBy(lackOf(asked, holdings.parts()), error);
    throw error;
  }
}

/** Hosts keep a range of addresses for each memory (V8 some 8 GiB, of 128 TiB), so that there may be no room while few bytes are used. */
function lackOf(asked: MemoriesAndTables, held: MemoriesAndTables): string {
  const mend =
    asked.memories > 0
      ? 'Each memory takes gigabytes of addresses, however small it is: let go of memories and of instances that have some, or allow fewer instances'
      : 'Let go of instances, or allow fewer';
  return `the host cannot provide ${partsOf(asked)} more; the store holds ${partsOf(held)}. ${mend} (maximumInstances)`;
}

function partsOf({ memories, tables }: MemoriesAndTables): string {
  return `${counted(memories, 'memories')} and ${counted(tables, 'tables')}`;
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
