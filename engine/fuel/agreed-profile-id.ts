import { PROFILE_PHASES, PROFILE_POLICIES, type HardwareProfile } from './hardware-profile.js';
import { chargedClasses } from './profile-execution.js';
import { CHARGE_POLICIES, chargedPrice, MODELLED_PHASES } from './profile-models.js';
import { constantThousandthsOf } from './profile-prices.js';
import { shortDigest } from './short-digest.js';

/**
 * A short name for everything that an engine takes from a profile: engine and cost behaviour, multipliers, constants in bytes filled,
 * costs of executing. Two agreed profiles of one id charge the same on every machine; as with a machine's id, only a signature keeps from
 * forgery.
 */
export function agreedProfileId({
  engine,
  execution,
  models,
  policies,
  unit,
}: Pick<HardwareProfile, 'engine' | 'execution' | 'models' | 'policies' | 'unit'>): string {
  const lines = [`engine=${engine.name}`, `costs=${engine.costBehaviour ?? engine.version}`];
  for (const policy of PROFILE_POLICIES) {
    for (const phase of PROFILE_PHASES) {
      const price = policies[policy]?.phases[phase];
      if (price === undefined) continue;
      const constants = price.constants.map(
        (constant) => `${constant.per}:${constantThousandthsOf(constant, unit)}`,
      );
      lines.push(`${policy} ${phase}=${[price.multiplierThousandths, ...constants.sort()].join(' ')}`);
    }
  }
  for (const phase of MODELLED_PHASES) {
    const modelled = models?.phases[phase];
    if (modelled === undefined) continue;
    const prices = CHARGE_POLICIES.flatMap((policy) => Object.values(chargedPrice(modelled, policy)));
    const { leastBytes, mostBytes, mostCountedThousandths } = modelled.domain;
    lines.push(`model ${phase}=${[...prices, leastBytes, mostBytes, mostCountedThousandths].join(' ')}`);
  }
  if (execution !== undefined) {
    const classes = Object.entries(chargedClasses(execution)).map(([name, { fuel }]) => `${name}:${fuel}`);
    lines.push(`execution=${[unit.bytesPerFuel, ...classes.sort()].join(' ')}`);
  }
  return shortDigest(lines.map((line) => `${line}\n`).join(''));
}
