import { MEMSET_REGIMES } from '@wasm-dyno/reports/words';
import { lastLevelCacheBytes } from '../embedded/cache-size.js';
import { BlockWatch } from '../embedded/block-watch.js';
import { collectGarbage } from '../embedded/collections.js';
import { clockResolutionNanoseconds } from '../embedded/generated-loop.js';
import { LoadedModule } from '../embedded/loaded-module.js';
import { createMemsetArm, HOST_KERNELS, type HostKernel, type TimedArm } from '../embedded/memset-arm.js';
import { AnswerError, serveTarget } from '../embedded/serve.js';
import {
  PROTOCOL_VERSION,
  type ArmParams,
  type BlockParams,
  type Description,
  type PhaseArmParams,
} from '../protocol.js';
import { createExecuteArm, invoke } from './execution.js';
import { hostFeatures } from './host-features.js';
import { createCompileArm, createValidateArm } from './module-arms.js';
import { v8Variant } from '../v8-variants.js';

/** V8 as a target: the engine under this very node, in the variant named by the first argument. */
const variant = v8Variant(process.argv[2]);
const missing = variant.flags.filter((flag) => !process.execArgv.includes(flag));
if (missing.length > 0)
  throw new Error(`variant ${variant.name} needs node started with ${missing.join(' ')}`);

const modules = new Map<string, LoadedModule>();
const arms = new Map<string, TimedArm>();
const watch = new BlockWatch();

function describe(): Description {
  return {
    protocol: PROTOCOL_VERSION,
    engine: variant.name,
    version: process.versions.v8,
    flags: [`node ${process.versions.node}`, ...process.execArgv],
    features: hostFeatures(),
    phases: variant.phases,
    executes: variant.phases.includes('execute'),
    memset: HOST_KERNELS.map((kernel) => ({ kernel, regimes: [...MEMSET_REGIMES] })),
    clock: { name: 'performance.now', resolutionNanoseconds: clockResolutionNanoseconds() },
    fuel: null,
    collects: true,
  };
}

function load(name: string, path: string): LoadedModule {
  const module = new LoadedModule(name, path);
  if (!WebAssembly.validate(new Uint8Array(module.bytes))) {
    throw new AnswerError('invalid-module', compileErrorOf(module.bytes));
  }
  modules.set(name, module);
  return module;
}

/** `WebAssembly.validate` says no without a reason; compiling gives it. */
function compileErrorOf(bytes: Uint8Array): string {
  try {
    new WebAssembly.Module(new Uint8Array(bytes));
    return 'V8 finds it invalid';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function moduleNamed(name: string): LoadedModule {
  const module = modules.get(name);
  if (module === undefined) throw new AnswerError('bad-request', `no module "${name}" is loaded`);
  return module;
}

function armNamed(name: string): TimedArm {
  const arm = arms.get(name);
  if (arm === undefined) throw new AnswerError('bad-request', `there is no arm "${name}"`);
  return arm;
}

function createArm(params: ArmParams): TimedArm {
  switch (params.kind) {
    case 'memset':
      if (!MEMSET_REGIMES.includes(params.regime) || !HOST_KERNELS.includes(params.kernel as HostKernel)) {
        throw new AnswerError('unsupported', `no kernel "${params.kernel}" in the regime "${params.regime}"`);
      }
      return createMemsetArm(
        params.arm,
        params.kernel as HostKernel,
        params.regime,
        params.sizes,
        lastLevelCacheBytes(),
      );
    case 'phase':
      return createPhaseArm(params);
    default:
      throw new AnswerError('bad-request', 'an arm is of the kind "phase" or "memset"');
  }
}

function createPhaseArm(params: PhaseArmParams): TimedArm {
  if (!variant.phases.includes(params.phase)) {
    throw new AnswerError('unsupported', `the phase "${params.phase}" is not one of ${variant.name}'s`);
  }
  if (params.functions !== undefined || (params.parts ?? []).length > 0) {
    throw new AnswerError('unsupported', 'V8 is timed one whole module at a time');
  }
  const module = moduleNamed(params.module);
  if (params.phase === 'validate') return createValidateArm(module);
  return params.phase === 'compile' ? createCompileArm(module) : createExecuteArm(module, params);
}

function callsOf({ calls }: BlockParams): number {
  if (!Number.isSafeInteger(calls) || calls < 1) {
    throw new AnswerError('bad-request', `${String(calls)} is not a number of calls from 1 on`);
  }
  return calls;
}

await serveTarget({
  describe,
  load: ({ module, path, mode }) => {
    if (mode !== undefined) throw new AnswerError('unsupported', `no mode "${mode}": start another variant`);
    return load(module, path).describe();
  },
  arm: (params) => {
    const arm = createArm(params);
    arms.set(params.arm, arm);
    watch.prepare();
    return { bytesPerCall: arm.bytesPerCall, granularity: arm.granularity };
  },
  block: async (params) => {
    const arm = armNamed(params.arm);
    const calls = callsOf(params);
    const { result, seen } = await watch.around(() => arm.run(calls));
    return { calls, nanoseconds: result.nanoseconds, bytes: calls * arm.bytesPerCall, ...seen };
  },
  collect: () => {
    collectGarbage();
    return {};
  },
  curve: (params) => ({ nanoseconds: armNamed(params.arm).curve(callsOf(params)) }),
  ...(variant.phases.includes('execute')
    ? { invoke: (params: Parameters<typeof invoke>[1]) => invoke(moduleNamed(params.module), params) }
    : {}),
});
