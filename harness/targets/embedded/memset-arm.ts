import type { MemsetRegime } from '@wasm-dyno/reports/words';
import { generateLoop, type TimedLoop } from './generated-loop.js';
import { BASE, FilledMemory, MOST_SIZES } from './filled-memory.js';
import { memsetModule } from './memset-module.js';
import { AnswerError } from './serve.js';

/** Something that can be timed block by block. */
export interface TimedArm {
  readonly bytesPerCall: number;
  readonly granularity: 'function' | 'module';
  /** Runs `calls` calls and returns the time of all of them together. */
  run(calls: number): {
    readonly nanoseconds: number;
    readonly overheadNanoseconds?: number;
    readonly fuel?: bigint;
  };
  /** Times each call by itself. */
  curve(calls: number): number[];
  /** Goes through the call's functions (modules) once, and times each stretch from one count of them to the next. */
  stretches?(stops: readonly number[]): number[];
}

/** The kernels that V8's side of the process offers. */
export const HOST_KERNELS = [
  'wasm-memory-fill-loop',
  'wasm-memory-fill-call',
  'uint8array-fill',
  'buffer-fill',
] as const;
export type HostKernel = (typeof HOST_KERNELS)[number];

/** Sizes up to 1 GiB leave room for the list of sizes below 2 GiB. */
const MOST_BYTES = 2 ** 30;

/**
 * An arm that fills each of `sizes` once per call.
 * @throws AnswerError `bad-request` on sizes that no buffer can hold
 */
export function createMemsetArm(
  name: string,
  kernel: HostKernel,
  regime: MemsetRegime,
  sizes: readonly number[],
  llcBytes: number,
): TimedArm {
  checkSizes(sizes);
  const bytesPerCall = sizes.reduce((sum, size) => sum + size, 0);
  const memory = FilledMemory.of(regime, Math.max(...sizes), llcBytes);
  const loop = KERNELS[kernel]({ name, sizes, walking: regime !== 'hot' });
  // Fresh memory is walked over once and given back.
  const callsPerMemory = memory.fresh
    ? Math.max(1, Math.floor(memory.bytes / Math.max(1, bytesPerCall)))
    : Infinity;
  const run = (calls: number): number => {
    let nanoseconds = 0;
    for (let left = calls; left > 0; left -= callsPerMemory) {
      loop.place(memory.take(sizes), memory.limit);
      nanoseconds += loop.run(Math.min(left, callsPerMemory));
    }
    return nanoseconds;
  };
  return {
    bytesPerCall,
    granularity: 'function',
    run: (calls) => ({ nanoseconds: run(calls) }),
    curve: (calls) => Array.from({ length: calls }, () => run(1)),
  };
}

function checkSizes(sizes: readonly number[]): void {
  if (!Array.isArray(sizes) || sizes.length === 0 || sizes.length > MOST_SIZES) {
    throw new AnswerError('bad-request', `a memset arm needs sizes, ${MOST_SIZES} at most`);
  }
  for (const size of sizes as readonly unknown[]) {
    if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > MOST_BYTES) {
      throw new AnswerError('bad-request', `${String(size)} is not a size in bytes up to ${MOST_BYTES}`);
    }
  }
}

interface Plan {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly walking: boolean;
}

/** A kernel's loop: its code stays the same (and warm) when it is placed over other memory. */
interface Loop {
  place(memory: WebAssembly.Memory, limit: number): void;
  run: TimedLoop;
}

const KERNELS: Record<HostKernel, (plan: Plan) => Loop> = {
  'wasm-memory-fill-loop': insideLoop,
  'wasm-memory-fill-call': (plan) => {
    const module = new WebAssembly.Module(memsetModule(plan.name));
    const fill = (memory: WebAssembly.Memory): unknown =>
      new WebAssembly.Instance(module, { host: { memory } }).exports['fill'];
    return outsideLoop(plan, fill, 'target(at, call & 255, size);');
  },
  'uint8array-fill': (plan) =>
    outsideLoop(plan, ({ buffer }) => new Uint8Array(buffer), 'target.fill(call & 255, at, at + size);'),
  'buffer-fill': (plan) =>
    outsideLoop(plan, ({ buffer }) => Buffer.from(buffer), 'target.fill(call & 255, at, at + size);'),
};

/** The loop inside WebAssembly: one call into it per block. */
function insideLoop(plan: Plan): Loop {
  const module = new WebAssembly.Module(memsetModule(plan.name));
  const state: Record<string, unknown> = { listEnd: plan.sizes.length * 4, base: BASE };
  const once = plan.walking
    ? generateLoop(
        { state },
        '',
        'state.cursor = state.walk(state.calls, state.listEnd, state.base, state.limit, state.cursor);',
      )
    : generateLoop({ state }, '', 'state.hot(state.calls, state.listEnd, state.base);');
  let placed: WebAssembly.Memory | undefined;
  return {
    place: (memory, limit) => {
      if (memory === placed) return;
      placed = memory;
      const { exports } = new WebAssembly.Instance(module, { host: { memory } });
      Object.assign(state, { hot: exports['hot'], walk: exports['walk'], limit, cursor: BASE });
    },
    run: (calls) => {
      state['calls'] = calls;
      return once(1);
    },
  };
}

/** A loop in JavaScript that fills each size by one call of `fill`. */
function outsideLoop(plan: Plan, targetOf: (memory: WebAssembly.Memory) => unknown, fill: string): Loop {
  const state: Record<string, unknown> = {};
  const work = plan.walking
    ? `for (let i = 0; i < count; i++) {
         const size = sizes[i];
         const at = state.cursor + size > limit ? base : state.cursor;
         ${fill}
         state.cursor = at + size;
       }`
    : `for (let i = 0; i < count; i++) { const size = sizes[i], at = base; ${fill} }`;
  let placed: WebAssembly.Memory | undefined;
  return {
    place: (memory, limit) => {
      if (memory === placed) return;
      placed = memory;
      Object.assign(state, { target: targetOf(memory), limit, cursor: BASE });
    },
    run: generateLoop(
      { state, sizes: Float64Array.from(plan.sizes), base: BASE },
      'const target = state.target, limit = state.limit, count = sizes.length;',
      work,
    ),
  };
}
