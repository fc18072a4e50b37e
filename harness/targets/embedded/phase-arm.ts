import { moduleEntities } from '@wasm-dyno/engine';
import {
  BodyScale,
  translateFunction,
  validateFunction,
  validateWithinFreeValues,
  type ParsedModule,
} from '@wasm-dyno/engine/phases';
import type { ArmPart } from '../protocol.js';
import { generateLoop } from './generated-loop.js';
import { parse, type LoadedModule } from './loaded-module.js';
import type { TimedArm } from './memset-arm.js';
import { AnswerError } from './serve.js';

/** Results go where the optimiser must assume that somebody reads them. */
const sink: { last: unknown; counted: unknown } = { last: undefined, counted: undefined };

/** The modules and functions an arm handles, looked up once. */
interface FunctionList {
  readonly modules: readonly LoadedModule[];
  readonly indices: readonly number[];
  readonly bytes: number;
}

/**
 * One call parses each part's module, body bytes not looked into: what an engine does to load it, which takes a copy of the bytes first
 * (whoever gave them may change them). The copy's memory is the arm's own and comes again each call, as the hot memset's does: fresh
 * memory costs what the first-touch memset tells, or nothing when the allocator has some left over, by no rule of the engine's. Entries are
 * counted first, as an engine counts them to charge for them.
 */
export function createParseArm(modules: readonly LoadedModule[]): TimedArm {
  const list = modules.map(({ bytes }) => bytes);
  const context = { sink, parse, list, copies: list.map((bytes) => new Uint8Array(bytes)), moduleEntities };
  return phaseArm(
    modules.reduce((sum, { bytes }) => sum + bytes.length, 0),
    'module',
    context,
    list.length,
    'copies[i].set(list[i]); sink.counted = moduleEntities(copies[i]); sink.last = parse(copies[i]);',
  );
}

/**
 * One call validates, or translates, each listed function once.
 *
 * @param isPaidFor whether bodies whose lists stop validation are weighed and begun anew, as they are to charge for them
 */
export function createFunctionArm(
  phase: 'validate' | 'translate',
  list: FunctionList,
  isPaidFor = false,
): TimedArm {
  const modules = list.modules.map(({ parsed }) => parsed);
  const validate = isPaidFor ? validatorThatPays(modules) : validateFunction;
  const context = {
    sink,
    run: phase === 'validate' ? validate : translateFunction,
    modules,
    indices: Uint32Array.from(list.indices),
  };
  return phaseArm(
    list.bytes,
    'function',
    context,
    list.indices.length,
    'sink.last = run(modules[i], indices[i]);',
  );
}

/** What an engine does with a body; a module's scale is made once for all of its bodies. */
function validatorThatPays(modules: readonly ParsedModule[]): typeof validateFunction {
  const scales = new Map(modules.map((module) => [module, new BodyScale(module)]));
  return (module, functionIndex) => {
    if (validateWithinFreeValues(module, functionIndex)) return;
    scales.get(module)!.weigh(functionIndex);
    validateFunction(module, functionIndex);
  };
}

/**
 * @param count functions, or modules, of a call
 * @param work what is done with the `i`-th of them
 */
function phaseArm(
  bytesPerCall: number,
  granularity: 'function' | 'module',
  context: Readonly<Record<string, unknown>>,
  count: number,
  work: string,
): TimedArm {
  const loop = generateLoop({ ...context, count }, '', `for (let i = 0; i < count; i++) { ${work} }`);
  const place = { from: 0, to: 0 };
  const stretch = generateLoop(
    { ...context, place },
    'const { from, to } = place;',
    `for (let i = from; i < to; i++) { ${work} }`,
  );
  return {
    bytesPerCall,
    granularity,
    run: (calls) => ({ nanoseconds: loop(calls) }),
    curve: (calls) => Array.from({ length: calls }, () => loop(1)),
    stretches: (stops) => {
      if (stops.some((stop, i) => !Number.isSafeInteger(stop) || stop <= (stops[i - 1] ?? 0) || stop > count))
        throw new AnswerError('bad-request', `stops are ascending counts from 1 to ${count}`);
      return stops.map((stop, i) => {
        Object.assign(place, { from: stops[i - 1] ?? 0, to: stop });
        return stretch(1);
      });
    },
  };
}

/** The functions of `parts`, in order. @throws AnswerError when a module or function is unknown, or there is none */
export function functionList(
  parts: readonly ArmPart[],
  moduleNamed: (name: string) => LoadedModule,
): FunctionList {
  const modules: LoadedModule[] = [];
  const indices: number[] = [];
  let bytes = 0;
  for (const part of parts) {
    const module = moduleNamed(part.module);
    for (const index of part.functions ?? module.definedFunctions()) {
      modules.push(module);
      indices.push(index);
      bytes += module.bodyBytesOf(index);
    }
  }
  if (indices.length === 0) throw new AnswerError('bad-request', 'the arm has no functions');
  return { modules, indices, bytes };
}
