import type { Func } from '../runtime/func.js';
import { FRAME_POINTERS, FRAMES, REGISTER_SLOTS, RETURN_ADDRESSES } from './loop-layout.js';
import { loopView } from './loop-memory.js';
import { RegisterFiles } from './register-files.js';

/** Frames whose entries are kept, emptied, when all calls are over. */
const FRAMES_KEPT = 256;

/**
 * The registers and frames of all running calls of all stores. Calls of different stores nest like any others, so one stack does for
 * all; and because its arrays never change, V8 compiles their addresses and lengths into the interpreter's loop as constants
 * (about a fifth of CoreMark's time). What a suspended call leaves here stays until another call needs the room, and is copied off then.
 */
class SharedStack {
  readonly files = new RegisterFiles(REGISTER_SLOTS, loopView);
  readonly returnAddresses = loopView(Int32Array, 4, RETURN_ADDRESSES, FRAMES);
  readonly framePointers = loopView(Int32Array, 4, FRAME_POINTERS, FRAMES);
  readonly frameFunctions: (Func | null)[] = [];
  /** First slot that no running call uses. */
  top = 0;
  /** What the frames and calls from outside below there count for: at least as many slots. */
  used = 0;
  /** Frames in use. */
  depth = 0;
  /** A suspended call whose frames lie at the bottom, where nothing runs; it is kept alive until the next call. */
  private parked: ParkedCall | undefined;

  /** Leaves the frames of a suspended call, the outermost one, where they are. */
  park(call: ParkedCall): void {
    this.parked = call;
  }

  /** Takes the parked frames into use again, if they are this call's. */
  unpark(call: ParkedCall): boolean {
    if (this.parked !== call) return false;
    this.parked = undefined;
    return true;
  }

  /** Before a call begins: whatever other call is parked must go. */
  makeRoomFor(call: ParkedCall | undefined): void {
    const { parked } = this;
    if (parked === undefined || parked === call) return;
    this.parked = undefined;
    parked.copyOff();
    this.release(0);
  }

  /** Lets go of what the slots from `slot` on refer to, and of the functions of frames, whose calls are over. */
  release(slot: number): void {
    if (this.parked !== undefined) return;
    this.files.releaseReferences(slot);
    this.releaseFrames();
  }

  /** Lets go of the functions of frames that are over, once all are. */
  private releaseFrames(): void {
    const { frameFunctions } = this;
    if (this.depth > 0) return;
    if (frameFunctions.length > FRAMES_KEPT) frameFunctions.length = FRAMES_KEPT;
    frameFunctions.fill(null);
  }
}

/** A suspended call that has left its frames on the stack. */
export interface ParkedCall {
  /** Takes its frames and registers off the stack. */
  copyOff(): void;
}

export const SHARED_STACK = new SharedStack();
