import {
  CHARGE_POLICIES,
  constantByRule,
  multiplierByRule,
  parseProfile,
  type HardwareProfile,
  type ProfilePhaseModels,
  type ProfilePrice,
} from '@wasm-dyno/engine';

/** The profile of a machine on which compiling took so many times as long. */
export function scaledProfile(profile: HardwareProfile, times: number): HardwareProfile {
  const { models, policies } = profile;
  const { phases } = policies.warm;
  const prices = Object.entries(phases).map(([phase, price]) => [phase, scaledPrice(price, times, profile)]);
  const modelled = Object.entries(models?.phases ?? {}).map(([phase, of]) => [
    phase,
    scaledModels(of, times),
  ]);
  return parseProfile({
    ...profile,
    policies: { ...policies, warm: { ...policies.warm, phases: Object.fromEntries(prices) } },
    ...(models && { models: { ...models, phases: Object.fromEntries(modelled) } }),
  });
}

function scaled<Range extends { low: number; high: number }>(range: Range, times: number): Range {
  const one = range as Range & { estimate?: number; ratio?: number };
  return {
    ...one,
    low: one.low * times,
    high: one.high * times,
    ...(one.estimate !== undefined && { estimate: one.estimate * times }),
    ...(one.ratio !== undefined && { ratio: one.ratio * times }),
  };
}

function scaledPrice(price: ProfilePrice, times: number, { unit }: HardwareProfile): ProfilePrice {
  return {
    ...price,
    multiplier: scaled(price.multiplier, times),
    multiplierThousandths: multiplierByRule({
      multiplier: scaled(price.multiplier, times),
      rule: price.rule,
    }),
    nanosecondsPerByte: scaled(price.nanosecondsPerByte, times),
    corpusNanosecondsPerByte: scaled(price.corpusNanosecondsPerByte, times),
    corpusInterval: price.corpusInterval && scaled(price.corpusInterval, times),
    leaveOneModuleOut: price.leaveOneModuleOut && scaled(price.leaveOneModuleOut, times),
    equalBytesRatio: scaled(price.equalBytesRatio, times),
    constants: price.constants.map((constant) => {
      const nanoseconds = scaled(constant.nanoseconds, times);
      return { ...constant, nanoseconds, constantFuel: constantByRule(nanoseconds, price.rule, unit) };
    }),
  };
}

function scaledModels(phase: ProfilePhaseModels, times: number): ProfilePhaseModels {
  const models = phase.models.map((model) => ({
    ...model,
    prices: model.prices.map((price) => ({
      ...price,
      thousandths: Object.fromEntries(
        CHARGE_POLICIES.map((policy) => [policy, Math.ceil(price.thousandths[policy] * times)]),
      ) as typeof price.thousandths,
    })),
  }));
  return { ...phase, models };
}
