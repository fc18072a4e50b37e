import type { ModuleClosureRow, ProfileRecord } from './recorded-run/index.js';
import { counted, shortFigure } from './wording.js';

/** The engine that charges by a profile's models, and by which of their policies unless it is told another. */
const CHARGING_ENGINE = 'embedded';
export const POLICY_UNLESS_TOLD = 'p90';

/** What functions are charged in one phase by a profile's models. */
export interface ModelCharge {
  readonly phase: 'validate' | 'translate';
  /** Times of filling a byte, for each byte of a body. */
  readonly multiplier: number;
  readonly functionFuel: number;
  /** Sum of charges / sum of times over the modules of the corpus; undefined where none was timed. */
  readonly chargeToTime: number | undefined;
}

type Priced = Pick<ProfileRecord, 'engine' | 'unit' | 'models'>;

/**
 * What the embedded engine charges functions, unless told, by the models of this profile; they go before its prices. Empty where the
 * profile has none, or is another engine's.
 *
 * @param modules what the modules of the corpus took
 */
export function modelCharges(
  { engine, models, unit }: Priced,
  modules: readonly ModuleClosureRow[],
): ModelCharge[] {
  if (engine.name !== CHARGING_ENGINE) return [];
  return (['validate', 'translate'] as const).flatMap((phase) => {
    const told = models?.phases[phase];
    const prices = told?.models.find(({ name }) => name === told.charged)?.prices;
    if (prices === undefined) return [];
    const filled = (of: string): number =>
      (prices.find((price) => price.of === of)?.thousandths[POLICY_UNLESS_TOLD] ?? 0) / 1000;
    const [perFunction, perByte] = [filled('function'), filled('bytes')];
    const timed = modules.filter(
      (row) => row.engine === engine.name && row.phase === phase && row.temperature === 'warm',
    );
    const sum = (of: (row: ModuleClosureRow) => number): number =>
      timed.reduce((total, row) => total + row.corpusBytes * of(row), 0);
    const charge = sum(({ bytes, functions }) => perByte + (perFunction * functions) / bytes);
    const time = sum(({ nanosecondsPerByte }) => nanosecondsPerByte);
    return {
      phase,
      multiplier: perByte,
      functionFuel: Math.ceil(perFunction / unit.bytesPerFuel),
      chargeToTime: time > 0 ? (charge * unit.nanosecondsPerByte.estimate) / time : undefined,
    };
  });
}

/** The same in words, for who has just read the prices; undefined where there is nothing to say. */
export function modelChargesText(profile: Priced, modules: readonly ModuleClosureRow[]): string | undefined {
  const charges = modelCharges(profile, modules);
  if (charges.length === 0) return undefined;
  const parts = charges.map(({ chargeToTime, functionFuel, multiplier, phase }) => {
    const inSum = chargeToTime === undefined ? '' : `, ${shortFigure(chargeToTime)} of what the corpus takes`;
    return `${phase} x ${shortFigure(multiplier)} and ${functionFuel} fuel a function${inSum}`;
  });
  const { functions } = profile.models!;
  return (
    `An engine that loads this profile charges functions by the models of its census (${counted(functions, 'function')}) in place of these ` +
    `prices, and unless told so that few took longer (chargePolicy ${POLICY_UNLESS_TOLD}): ${parts.join('; ')}.`
  );
}
