import type { Charge } from '../call/charge.js';
import type { DescriptorTable } from '../files/descriptor-table.js';
import type { GuestMemory } from '../call/guest-memory.js';
import type { Surroundings } from '../surroundings/surroundings.js';

/** What a WASI function works with: the calling program's memory, what the call owes, and what the program has. */
export interface WasiCall {
  readonly memory: GuestMemory;
  readonly charge: Charge;
  readonly descriptors: DescriptorTable;
  readonly surroundings: Surroundings;
  /** The program's arguments, its name first, as bytes. */
  readonly arguments: readonly Uint8Array[];
  /** `NAME=VALUE`, as bytes. */
  readonly variables: readonly Uint8Array[];
}

/**
 * A WASI function: pointers, sizes and i64 values are unsigned. Success unless it throws.
 * @throws WasiError with the errno; OutOfFuelError; the host's errors
 */
export type WasiFunction = (call: WasiCall, ...operands: never[]) => void;
