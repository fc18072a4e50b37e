import { bodyBytesOf, type ParsedModule } from '../binary/parsed-module.js';
import type { Metering } from '../fuel/metering.js';
import { Core, type CoreCode, type InjectionPlan } from './core.js';
import { instantiateCore } from './core-instance.js';

// Bytes of bodies that a process looks at before the core is made, each once to validate and once to translate: making it takes one to two
// milliseconds, which whoever compiles less is better off without. JavaScript that nobody has run yet takes as long for so little.
const BYTES_BEFORE_CORE = 2_500;
// A module with so much code has more of it looked at than that, as good as always: its first function is the core's.
const BYTES_OF_LARGE_CODE = 16_384;
// The longest code that the core makes.
const MOST_CODE_BYTES = 2 ** 28;

/** What validates and translates: the core, or JavaScript where the host has no WebAssembly, or refuses it. */
export type FrontEndName = 'webassembly' | 'javascript';

let bytesBeforeCore = BYTES_BEFORE_CORE;
let core: Core | undefined;
let isRefused = false;
let lastAnsweredBy: FrontEndName = 'javascript';

/**
 * Has this process validate and translate with the front end from now on, in place of choosing by itself. Both give the same answers,
 * code and fuel: this is for tests of that, and for measuring.
 *
 * @throws TypeError for a name that is none; RangeError for `webassembly` where the host has no WebAssembly, or refuses it
 */
export function useFrontEnd(name: FrontEndName): void {
  if (name !== 'webassembly' && name !== 'javascript') {
    throw new TypeError(`no front end is called ${String(name)}: there are "webassembly" and "javascript"`);
  }
  isRefused = name === 'javascript';
  if (isRefused) core = undefined;
  else if (currentCore() === undefined) {
    throw new RangeError('the front end "webassembly" needs a host with WebAssembly; use "javascript" here');
  }
  bytesBeforeCore = 0;
}

/** Decides which front end this process has, making the core if it can. */
export function frontEndName(): FrontEndName {
  return currentCore() === undefined ? 'javascript' : 'webassembly';
}

/**
 * The core's functions, where there is a core by now: hosts with tiers can be asked in which they run them, which is for measuring. Calling
 * them is not: they rely on what the core has been told before.
 */
export function frontEndFunctions(): Core['functions'] | undefined {
  return core?.functions;
}

// What looked at the body that was looked at last.
export function lastFrontEnd(): FrontEndName {
  return lastAnsweredBy;
}

function currentCore(): Core | undefined {
  if (core !== undefined || isRefused) return core;
  const made = instantiateCore();
  isRefused = made === undefined;
  if (made !== undefined) core = new Core(made);
  return core;
}

// Bytes that are left to look at before there is a core, when this body has been looked at; none are where it is 0 or less.
function bytesLeftAfter(module: ParsedModule, functionIndex: number): number {
  const { bodyLengths, bodyOffsets } = module;
  const last = bodyOffsets.length - 1;
  if (bodyOffsets[last]! + bodyLengths[last]! - bodyOffsets[0]! >= BYTES_OF_LARGE_CODE) return 0;
  return bytesBeforeCore - bodyBytesOf(module, functionIndex);
}

// Whether it is too soon for the core to look at this body, which says nothing of the body. It is not counted: who looks at it counts it.
export function isBeforeCore(module: ParsedModule, functionIndex: number): boolean {
  return bytesBeforeCore > 0 && bytesLeftAfter(module, functionIndex) > 0;
}

// The core, unless JavaScript has to answer for this body.
function coreToAsk(module: ParsedModule, functionIndex: number): Core | undefined {
  lastAnsweredBy = 'javascript';
  if (bytesBeforeCore > 0) {
    bytesBeforeCore = bytesLeftAfter(module, functionIndex);
    if (bytesBeforeCore > 0) return undefined;
  }
  return core ?? currentCore();
}

// Notes who answered, and lets go of a core that has become large.
function conclude(asked: Core, hasAnswered: boolean): void {
  if (hasAnswered) lastAnsweredBy = 'webassembly';
  if (asked.isLarge) core = undefined;
}

// Whether the core finds the body valid. False says nothing: the host may have no WebAssembly, the core may not have been made yet,
// the body may be at fault, or make more than `mostValues` of work by lists of values; the JavaScript validator has the last word, and the
// words.
export function coreAccepts(module: ParsedModule, functionIndex: number, mostValues: number): boolean {
  const asked = coreToAsk(module, functionIndex);
  if (asked === undefined) return false;
  let accepts = false;
  try {
    accepts = asked.accepts(module, functionIndex, mostValues);
  } catch {
    // A refusal, or no memory or stack left for it: JavaScript decides. So below.
  }
  conclude(asked, accepts);
  return accepts;
}

// A valid body's code, made by the core and good until it is asked again; undefined where JavaScript must make it, as it must where the
// code takes more than `mostBytes`.
export function coreTranslates(
  module: ParsedModule,
  functionIndex: number,
  options: Metering,
  mostBytes: number,
): CoreCode | undefined {
  const asked = coreToAsk(module, functionIndex);
  if (asked === undefined) return undefined;
  let code: CoreCode | undefined;
  try {
    code = asked.translate(module, functionIndex, options, Math.min(MOST_CODE_BYTES, mostBytes));
  } catch {
    code = undefined;
  }
  conclude(asked, code !== undefined);
  return code;
}

// The code of a body, valid or not, validated and translated by the core in one pass; undefined as of `coreAccepts` and `coreTranslates`.
export function coreCompiles(
  module: ParsedModule,
  functionIndex: number,
  mostValues: number,
  options: Metering,
  mostBytes: number,
): CoreCode | undefined {
  const asked = coreToAsk(module, functionIndex);
  if (asked === undefined) return undefined;
  let code: CoreCode | undefined;
  try {
    code = asked.compile(module, functionIndex, mostValues, options, Math.min(MOST_CODE_BYTES, mostBytes));
  } catch {
    code = undefined;
  }
  conclude(asked, code !== undefined);
  return code;
}

// A valid body with fuel accounting injected, its size first, made by the core, until it is asked again; undefined where JavaScript must
// make it.
export function coreInjects(
  module: ParsedModule,
  functionIndex: number,
  plan: InjectionPlan,
  compilationFuel: bigint,
): Uint8Array | undefined {
  const asked = coreToAsk(module, functionIndex);
  if (asked === undefined) return undefined;
  let body: Uint8Array | undefined;
  try {
    body = asked.inject(module, functionIndex, plan, compilationFuel);
  } catch {
    body = undefined;
  }
  conclude(asked, body !== undefined);
  return body;
}
