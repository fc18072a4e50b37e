import type { EnforcedLimits } from '../enforced-limits.js';
import { FRAME_OVERHEAD, FREE_LEAF_SLOTS } from '../types/frame-cost.js';
import { STACK_SLOTS, SUSPENDED_FRAMES } from './loop-layout.js';

/** So many suspended calls stay on the stack at most, however little each may reach: they are looked through when a call begins. */
const MOST_PARKED = 64;

/** A suspended call that has left its frames on the stack. */
export interface ParkedCall {
  /** Takes its frames and registers off the stack. */
  copyOff(): void;
}

/** Frames that calls of so many slots may come to: some leaves count for nothing, one at a time. */
function framesOf(slots: number, { maximumCallDepth }: Pick<EnforcedLimits, 'maximumCallDepth'>): number {
  return Math.min(maximumCallDepth, Math.floor(slots / FRAME_OVERHEAD) + 2);
}

/** The part of the stack that a call from outside, and whatever nests in it, may come to use: slots and frames from the first to before the end. */
export class StackPlace {
  slotEnd = 0;
  depthEnd = 0;
  /** The suspended call that lies there. It is not kept alive. */
  call: WeakRef<ParkedCall> | undefined;
  /** Whether it is among the parked places; it stays there while its call goes on, which may stop again soon. */
  isListed = false;
  /** Whether its call is suspended. */
  isParked = false;

  constructor(
    readonly slot: number,
    readonly depth: number,
  ) {}

  /** Lets it reach as far as calls of so many slots do. */
  extend(slots: number, limits: Pick<EnforcedLimits, 'maximumCallDepth'>): void {
    this.slotEnd = Math.max(this.slotEnd, this.slot + slots + FREE_LEAF_SLOTS);
    this.depthEnd = Math.max(this.depthEnd, this.depth + framesOf(slots, limits));
  }
}

/** The places of the suspended calls that lie on the stack, from below upward, and of one that goes on. */
export class ParkedPlaces {
  private readonly places: StackPlace[] = [];
  /** Of the lots that are drawn. */
  private seed = 1;

  get count(): number {
    return this.places.length;
  }

  add(place: StackPlace): void {
    if (place.isListed) return;
    place.isListed = true;
    const { places } = this;
    let index = places.length;
    while (index > 0 && places[index - 1]!.slot > place.slot) index--;
    places.splice(index, 0, place);
  }

  /** False if it was not among them. */
  remove(place: StackPlace): boolean {
    if (!place.isListed) return false;
    place.isListed = false;
    this.places.splice(this.places.indexOf(place), 1);
    return true;
  }

  /** The lowest free place for calls of so many slots; undefined where some parked call has to go first. */
  free(slots: number, limits: EnforcedLimits): StackPlace | undefined {
    const { places } = this;
    if (places.length >= MOST_PARKED) return undefined;
    let slot = 0;
    let depth = 0;
    for (const parked of places) {
      if (slot + slots + FREE_LEAF_SLOTS <= parked.slot && depth + framesOf(slots, limits) <= parked.depth)
        break;
      slot = parked.slotEnd;
      depth = parked.depthEnd;
    }
    if (slot > STACK_SLOTS || depth > SUSPENDED_FRAMES) return undefined;
    const place = new StackPlace(slot, depth);
    place.extend(slots, limits);
    return place;
  }

  /**
   * One by lot: were it the one that has waited longest, of calls that take turns, one more than there is room for, each would be gone when its
   * turn comes.
   */
  drawn(): StackPlace {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.places[Math.floor((this.seed / 2 ** 32) * this.places.length)]!;
  }

  /** Those that a place reaches into. */
  within({ slot, slotEnd, depth, depthEnd }: StackPlace): StackPlace[] {
    return this.places.filter(
      (parked) =>
        (parked.slot < slotEnd && parked.slotEnd > slot) ||
        (parked.depth < depthEnd && parked.depthEnd > depth),
    );
  }
}
