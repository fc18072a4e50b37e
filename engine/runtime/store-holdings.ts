import { counted } from '../counted.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import { LinkError } from '../errors.js';

/** What a store has a ceiling for, over all its parts together. */
export type Holding = 'memoryBytes' | 'tableElements' | 'instances' | 'suspendedBytes';

interface Ceiling {
  readonly limit: keyof EnforcedLimits;
  readonly unit: string;
}

const CEILINGS: Readonly<Record<Holding, Ceiling>> = {
  memoryBytes: { limit: 'maximumStoreMemoryBytes', unit: 'bytes of memory' },
  tableElements: { limit: 'maximumStoreTableElements', unit: 'table elements' },
  instances: { limit: 'maximumInstances', unit: 'instances' },
  suspendedBytes: { limit: 'maximumSuspendedBytes', unit: 'bytes of suspended calls' },
};

/**
 * What a store may still take of each thing that it has a ceiling for. Parts that the collector takes give their share back; nothing
 * else does, so that what a program is refused depends on the program alone while its host keeps its instances.
 */
export class StoreHoldings {
  private readonly left: Record<Holding, number>;

  constructor(protected readonly limits: EnforcedLimits) {
    this.left = {
      memoryBytes: limits.maximumStoreMemoryBytes,
      tableElements: limits.maximumStoreTableElements,
      instances: limits.maximumInstances,
      suspendedBytes: limits.maximumSuspendedBytes,
    };
  }

  /** How much more of it the store may hold. */
  remaining(holding: Holding): number {
    return this.left[holding];
  }

  protected setRemaining(holding: Holding, amount: number): void {
    this.left[holding] = amount;
  }

  /** Takes so much more; false, with nothing taken, beyond the ceiling. */
  take(holding: Holding, amount: number): boolean {
    const remaining = this.remaining(holding);
    if (amount > remaining) return false;
    this.setRemaining(holding, remaining - amount);
    return true;
  }

  give(holding: Holding, amount: number): void {
    this.setRemaining(holding, this.remaining(holding) + amount);
  }

  /** @throws LinkError when the store may not hold so much more */
  require(holding: Holding, amount: number): void {
    if (amount > this.remaining(holding)) throw new LinkError(this.refusal(holding, amount));
  }

  /** Why the store may not hold so much more, and which limit to raise. */
  refusal(holding: Holding, amount: number): string {
    const { limit, unit } = CEILINGS[holding];
    const most = this.limits[limit];
    const held = most - this.remaining(holding);
    return `the store holds ${counted(held, unit)} and may hold ${most}: ${amount} more ${amount === 1 ? 'exceeds' : 'exceed'} the limit ${limit}`;
  }
}

/** What one part of a store holds: it goes back when the part is let go of. */
export class Share {
  constructor(
    private readonly holdings: StoreHoldings,
    private readonly holding: Holding,
    private amount: number,
  ) {}

  add(amount: number): void {
    this.amount += amount;
  }

  /** Takes so much again, which there must be. */
  take(amount: number): void {
    this.holdings.take(this.holding, amount);
    this.add(amount);
  }

  giveBack(): void {
    this.holdings.give(this.holding, this.amount);
    this.amount = 0;
  }
}

const collected = new FinalizationRegistry<Share>((share) => share.giveBack());

/**
 * Takes `amount` for `part`, until the collector takes that.
 * @throws LinkError beyond the store's ceiling
 */
export function shareFor(part: object, holdings: StoreHoldings, holding: Holding, amount: number): Share {
  holdings.require(holding, amount);
  holdings.take(holding, amount);
  return shareTaken(part, holdings, holding, amount);
}

/** The same of what was taken already. */
export function shareTaken(part: object, holdings: StoreHoldings, holding: Holding, amount: number): Share {
  const share = new Share(holdings, holding, amount);
  collected.register(part, share);
  return share;
}
