import {
  machineId,
  type HardwareProfile,
  type ProfileEstimate,
  type ProfileMultiplier,
} from '@wasm-dyno/engine';

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
          parse: multiplier(12.3456),
          validate: multiplier(812.25),
          translate: multiplier(1623.0001),
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
        slopes: [
          {
            phase: 'translate',
            slopeRatio: estimate(2000),
            nanosecondsPerByte: estimate(18),
            nanosecondsPerFunction: estimate(900),
          },
        ],
      },
      cold: {
        phases: { parse: multiplier(120), validate: multiplier(9000.5), translate: multiplier(20_000) },
        sizeClasses: [],
        slopes: [],
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

function multiplier(ratio: number): ProfileMultiplier {
  return {
    ratio,
    low: ratio * 0.98,
    high: ratio * 1.02,
    confidenceLevel: 0.959,
    processes: 20,
    verdict: 'ok',
    multiplierThousandths: Math.ceil(ratio * 1000),
    rule: 'estimate-rounded-up',
  };
}
