import type { Bounded, MeasuredCosts } from './measured-costs.js';
import { scaled } from './rounded-cost.js';

/** Wasmi's `CustomFuelCosts`: three unsigned 32-bit integers. */
export interface WasmiFuelCosts {
  readonly bytesCopiedPerFuel: number;
  readonly fuelPerBytesTranslated: number;
  readonly fuelPerBytesValidated: number;
}

/** What Wasmi charges unless told otherwise. */
export const WASMI_DEFAULT_COSTS: WasmiFuelCosts = {
  bytesCopiedPerFuel: 64,
  fuelPerBytesTranslated: 7,
  fuelPerBytesValidated: 2,
};

/** What one fuel buys in one of the things it is charged for. */
export interface ChargedCost {
  readonly charged: 'memset' | 'validate' | 'translate' | 'execute';
  readonly fuelPerUnit: number;
  readonly unit: 'byte' | 'operator';
  readonly nanosecondsPerUnit: Bounded;
  readonly nanosecondsPerFuel: Bounded;
  /** The charge as a multiple of the charge for a memset of as many bytes; undefined where the unit is no byte. */
  readonly chargedRatio: number | undefined;
  /** The same multiple as measured. */
  readonly measuredRatio: Bounded | undefined;
}

/**
 * Sets what is charged beside what it costs. Where all numbers of nanoseconds per fuel are alike the schedule is fair;
 * what stands above the others is charged too little.
 */
export function chargedAgainstCost(costs: MeasuredCosts, charges: WasmiFuelCosts): ChargedCost[] {
  const memset = costs.memsetNanosecondsPerByte;
  const perByte = (
    charged: 'validate' | 'translate',
    ratio: Bounded | undefined,
    fuelPerByte: number,
  ): ChargedCost[] =>
    ratio === undefined
      ? []
      : [
          {
            charged,
            fuelPerUnit: fuelPerByte,
            unit: 'byte',
            nanosecondsPerUnit: scaled(ratio, memset),
            nanosecondsPerFuel: scaled(ratio, memset / fuelPerByte),
            chargedRatio: fuelPerByte * charges.bytesCopiedPerFuel,
            measuredRatio: ratio,
          },
        ];
  const exactly = (value: number): Bounded => ({ estimate: value, low: value, high: value });
  return [
    {
      charged: 'memset',
      fuelPerUnit: 1 / charges.bytesCopiedPerFuel,
      unit: 'byte',
      nanosecondsPerUnit: exactly(memset),
      nanosecondsPerFuel: exactly(memset * charges.bytesCopiedPerFuel),
      chargedRatio: 1,
      measuredRatio: exactly(1),
    },
    ...perByte('validate', costs.validateRatio, charges.fuelPerBytesValidated),
    ...perByte('translate', costs.translateRatio, charges.fuelPerBytesTranslated),
    ...(costs.operatorNanoseconds === undefined
      ? []
      : [
          {
            charged: 'execute' as const,
            fuelPerUnit: 1,
            unit: 'operator' as const,
            nanosecondsPerUnit: costs.operatorNanoseconds,
            nanosecondsPerFuel: costs.operatorNanoseconds,
            chargedRatio: undefined,
            measuredRatio: undefined,
          },
        ]),
  ];
}
