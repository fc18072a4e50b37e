import { DEFAULT_LIMITS } from '../enforced-limits.js';
import { FREE_LEAF_SLOTS } from '../types/frame-cost.js';
import type { Func } from '../runtime/func.js';
import { RegisterFiles } from './register-files.js';

/** Slots that all calls together may come to. */
export const STACK_SLOTS = DEFAULT_LIMITS.maximumStackSlots;
/** A slot that no frame reaches, for values on their way: beyond what is counted there may be a small function that calls none. */
export const SCRATCH_SLOT = STACK_SLOTS + FREE_LEAF_SLOTS;

/** Frames whose entries are kept, emptied, when all calls are over. */
const FRAMES_KEPT = 256;

/**
 * The registers and frames of all running calls of all stores. Calls of different stores nest like any others, so one stack does for
 * all; and because its arrays never change, V8 compiles their addresses and lengths into the interpreter's loop as constants
 * (about a fifth of CoreMark's time). What a suspended call leaves here is copied off.
 */
class SharedStack {
  readonly files = new RegisterFiles(SCRATCH_SLOT + 1);
  readonly returnAddresses = new Int32Array(DEFAULT_LIMITS.maximumCallDepth + 1);
  readonly framePointers = new Int32Array(DEFAULT_LIMITS.maximumCallDepth + 1);
  readonly frameFunctions: (Func | null)[] = [];
  /** First slot that no running call uses. */
  top = 0;
  /** What the frames and calls from outside below there count for: at least as many slots. */
  used = 0;
  /** Frames in use. */
  depth = 0;

  /** Lets go of the functions of frames that are over, once all are. */
  releaseFrames(): void {
    const { frameFunctions } = this;
    if (this.depth > 0) return;
    if (frameFunctions.length > FRAMES_KEPT) frameFunctions.length = FRAMES_KEPT;
    frameFunctions.fill(null);
  }
}

export const SHARED_STACK = new SharedStack();
