import {
  COST_BEHAVIOUR,
  constantByRule,
  machineId,
  multiplierByRule,
  parseProfile,
  type HardwareProfile,
  type ProfileEstimate,
  type ProfilePhase,
  type ProfilePrice,
} from '@wasm-dyno/engine';
import { profileExample, withExecution } from './profile-example.js';

interface FleetMember {
  /** Which machine it is. */
  readonly machine: number;
  /** How many times as much as in the example everything costs, against the memset. */
  readonly factor: number;
  /** Of single phases, in place of that. */
  readonly phases?: Partial<Record<ProfilePhase, number>>;
  /** How many times as long as in the example the memset takes. */
  readonly memset?: number;
  /** How many times as much as in the example executing costs, against the memset; not told unless given. */
  readonly execution?: number;
}

/** The example as another machine of a fleet would have it. */
export function fleetProfile({
  machine,
  factor,
  phases = {},
  memset = 1,
  execution,
}: FleetMember): HardwareProfile {
  const example = profileExample();
  const identity = { ...example.machine, cpuModel: `Example CPU ${3000 + machine}` };
  const unit = {
    ...example.unit,
    nanosecondsPerFuel: times(example.unit.nanosecondsPerFuel, memset),
    nanosecondsPerByte: times(example.unit.nanosecondsPerByte, memset),
  };
  const priced = Object.entries(example.policies.warm.phases).map(
    ([phase, price]): [string, ProfilePrice] => {
      const more = phases[phase as ProfilePhase] ?? factor;
      const multiplier = times(price.multiplier, more);
      const constants = price.constants.map(({ per, nanoseconds }) => {
        const scaled = times(nanoseconds, more * memset);
        return { per, nanoseconds: scaled, constantFuel: constantByRule(scaled, price.rule, unit) };
      });
      return [
        phase,
        {
          ...price,
          constants,
          multiplier,
          multiplierThousandths: multiplierByRule({ multiplier, rule: price.rule }),
          nanosecondsPerByte: times(price.nanosecondsPerByte, more * memset),
          corpusNanosecondsPerByte: times(price.corpusNanosecondsPerByte, more * memset),
        },
      ];
    },
  );
  const profile = parseProfile({
    ...example,
    engine: { ...example.engine, costBehaviour: COST_BEHAVIOUR },
    machine: { ...identity, id: machineId(identity) },
    unit,
    policies: { warm: { phases: Object.fromEntries(priced), sizeClasses: [] } },
    // Two machines of one kind do not measure the same to the last digit.
    seed: Math.round(factor * 1e6),
  });
  return execution === undefined ? profile : parseProfile(withExecution(profile, execution * memset));
}

function times({ estimate, high, low, ...rest }: ProfileEstimate, factor: number): ProfileEstimate {
  return { estimate: estimate * factor, high: high * factor, low: low * factor, ...rest };
}
