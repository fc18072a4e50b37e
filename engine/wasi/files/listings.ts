/** Listings kept at one time: more than a program goes through at once, walking a tree with its folders open. */
const MAXIMUM_KEPT = 64;

/** Names in all kept listings together at most, unless one alone has more. */
const MAXIMUM_NAMES = 1_000_000;

/**
 * What a program's folders had in them when it began to list each. The longest unused goes first; its folder is listed anew if the
 * program comes back to it.
 */
export class Listings {
  private readonly kept = new Map<object, readonly Buffer[]>();
  private names = 0;

  /** The listing of an open folder, if it is still kept. */
  of(folder: object): readonly Buffer[] | undefined {
    const listing = this.kept.get(folder);
    if (listing === undefined) return undefined;
    this.kept.delete(folder);
    this.kept.set(folder, listing);
    return listing;
  }

  keep(folder: object, listing: readonly Buffer[]): void {
    this.forget(folder);
    this.kept.set(folder, listing);
    this.names += listing.length;
    for (const oldest of this.kept.keys()) {
      if (oldest === folder || (this.kept.size <= MAXIMUM_KEPT && this.names <= MAXIMUM_NAMES)) break;
      this.forget(oldest);
    }
  }

  forget(folder: object): void {
    this.names -= this.kept.get(folder)?.length ?? 0;
    this.kept.delete(folder);
  }
}
