import {
  executionFuelByRule,
  machineId,
  type HardwareProfile,
  type ProfileExecutor,
  type ProfileEstimate,
  type ProfilePolicy,
  type ProfilePrice,
} from '@wasm-dyno/engine';

/** The example with its prices in another unit, of so many bytes filled. */
export function profileInUnit(definition: string, bytesPerFuel: number): HardwareProfile {
  const profile = profileExample();
  const time = bytesPerFuel * UNIT;
  const inUnit = (policy: ProfilePolicy): ProfilePolicy => ({
    ...policy,
    phases: Object.fromEntries(
      Object.entries(policy.phases).map(([phase, price]) => [
        phase,
        {
          ...price,
          constants: price.constants.map((constant) => ({
            ...constant,
            constantFuel: Math.ceil(constant.nanoseconds.estimate / time),
          })),
        },
      ]),
    ),
  });
  const { warm, cold } = profile.policies;
  return {
    ...profile,
    unit: { ...profile.unit, definition, bytesPerFuel, nanosecondsPerFuel: estimate(time) },
    policies: { warm: inUnit(warm), cold: inUnit(cold!) },
  };
}

/** Nanoseconds that the example's memset takes for a byte. */
const UNIT = 0.0115;

/** A profile with every field filled, of no real machine. */
export function profileExample(): HardwareProfile {
  const machine = {
    cpuModel: 'Example CPU 3000',
    cpuFamily: '25',
    cpuModelNumber: '1',
    cpuStepping: '1',
    l1dBytes: 32_768,
    l2Bytes: 524_288,
    arch: 'x64',
    platform: 'linux',
    logicalCores: 8,
    nodeVersion: '20.19.0',
    v8Version: '11.3.244.8-node.30',
  };
  return {
    kind: 'wasm-dyno-profile',
    schemaVersion: 2,
    createdAt: '2026-01-31T12:00:00Z',
    tool: { name: 'wasm-dyno', version: '0.1.0' },
    engine: { name: 'embedded', version: '0.1.0', flags: ['--expose-gc'] },
    machine: {
      ...machine,
      id: machineId(machine),
      physicalCores: 4,
      l3Bytes: 33_554_432,
      memoryBytes: 17_179_869_184,
      osRelease: '6.1.0',
      virtualisation: 'kvm',
      governor: null,
    },
    unit: {
      definition: '64B',
      nanosecondsPerFuel: estimate(64 * UNIT),
      bytesPerFuel: 64,
      nanosecondsPerByte: estimate(UNIT),
      fromBytes: 16_384,
      toBytes: 262_144,
      largestRelativeResidual: 0.01,
      isInCache: true,
      verdict: 'ok',
    },
    baseline: {
      kernel: 'wasm-memory-fill-loop',
      regime: 'hot',
      fromBytes: 16,
      toBytes: 65_536,
      segments: [
        {
          fromBytes: 16,
          toBytes: 1024,
          interceptNanoseconds: estimate(5.1),
          nanosecondsPerByte: estimate(0.012),
        },
        {
          fromBytes: 1024,
          toBytes: null,
          interceptNanoseconds: estimate(8.2),
          nanosecondsPerByte: estimate(0.009),
        },
      ],
      kneesBytes: [estimate(1024)],
      largestRelativeResidual: 0.04,
    },
    policies: {
      warm: {
        phases: {
          parse: price(12.3456, [
            ['module', 2000],
            ['function', 380.5],
          ]),
          validate: price(812.25, [['function', 72]]),
          translate: price(1623.0001, [['function', 244.1]]),
        },
        sizeClasses: [
          {
            phase: 'translate',
            sizeClass: '64-255',
            ratio: 300,
            low: 290,
            high: 310,
            confidenceLevel: 0.959,
            processes: 20,
            verdict: 'ok',
          },
        ],
      },
      cold: {
        phases: {
          parse: price(120, [['process', 2_500_000]]),
          validate: price(9000.5, [['process', 3_500_000]]),
          translate: price(20_000, [['process', 6_100_000]]),
        },
        sizeClasses: [],
      },
    },
    corpora: [
      { name: 'generated', sha256: 'ab'.repeat(32), modules: 8, functions: 960, bodyBytes: 1_234_567 },
    ],
    seed: 42,
    options: { effort: 'standard', force: false },
    systematicFloor: 0.03,
    verdict: 'ok',
    forced: false,
    warnings: ['The governor of this machine cannot be read.'],
  };
}

function estimate(value: number): ProfileEstimate {
  return { estimate: value, low: value * 0.98, high: value * 1.02, confidenceLevel: 0.959, processes: 20 };
}

function price(
  multiplier: number,
  constants: readonly (readonly [ProfilePrice['constants'][number]['per'], number])[],
): ProfilePrice {
  return {
    corpusNanosecondsPerByte: estimate(multiplier * UNIT * 1.2),
    nanosecondsPerByte: estimate(multiplier * UNIT),
    multiplier: estimate(multiplier),
    multiplierThousandths: Math.ceil(multiplier * 1000),
    rule: 'estimate-rounded-up',
    constants: constants.map(([per, nanoseconds]) => ({
      per,
      nanoseconds: estimate(nanoseconds),
      constantFuel: Math.ceil(nanoseconds / (64 * UNIT)),
    })),
    corpusInterval: {
      low: multiplier * 0.9,
      high: multiplier * 1.1,
      confidenceLevel: 0.95,
      modules: 18,
      resamples: 2000,
    },
    leaveOneModuleOut: {
      low: multiplier * 0.95,
      lowWithout: 'real/a',
      high: multiplier * 1.06,
      highWithout: 'real/b',
    },
    equalBytesRatio: {
      ratio: multiplier * 0.8,
      low: multiplier * 0.79,
      high: multiplier * 0.81,
      confidenceLevel: 0.959,
      processes: 20,
      verdict: 'ok',
    },
    verdict: 'ok',
  };
}

/** The profile with costs of executing: a division of 4.6 ns on the interpreter, which is charged, and of 1.15 ns on the host. */
export function withExecution(profile: HardwareProfile, times = 1): HardwareProfile {
  const executor = (nanoseconds: number): ProfileExecutor => ({
    classes: Object.fromEntries(
      (
        [
          ['f64-division', nanoseconds * times],
          ['constant', 0],
          ['branch', 0.01 * times],
          ['bulk-bytes', 64 * UNIT * 1.6 * times],
        ] as const
      ).map(([name, time]) => [
        name,
        { nanoseconds: estimate(time), fuel: executionFuelByRule(name, estimate(time), profile.unit) },
      ]),
    ),
    kernels: 118,
    programs: 5,
  });
  return {
    ...profile,
    execution: {
      chargedExecutor: 'interpreter',
      executors: { interpreter: executor(4.6), host: executor(1.15) },
    },
  };
}

/** How much more than typical each of the example's policies charges. */
const FACTORS = { typical: 1, p90: 1.4, p99: 2, safe: 3 } as const;

/** Prices of the example's models, in bytes filled: of a function and of a byte. */
export const MODEL_PRICES = { validate: [6000, 800], translate: [20_000, 1500] } as const;

/** The example with models: of bodies of 10 to 10,000 bytes that count as at most a tenth more. */
export function withModels<Profile extends HardwareProfile>(profile: Profile): Profile {
  const trial = {
    medianError: 0.16,
    p95Error: 0.41,
    undercharged: 0.0365,
    worst: 1.65,
    leastOfModules: 0.8,
    mostOfModules: 1.5,
  };
  const byPolicy = <Value>(of: (factor: number) => Value) => ({
    typical: of(FACTORS.typical),
    p90: of(FACTORS.p90),
    p99: of(FACTORS.p99),
    safe: of(FACTORS.safe),
  });
  const model = (name: string, prices: readonly (readonly [string, number])[]) => ({
    name,
    prices: prices.map(([of, price]) => ({
      of,
      thousandths: byPolicy((factor) => Math.ceil(price * factor * 1000)),
      overProcesses: { low: price * 990, high: price * 1010 },
      overModules: null,
    })),
    policies: byPolicy((factor) => ({ factor, heldOut: { module: trial, family: trial, toolchain: trial } })),
  });
  const phase = ([ofFunction, ofByte]: readonly [number, number]) => ({
    charged: 'constant + bytes',
    domain: { leastBytes: 10, mostBytes: 10_000, mostCountedThousandths: 1100 },
    models: [
      model('flat 25x', [['bytes', 25]]),
      model('constant + bytes', [
        ['function', ofFunction],
        ['bytes', ofByte],
      ]),
    ],
  });
  const models = {
    functions: 6005,
    modules: 18,
    processes: 7,
    corpusSha256: 'cd'.repeat(32),
    phases: { validate: phase(MODEL_PRICES.validate), translate: phase(MODEL_PRICES.translate) },
  };
  return { ...profile, models };
}
