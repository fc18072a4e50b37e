import type { PRICED_ENTITIES } from '@wasm-dyno/reports/recorded-run';
import { nonNegativePrices } from '../statistics/index.js';

/** What a constant is paid for. */
export type PricedEntity = (typeof PRICED_ENTITIES)[number];

/** What one arm is made of, per unit of what it handles (a function, a module, a process). */
export interface PricedArm {
  readonly arm: string;
  /** Bytes of the unit. */
  readonly bytes: number;
  /** How many of each entity it has. */
  readonly counts: Readonly<Partial<Record<PricedEntity, number>>>;
  /** Part that it has in the shape of the prices. */
  readonly weight: number;
  /** Bytes of the corpus that it stands for where charges are to add up to times; 0: it has no part in that. */
  readonly levelBytes: number;
}

/** What a byte costs, and each entity before its bytes. Nanoseconds. */
export interface Prices {
  readonly perByte: number;
  readonly constants: Readonly<Partial<Record<PricedEntity, number>>>;
}

/**
 * Prices by which the arms' charges come near their times, each as a part of its time, and those of the corpus add up to its time: the
 * shape (what a byte costs against an entity) is a weighted fit to all arms; then all prices are multiplied by one factor, so that sum of
 * charges / sum of times over the arms of the corpus is 1. A fit alone would be off in the sum by what it is off in the large modules.
 *
 * @param nanosecondsPerByte of each arm, in their order
 */
export function fitPrices(
  arms: readonly PricedArm[],
  entities: readonly PricedEntity[],
  nanosecondsPerByte: readonly number[],
): Prices | undefined {
  const shape = fitShape(arms, entities, nanosecondsPerByte);
  return shape && scaledPrices(shape, levelFactor(arms, shape, nanosecondsPerByte));
}

/** The shape alone. */
export function fitShape(
  arms: readonly PricedArm[],
  entities: readonly PricedEntity[],
  nanosecondsPerByte: readonly number[],
): Prices | undefined {
  const observations = arms.map(({ bytes, counts, weight }, i) => ({
    counts: [bytes, ...entities.map((entity) => counts[entity] ?? 0)],
    value: bytes * nanosecondsPerByte[i]!,
    weight,
  }));
  const solved = nonNegativePrices(observations.filter(({ value, weight }) => value > 0 && weight > 0));
  if (solved === undefined) return undefined;
  const [perByte, ...constants] = solved as [number, ...number[]];
  return { perByte, constants: Object.fromEntries(entities.map((entity, j) => [entity, constants[j]!])) };
}

/** Sum of times / sum of charges over the arms that stand for the corpus; 1 where none does. */
export function levelFactor(
  arms: readonly PricedArm[],
  prices: Prices,
  nanosecondsPerByte: readonly number[],
): number {
  let time = 0;
  let charge = 0;
  for (const [i, arm] of arms.entries()) {
    time += arm.levelBytes * nanosecondsPerByte[i]!;
    charge += arm.levelBytes * chargedPerByte(arm, prices);
  }
  return time > 0 && charge > 0 ? time / charge : 1;
}

/** Nanoseconds per byte that an arm's unit is charged for. */
export function chargedPerByte(
  { bytes, counts }: Pick<PricedArm, 'bytes' | 'counts'>,
  prices: Prices,
): number {
  const constants = Object.entries(counts) as [PricedEntity, number][];
  const before = constants.reduce((sum, [entity, count]) => sum + count * (prices.constants[entity] ?? 0), 0);
  return prices.perByte + before / bytes;
}

export function scaledPrices({ perByte, constants }: Prices, factor: number): Prices {
  return {
    perByte: factor * perByte,
    constants: Object.fromEntries(
      Object.entries(constants).map(([entity, constant]) => [entity, factor * constant]),
    ),
  };
}
