import type { EnforcedLimits } from '../enforced-limits.js';
import type { Func } from '../runtime/func.js';
import { FRAME_POINTERS, FRAMES, REGISTER_SLOTS, RETURN_ADDRESSES } from './loop-layout.js';
import { loopView } from './loop-memory.js';
import { RegisterFiles } from './register-files.js';
import { type ParkedCall, ParkedPlaces, StackPlace } from './stack-places.js';

/** Frames whose entries are kept, emptied, when all calls are over. */
const FRAMES_KEPT = 256;

/**
 * The registers and frames of all running calls of all stores. Calls of different stores nest like any others, so one stack does for
 * all; and because its arrays never change, V8 compiles their addresses and lengths into the interpreter's loop as constants
 * (about a fifth of CoreMark's time). A call from outside has a place on it, with room for as much as it may come to use; suspended, it
 * stays there, and other calls take other places. Where those are all taken one suspended call is copied off.
 */
class SharedStack {
  readonly files = new RegisterFiles(REGISTER_SLOTS, loopView);
  readonly returnAddresses = loopView(Int32Array, 4, RETURN_ADDRESSES, FRAMES);
  readonly framePointers = loopView(Int32Array, 4, FRAME_POINTERS, FRAMES);
  readonly frameFunctions: (Func | null)[] = [];
  /** First slot that no running call uses. */
  top = 0;
  /** What the frames and calls from outside below there count for: at least as many slots as those take. */
  used = 0;
  /** First frame that no running call uses. */
  depth = 0;
  /** Where the outermost running call is, and those that nest in it. */
  place = new StackPlace(0, 0);
  /** Calls from outside that run here, one within the other. */
  private running = 0;
  private readonly parked = new ParkedPlaces();
  private readonly collected = new FinalizationRegistry<StackPlace>((place) => this.giveUp(place));

  /** Whether one call runs here, and none within it. */
  get hasOneCall(): boolean {
    return this.running === 1;
  }

  /** Whether any call runs. */
  get isInUse(): boolean {
    return this.running > 0;
  }

  /** A call from outside begins; all that run may come to `slots` slots. An outermost one gets a place: its old one, if it has left its frames there. */
  enter(slots: number, limits: EnforcedLimits, own: StackPlace | undefined): void {
    if (this.running > 0) {
      if (this.parked.count > (this.place.isListed ? 1 : 0)) this.extend(slots, limits);
    } else {
      const place = own ?? this.newPlace(slots, limits);
      this.place = place;
      this.top = place.slot;
      this.depth = place.depth;
      this.files.beginReferences(place.slot);
    }
    this.running++;
  }

  private newPlace(slots: number, limits: EnforcedLimits): StackPlace {
    let place: StackPlace | undefined;
    while ((place = this.parked.free(slots, limits)) === undefined) this.evict(this.parked.drawn());
    const { frameFunctions } = this;
    while (frameFunctions.length < place.depth) frameFunctions.push(null);
    return place;
  }

  /** Calls of a store whose limits are higher nest in the running ones: what lies in their way must go. */
  private extend(slots: number, limits: EnforcedLimits): void {
    const { place } = this;
    place.extend(slots, { maximumCallDepth: this.depth - place.depth + limits.maximumCallDepth });
    for (const parked of this.parked.within(place)) if (parked !== place) this.evict(parked);
  }

  /** Copies the suspended call off that is parked there. */
  evict(place: StackPlace): void {
    place.call?.deref()?.copyOff();
    this.collected.unregister(place);
    this.giveUp(place);
  }

  private giveUp(place: StackPlace): void {
    place.isParked = false;
    if (this.parked.remove(place)) this.clear(place);
  }

  /** Leaves the frames of a suspended call, the outermost one, where they are. */
  park(call: ParkedCall): StackPlace {
    const { place } = this;
    if (place.call === undefined) {
      place.call = new WeakRef(call);
      this.collected.register(call, place, place);
    }
    this.parked.add(place);
    place.isParked = true;
    return place;
  }

  /** Takes parked frames into use again. */
  unpark(place: StackPlace): void {
    place.isParked = false;
  }

  /** A call from outside ends, or is suspended: lets go of what its slots, from `slot` on, refer to, and of its frames' functions. */
  leave(slot: number): void {
    this.running--;
    this.files.releaseReferences(slot);
    if (this.running > 0 || this.place.isParked) return;
    this.parked.remove(this.place);
    this.clear(this.place);
  }

  /** Lets go of the functions of frames that are over. Those of a place come without gaps. */
  private clear({ depth, depthEnd }: StackPlace): void {
    const { frameFunctions } = this;
    for (let i = depth; i < depthEnd && i < frameFunctions.length && frameFunctions[i] !== null; i++)
      frameFunctions[i] = null;
    if (this.running === 0 && this.parked.count === 0 && frameFunctions.length > FRAMES_KEPT)
      frameFunctions.length = FRAMES_KEPT;
  }
}

export const SHARED_STACK = new SharedStack();
