/** A stretch of a call that runs in turns with the event loop: from a store's fuel at its beginning to some fuel less. */
export class Turn {
  private end: bigint;
  /** Where the call's frames begin, once it has a place. Calls within it have other beginnings, and run through. */
  private base: number | undefined;

  constructor(
    private start: bigint,
    fuel: bigint,
  ) {
    this.end = start - fuel;
  }

  begin(base: number): void {
    this.base ??= base;
  }

  /** The store's fuel is changed from outside, which does not count. */
  shift(fuel: bigint): void {
    this.start += fuel;
    this.end += fuel;
  }

  /** How much fuel may be consumed before the turn is over. */
  left(fuel: bigint): bigint {
    const left = fuel - this.end;
    return left > 0n ? left : 0n;
  }

  /** How much of `most` may be consumed before the turn is over; 0 when it is. */
  slice(fuel: bigint, most: number): number {
    const left = this.left(fuel);
    return left < most ? Number(left) : most;
  }

  /** A turn does one step at least. */
  isOver(base: number, fuel: bigint, owed: number | bigint): boolean {
    return base === this.base && fuel < this.start && fuel - BigInt(owed) < this.end;
  }
}
