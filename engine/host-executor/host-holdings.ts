import type { EnforcedLimits } from '../enforced-limits.js';
import { type Holding, StoreHoldings } from '../runtime/store-holdings.js';
import { type HostGlobal, hostWebAssembly } from '../host/web-assembly.js';

/** What a store on the host may still take; what modules grow by themselves is counted in the host's globals. */
export class HostHoldings extends StoreHoldings {
  /** Mutable i64: bytes that the store's memories may still grow by together. */
  readonly memoryGlobal: HostGlobal;
  /** Mutable i64: elements that the store's tables may still grow by together. */
  readonly tableGlobal: HostGlobal;

  constructor(limits: EnforcedLimits) {
    super(limits);
    const { Global } = hostWebAssembly();
    const counter = (initial: number) => new Global({ value: 'i64', mutable: true }, BigInt(initial));
    this.memoryGlobal = counter(limits.maximumStoreMemoryBytes);
    this.tableGlobal = counter(limits.maximumStoreTableElements);
  }

  override remaining(holding: Holding): number {
    const global = this.globalOf(holding);
    return global === undefined ? super.remaining(holding) : Number(global.value as bigint);
  }

  protected override setRemaining(holding: Holding, amount: number): void {
    const global = this.globalOf(holding);
    if (global === undefined) super.setRemaining(holding, amount);
    else global.value = BigInt(amount);
  }

  private globalOf(holding: Holding): HostGlobal | undefined {
    if (holding === 'memoryBytes') return this.memoryGlobal;
    return holding === 'tableElements' ? this.tableGlobal : undefined;
  }
}
