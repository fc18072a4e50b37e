import type { EnforcedLimits } from '../enforced-limits.js';
import { type Holding, StoreHoldings } from '../runtime/store-holdings.js';
import {
  type HostGlobal,
  type HostLinearMemory,
  type HostTable,
  hostWebAssembly,
} from '../host/web-assembly.js';

/** Memories and tables, by number. */
export interface MemoriesAndTables {
  readonly memories: number;
  readonly tables: number;
}

/** Memories and tables of the host, and failed instances: when the collector has taken one nothing tells what it had grown to. */
const collected = new FinalizationRegistry<HostHoldings>((holdings) => holdings.recountSoon());

/** What a store on the host may still take; what modules grow by themselves is counted in the host's globals. */
export class HostHoldings extends StoreHoldings {
  /** Mutable i64: bytes that the store's memories may still grow by together. */
  readonly memoryGlobal: HostGlobal;
  /** Mutable i64: elements that the store's tables may still grow by together. */
  readonly tableGlobal: HostGlobal;
  private readonly memories = new Set<WeakRef<HostLinearMemory>>();
  private readonly tables = new Set<WeakRef<HostTable>>();
  private isRecountDue = false;
  private hasUnseen = false;

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

  /** Counts a memory, whose bytes were taken, until the collector takes it. */
  seeMemory(memory: HostLinearMemory): void {
    this.memories.add(new WeakRef(memory));
    collected.register(memory, this);
  }

  /** Counts a table, whose elements were taken, until the collector takes it. */
  seeTable(table: HostTable): void {
    this.tables.add(new WeakRef(table));
    collected.register(table, this);
  }

  /** How many memories and tables there are that the collector has not taken. */
  parts(): MemoriesAndTables {
    const living = (parts: ReadonlySet<WeakRef<object>>) =>
      [...parts].filter((part) => part.deref() !== undefined).length;
    return { memories: living(this.memories), tables: living(this.tables) };
  }

  /** An instance failed: what was taken for it is free when the collector has taken what there was of it. */
  recountAfter(instance: object): void {
    collected.register(instance, this);
  }

  /** From now on what was taken stays taken: there is, or may be, an instance whose memories and tables nobody has seen. */
  keepAll(): void {
    this.hasUnseen = true;
  }

  /** The collector takes many at a time: they are counted once. */
  recountSoon(): void {
    if (this.isRecountDue) return;
    this.isRecountDue = true;
    void Promise.resolve().then(() => this.recount());
  }

  private recount(): void {
    this.isRecountDue = false;
    if (this.hasUnseen) return;
    const { maximumStoreMemoryBytes, maximumStoreTableElements } = this.limits;
    const bytes = sumOfLiving(this.memories, ({ buffer }) => buffer.byteLength);
    this.setRemaining('memoryBytes', maximumStoreMemoryBytes - bytes);
    const elements = sumOfLiving(this.tables, ({ length }) => Number(length));
    this.setRemaining('tableElements', maximumStoreTableElements - elements);
  }
}

/** Forgets those that are gone. */
function sumOfLiving<Part extends object>(parts: Set<WeakRef<Part>>, sizeOf: (part: Part) => number): number {
  let sum = 0;
  for (const part of parts) {
    const living = part.deref();
    if (living === undefined) parts.delete(part);
    else sum += sizeOf(living);
  }
  return sum;
}
