import { MODELLED_PHASES, type ChargePolicy, type HardwareProfile } from '@wasm-dyno/engine';
import { exactly, type Bounded } from '@wasm-dyno/reports/bounded';
import { BYTE_MODEL } from '../model/index.js';
import { MissingMeasurement } from './missing-measurement.js';

/** What a byte of a body costs in each phase, by a model that knows bytes alone. */
export interface BytePrices {
  /** In bytes filled. */
  readonly ratios: Readonly<Partial<Record<(typeof MODELLED_PHASES)[number], Bounded>>>;
  /** How each did on modules that it had not seen. */
  readonly sentences: readonly string[];
}

/** Prices out of a profile's models. @throws MissingMeasurement where it has none */
export function bytePrices({ models }: HardwareProfile, policy: ChargePolicy): BytePrices {
  if (models === undefined)
    throw new MissingMeasurement(
      `the profile has no models, and so no policy "${policy}"; calibrate --census fits them`,
    );
  const ratios: Partial<Record<(typeof MODELLED_PHASES)[number], Bounded>> = {};
  const sentences: string[] = [];
  for (const phase of MODELLED_PHASES) {
    const model = models.phases[phase]?.models.find(({ name }) => name === BYTE_MODEL);
    const price = model?.prices.find(({ of }) => of === 'bytes');
    if (model === undefined || price === undefined) continue;
    ratios[phase] = exactly(price.thousandths[policy] / 1000);
    const { undercharged, worst } = model.policies[policy].heldOut.module;
    sentences.push(
      `${phase}, policy ${policy}: of functions whose module was left out ${percent(undercharged)} are undercharged, by ${significant(worst)} times at most`,
    );
  }
  return { ratios, sentences };
}

function percent(part: number): string {
  return `${significant(100 * part)}%`;
}

function significant(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
