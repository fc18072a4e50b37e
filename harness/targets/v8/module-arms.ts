import { generateLoop } from '../embedded/generated-loop.js';
import type { LoadedModule } from '../embedded/loaded-module.js';
import type { TimedArm } from '../embedded/memset-arm.js';
import { AnswerError } from '../embedded/serve.js';
import { RenamedModule } from './renamed-module.js';

/** Garbage modules hold machine code outside the heap, which V8 does not see grow: collect after so many module bytes. */
const COLLECT_AFTER_BYTES = 16 * 1024 * 1024;

const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => undefined);

/** `WebAssembly.validate`: decodes the module and validates every body, compiling nothing. */
export function createValidateArm(loaded: LoadedModule): TimedArm {
  const state = { bytes: new RenamedModule(loaded.bytes).bytes, valid: true };
  const loop = generateLoop(
    { state, validate: (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.validate(bytes) },
    'const bytes = state.bytes;',
    'state.valid = validate(bytes) && state.valid;',
  );
  const run = (calls: number): number => {
    const nanoseconds = loop(calls);
    if (!state.valid) throw new AnswerError('internal', `V8 now finds "${loaded.name}" invalid`);
    return nanoseconds;
  };
  return {
    bytesPerCall: loaded.describe().bodyBytes,
    granularity: 'module',
    run: (calls) => ({ nanoseconds: run(calls) }),
    curve: (calls) => Array.from({ length: calls }, () => run(1)),
  };
}

/** `new WebAssembly.Module`, of bytes that V8 has not seen, one timed call after another. */
export function createCompileArm(loaded: LoadedModule): TimedArm {
  const module = new RenamedModule(loaded.bytes);
  const state: { bytes: Uint8Array<ArrayBuffer>; made: unknown } = { bytes: module.bytes, made: undefined };
  const loop = generateLoop(
    { state, compile: (bytes: Uint8Array<ArrayBuffer>) => new WebAssembly.Module(bytes) },
    'const bytes = state.bytes;',
    'state.made = compile(bytes);',
  );
  let sinceCollection = 0;
  const once = (): number => {
    sinceCollection += module.bytes.length;
    if (sinceCollection > COLLECT_AFTER_BYTES) {
      state.made = undefined;
      collect();
      sinceCollection = 0;
    }
    state.bytes = module.next();
    return loop(1);
  };
  return {
    bytesPerCall: loaded.describe().bodyBytes,
    granularity: 'module',
    run: (calls) => {
      let nanoseconds = 0;
      for (let call = 0; call < calls; call++) nanoseconds += once();
      return { nanoseconds };
    },
    curve: (calls) => Array.from({ length: calls }, once),
  };
}
