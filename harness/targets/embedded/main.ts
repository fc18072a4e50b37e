import { DEFAULT_FEATURES, FEATURE_NAMES, ENGINE_NAME, ENGINE_VERSION } from '@wasm-dyno/engine';
import { MEMSET_REGIMES } from '@wasm-dyno/reports/words';
import {
  PROTOCOL_VERSION,
  type ArmParams,
  type ArmPart,
  type BlockParams,
  type Description,
  type PhaseArmParams,
} from '../protocol.js';
import { lastLevelCacheBytes } from './cache-size.js';
import { collectGarbage } from './collections.js';
import { BlockWatch } from './block-watch.js';
import { clockResolutionNanoseconds } from './generated-loop.js';
import { answeringInvalidModules, LoadedModule } from './loaded-module.js';
import { createMemsetArm, HOST_KERNELS, type HostKernel, type TimedArm } from './memset-arm.js';
import { createFunctionArm, createParseArm, functionList } from './phase-arm.js';
import { tierOf } from './tier.js';
import { AnswerError, serveTarget } from './serve.js';

/** The embedded engine as a target: the phases of `@wasm-dyno/engine/phases`, timed in this very process. */
const modules = new Map<string, LoadedModule>();
const arms = new Map<string, TimedArm>();
const watch = new BlockWatch();

function describe(): Description {
  return {
    protocol: PROTOCOL_VERSION,
    engine: ENGINE_NAME,
    version: ENGINE_VERSION,
    flags: [`node ${process.versions.node}`, `v8 ${process.versions.v8}`, ...process.execArgv],
    features: FEATURE_NAMES.filter((name) => DEFAULT_FEATURES[name]),
    phases: ['parse', 'validate', 'translate', 'compile', 'first-call', 'execute'],
    executes: true,
    memset: [
      ...HOST_KERNELS.map((kernel) => ({ kernel, regimes: [...MEMSET_REGIMES] })),
      { kernel: 'engine-memory-fill', regimes: ['hot'] },
    ],
    clock: { name: 'performance.now', resolutionNanoseconds: clockResolutionNanoseconds() },
    fuel: { bytesPerFuel: 64, defaultMultiplier: 25 },
    combinesModules: true,
    secondOpinion: true,
    collects: true,
    stopsCurves: true,
    tellsTiers: true,
  };
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

async function createArm(params: ArmParams): Promise<TimedArm> {
  if (params.kind === 'memset') {
    if (!MEMSET_REGIMES.includes(params.regime)) {
      throw new AnswerError('unsupported', `unknown regime "${String(params.regime)}"`);
    }
    if (params.kernel === 'engine-memory-fill' && params.regime === 'hot') {
      return (await import('./engine-memset-arm.js')).createEngineMemsetArm(params.arm, params.sizes);
    }
    if (!HOST_KERNELS.includes(params.kernel as HostKernel)) {
      throw new AnswerError('unsupported', `no kernel "${params.kernel}" in the regime "${params.regime}"`);
    }
    return createMemsetArm(
      params.arm,
      params.kernel as HostKernel,
      params.regime,
      params.sizes,
      lastLevelCacheBytes(),
    );
  }
  if (params.kind !== 'phase')
    throw new AnswerError('bad-request', 'an arm is of the kind "phase" or "memset"');
  return createPhaseArm(params);
}

async function createPhaseArm(params: PhaseArmParams): Promise<TimedArm> {
  const first: ArmPart =
    params.functions === undefined
      ? { module: params.module }
      : { module: params.module, functions: params.functions };
  const parts = [first, ...(params.parts ?? [])];
  switch (params.phase) {
    case 'parse':
      return createParseArm(parts.map(({ module }) => moduleNamed(module)));
    case 'validate':
    case 'translate':
      return createFunctionArm(params.phase, functionList(parts, moduleNamed), params.isPaidFor);
    case 'compile':
    case 'first-call': {
      if (parts.length > 1) throw new AnswerError('unsupported', `a ${params.phase} arm takes one module`);
      const { createFirstCallArm } = await import('./run-arms.js');
      return createFirstCallArm(moduleNamed(params.module), params.functions, params.phase === 'compile');
    }
    case 'execute':
      return (await import('./run-arms.js')).createExecuteArm(moduleNamed(params.module), params);
    default:
      throw new AnswerError('unsupported', `the phase "${params.phase}" is not one of this engine's`);
  }
}

function callsOf(params: BlockParams): number {
  if (!Number.isSafeInteger(params.calls) || params.calls < 1) {
    throw new AnswerError('bad-request', `${String(params.calls)} is not a number of calls from 1 on`);
  }
  return params.calls;
}

await serveTarget({
  describe,
  load: (params) => {
    const module = new LoadedModule(params.module, params.path);
    modules.set(params.module, module);
    // Nothing is parsed here, so that the first parse this process sees can be a timed one.
    if (params.mode === 'unparsed') return { moduleBytes: module.bytes.length, bodyBytes: 0, functions: [] };
    return module.describe();
  },
  arm: async (params) => {
    const arm = await createArm(params);
    arms.set(params.arm, arm);
    watch.prepare();
    return { bytesPerCall: arm.bytesPerCall, granularity: arm.granularity };
  },
  block: async (params) => {
    const arm = armNamed(params.arm);
    const calls = callsOf(params);
    const { result, seen } = await watch.around(() => answeringInvalidModules(() => arm.run(calls)));
    const { nanoseconds, overheadNanoseconds, fuel } = result;
    return {
      calls,
      nanoseconds,
      bytes: calls * arm.bytesPerCall,
      ...seen,
      ...(overheadNanoseconds === undefined ? {} : { overheadNanoseconds }),
      ...(fuel === undefined ? {} : { fuel: String(fuel) }),
    };
  },
  collect: () => {
    collectGarbage();
    return {};
  },
  tier: ({ phase }) => {
    const tier = tierOf(phase);
    return tier === undefined ? {} : { tier };
  },
  curve: async (params) => {
    const arm = armNamed(params.arm);
    const { stops } = params;
    if (stops === undefined)
      return { nanoseconds: answeringInvalidModules(() => arm.curve(callsOf(params))) };
    const { stretches } = arm;
    if (stretches === undefined)
      throw new AnswerError('unsupported', `the arm "${params.arm}" has no functions to stop after`);
    const { collectionNanoseconds, result } = await watch.collectionsIn(() =>
      answeringInvalidModules(() => stretches(stops)),
    );
    return { nanoseconds: result, collectionNanoseconds };
  },
  invoke: async (params) => (await import('./run-arms.js')).invoke(moduleNamed(params.module), params),
  opinion: async (params) => {
    const { secondOpinion } = await import('./second-opinion.js');
    return secondOpinion(armNamed(params.arm), params.milliseconds);
  },
});
