import { DEFAULT_LIMITS, MOST_STACK_SLOTS } from '../enforced-limits.js';
import { FRAME_OVERHEAD, FREE_LEAF_SLOTS } from '../types/frame-cost.js';

/**
 * Where things lie in the memory that the loop in WebAssembly works on, in bytes. The loop is generated with these addresses in it; the
 * typed arrays of JavaScript view the same.
 */

/** Slots that all running calls together may come to, and slots before those in which suspended calls may lie. */
export const STACK_SLOTS = MOST_STACK_SLOTS;
/** A slot that no frame reaches, for values on their way: beyond what is counted there may be a small function that calls none. */
export const SCRATCH_SLOT = 2 * STACK_SLOTS + FREE_LEAF_SLOTS;
/** Slots of every register file. */
export const REGISTER_SLOTS = SCRATCH_SLOT + 1;
/** Frames that all running calls together may come to. */
export const RUNNING_FRAMES = DEFAULT_LIMITS.maximumCallDepth;
/** Frames before those, of suspended calls. */
export const SUSPENDED_FRAMES = Math.ceil(STACK_SLOTS / FRAME_OVERHEAD);
/** Frames that there is room for. */
export const FRAMES = SUSPENDED_FRAMES + RUNNING_FRAMES + 1;

/** Words at the beginning of the memory, by which the loop is told where it is to run, and tells where it stopped. */
export const enum ControlWord {
  /** Index of the operator's word. */
  Pc = 0,
  FramePointer,
  Depth,
  FuelSlice,
  SlotsLeft,
  /** Fuel of the block that the slice could not pay; is set only then. */
  OwedFuel,
  /** At a return of this depth the loop stops. */
  Floor,
  DepthLimit,
  /** Address of the running function's record. */
  Function,
  /** The least depth there was: frames from there on are new. */
  LowestDepth,
  /** Address of the store's globals. */
  Globals,
  /** Address of the instance's block. */
  Block,
  /** Not zero where the vector registers are in use. */
  Vectors,
  Count,
}

const PAGE_BYTES = 65_536;
const aligned = (address: number) => Math.ceil(address / 64) * 64;

export const RETURN_ADDRESSES = aligned(4 * ControlWord.Count);
export const FRAME_POINTERS = aligned(RETURN_ADDRESSES + 4 * FRAMES);
/** Of the frames that the loop pushed: the function's record. */
export const FRAME_RECORDS = aligned(FRAME_POINTERS + 4 * FRAMES);
export const NARROW_REGISTERS = aligned(FRAME_RECORDS + 4 * FRAMES);
export const WIDE_REGISTERS = aligned(NARROW_REGISTERS + 4 * REGISTER_SLOTS);
export const VECTOR_REGISTERS = aligned(WIDE_REGISTERS + 8 * REGISTER_SLOTS);
/** Code, and what is known of instances, tables and globals. */
export const HEAP = aligned(VECTOR_REGISTERS + 16 * REGISTER_SLOTS);
const HEAP_BYTES = 2 ** 26;
/** Only what is touched takes the host's memory. It never grows, because that would detach what JavaScript views. */
export const MEMORY_PAGES = Math.ceil((HEAP + HEAP_BYTES) / PAGE_BYTES);

/** An instance's block: these words, then a record per function, then the words of its globals and of its tables. */
export const enum BlockField {
  FunctionsEnd = 0,
  /** Address of a word per global: the index of its first word among the store's globals. */
  Globals = 4,
  /** Address of a word per table: the address of its descriptor, or 0. */
  Tables = 8,
  /** What a byte that is filled or copied costs: so many bytes are a unit, and a unit so much fuel, 0 where fuel is not consumed. */
  BytesPerFuel = 12,
  BulkBytesFuel = 16,
  Records = 32,
}

/** A function's record. */
export const enum RecordField {
  /** Address of its first operator; 0 for what the loop does not enter. */
  Entry = 0,
  FrameCost = 4,
  TypeId = 8,
  Bytes = 16,
}
export const RECORD_SHIFT = 4;

/** A table's descriptor. Its elements are addresses of functions' records, or 0 for what the loop does not know. */
export const enum TableField {
  Elements = 0,
  Length = 4,
  Bytes = 8,
}
