import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { groupBy } from './group-by.js';

/** What collecting an arm's garbage costs in its process, nanoseconds per byte that the arm handles. */
export type CollectionCharge = (row: Measurement) => number;

/**
 * Bills collections to whoever made the garbage. A collection falls into the block in which memory happens to run out, and collects what
 * every block before it left: translating's garbage is collected while parsing is timed. So per process the time of all collections is
 * shared out by what each arm allocates for a byte. Where a target does not tell what it allocates, an arm pays for the collections that
 * fell into its own blocks.
 */
export function collectionCharges(rows: readonly Measurement[]): CollectionCharge {
  const charges = new Map<string, number>();
  for (const ofEngine of groupBy(rows, ({ engine }) => engine).values()) {
    const everywhere = allocationRates(ofEngine);
    for (const [process, ofProcess] of groupBy(ofEngine, (row) => row.process)) {
      const here = allocationRates(ofProcess);
      const rateOf = (arm: string): number | undefined => here.get(arm) ?? everywhere.get(arm);
      const price = pricePerAllocatedByte(ofProcess, rateOf);
      for (const [arm, blocks] of groupBy(ofProcess, (row) => row.arm)) {
        const rate = rateOf(arm);
        const charge =
          price === undefined || rate === undefined
            ? sum(blocks, collected) / sum(blocks, ({ bytes }) => bytes)
            : price * rate;
        charges.set(keyOf(blocks[0]!.engine, process, arm), charge);
      }
    }
  }
  return ({ engine, process, arm }) => charges.get(keyOf(engine, process, arm)) ?? 0;
}

/** Bytes allocated per byte handled, by arm, of blocks that no collection fell into. */
function allocationRates(rows: readonly Measurement[]): Map<string, number> {
  const told = rows.filter(({ allocatedBytes }) => allocatedBytes !== undefined);
  return new Map(
    [...groupBy(told, ({ arm }) => arm)].map(([arm, blocks]) => [
      arm,
      sum(blocks, ({ allocatedBytes }) => allocatedBytes!) / sum(blocks, ({ bytes }) => bytes),
    ]),
  );
}

/** Nanoseconds of collecting for a byte allocated, whoever did; undefined where nobody allocated, or tells. */
function pricePerAllocatedByte(
  rows: readonly Measurement[],
  rateOf: (arm: string) => number | undefined,
): number | undefined {
  const allocated = sum(rows, (row) => row.allocatedBytes ?? (rateOf(row.arm) ?? NaN) * row.bytes);
  return allocated > 0 ? sum(rows, collected) / allocated : undefined;
}

function collected({ collectionNanoseconds }: Measurement): number {
  return collectionNanoseconds ?? 0;
}

function sum(rows: readonly Measurement[], value: (row: Measurement) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}

function keyOf(engine: string, process: number, arm: string): string {
  return `${process} ${engine} ${arm}`;
}
