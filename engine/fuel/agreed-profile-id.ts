import { PROFILE_PHASES, PROFILE_POLICIES, type HardwareProfile } from './hardware-profile.js';
import { chargedClasses } from './profile-execution.js';
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
  policies,
  unit,
}: Pick<HardwareProfile, 'engine' | 'execution' | 'policies' | 'unit'>): string {
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
  if (execution !== undefined) {
    const classes = Object.entries(chargedClasses(execution)).map(([name, { fuel }]) => `${name}:${fuel}`);
    lines.push(`execution=${[unit.bytesPerFuel, ...classes.sort()].join(' ')}`);
  }
  return shortDigest(lines.map((line) => `${line}\n`).join(''));
}
