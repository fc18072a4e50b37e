import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_FEATURES, FEATURE_NAMES, type FeatureName, type Features } from '../features.js';
import { frameCost } from '../types/frame-cost.js';
import { instantiateCore, type CoreExports } from './core-instance.js';
import { descriptionBytes, writeDescription } from './module-layout.js';

/**
 * Bytes of bodies that a process validates before the core is made: compiling it takes one to three milliseconds, which whoever
 * compiles less is better off without.
 */
const BYTES_BEFORE_CORE = 4_000;
/** Room for descriptions of modules. When it is full all are forgotten, and laid out again when they are asked for. */
const DESCRIPTIONS_BYTES = 4 * 1024 * 1024;
/** A core that a large function has made larger is let go of. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Operands that calls and blocks of many results may need beside one per byte of the body. */
const SPARE_OPERANDS = 65_536;
const BODY_PADDING = 64;
const PAGE_BYTES = 65_536;
/** The longest body that the core takes. */
const LONGEST_BODY = 2 ** 24;

/** Features that the core need not know: it refuses what they bring, and JavaScript looks at it. */
const INDIFFERENT: ReadonlySet<FeatureName> = new Set(['customPageSizes', 'wideArithmetic']);

/** Whether the core, which is made for the default features, may speak for these. */
function areKnown(features: Features): boolean {
  return FEATURE_NAMES.every((name) => INDIFFERENT.has(name) || features[name] === DEFAULT_FEATURES[name]);
}

/** Where a module's description lies in the core's memory, as of the last time that it was laid out there. */
interface Residence {
  readonly bytes: number;
  generation: number;
  at: number;
}

/** The one instance of the core in this process, and the modules that it has been told of. */
class FrontEnd {
  private readonly residences = new WeakMap<ParsedModule, Residence>();
  private readonly suitable = new WeakMap<Features, boolean>();
  private generation = 0;
  private described: ParsedModule | undefined;
  private readonly start: number;
  private readonly frameWords: number;
  private free: number;
  /** Bytes of bodies seen since descriptions were last forgotten. */
  private bytesSinceForgotten = DESCRIPTIONS_BYTES;
  private bytes: Uint8Array;

  constructor(private readonly core: CoreExports) {
    this.start = core.heap();
    this.frameWords = core.frameWords();
    this.free = this.start;
    this.bytes = new Uint8Array(core.memory.buffer);
  }

  /** Whether the body is valid. False when the core does not know: it is invalid, too large, or needs other features. */
  accepts(module: ParsedModule, functionIndex: number): boolean {
    const body = functionIndex - module.importedFunctionCount;
    const length = module.bodyLengths[body]!;
    if (length > LONGEST_BODY || !this.describe(module, length)) return false;
    const at = this.free;
    this.reserve(at + 2 * length + BODY_PADDING + SPARE_OPERANDS);
    const offset = module.bodyOffsets[body]!;
    this.bytes.set(module.bytes.subarray(offset, offset + length), at);
    try {
      this.core.validate(functionIndex, at, length, this.bytes.length);
    } catch {
      return false;
    }
    this.noteFrame(module, functionIndex);
    return true;
  }

  private noteFrame(module: ParsedModule, functionIndex: number): void {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const [locals, operands, makesCalls, hasVectors] = new Uint32Array(this.bytes.buffer, this.frameWords, 4);
    module.makesCalls[definedIndex] = makesCalls!;
    module.frameCosts[definedIndex] = frameCost({
      type: functionTypeAt(module, functionIndex),
      locals: locals!,
      operands: operands!,
      makesCalls: makesCalls !== 0,
      hasVectors: hasVectors !== 0,
    });
  }

  get isLarge(): boolean {
    return this.bytes.length > KEPT_BYTES;
  }

  /** Makes the module the one that the core looks into. False when laying it out anew would not pay. */
  private describe(module: ParsedModule, bodyBytes: number): boolean {
    this.bytesSinceForgotten += bodyBytes;
    if (this.described === module) return true;
    const at = this.addressOf(module);
    if (at === undefined) return false;
    this.core.describe(at);
    this.described = module;
    return true;
  }

  private addressOf(module: ParsedModule): number | undefined {
    const residence = this.residenceOf(module);
    if (residence.generation === this.generation) return residence.at;
    const { bytes } = residence;
    if (bytes > DESCRIPTIONS_BYTES) return undefined;
    if (this.free + bytes > this.start + DESCRIPTIONS_BYTES) {
      // Modules that take turns must not have one another's descriptions laid out again for each small function.
      if (this.bytesSinceForgotten < DESCRIPTIONS_BYTES / 4) return undefined;
      this.bytesSinceForgotten = 0;
      this.generation++;
      this.free = this.start;
    }
    residence.generation = this.generation;
    residence.at = this.free;
    this.free += bytes;
    this.reserve(this.free);
    writeDescription(module, this.core.memory.buffer, residence.at);
    return residence.at;
  }

  private residenceOf(module: ParsedModule): Residence {
    let residence = this.residences.get(module);
    if (residence === undefined) {
      const bytes = this.isSuitable(module.features) ? descriptionBytes(module) : Infinity;
      this.residences.set(module, (residence = { bytes, generation: -1, at: 0 }));
    }
    return residence;
  }

  private isSuitable(features: Features): boolean {
    let suitable = this.suitable.get(features);
    if (suitable === undefined) this.suitable.set(features, (suitable = areKnown(features)));
    return suitable;
  }

  private reserve(end: number): void {
    const missing = end - this.bytes.length;
    if (missing <= 0) return;
    this.core.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.bytes = new Uint8Array(this.core.memory.buffer);
  }
}

let bytesBeforeCore = BYTES_BEFORE_CORE;
let frontEnd: FrontEnd | undefined;
let isRefused = false;

/** Which front end a process has: `javascript` where the host has no WebAssembly, or refuses it. */
export type FrontEndName = 'webassembly' | 'javascript';

/** Decides which front end this process has, making the core if it can. */
export function frontEndName(): FrontEndName {
  return currentFrontEnd() === undefined ? 'javascript' : 'webassembly';
}

function currentFrontEnd(): FrontEnd | undefined {
  if (frontEnd !== undefined || isRefused) return frontEnd;
  const core = instantiateCore();
  isRefused = core === undefined;
  if (core !== undefined) frontEnd = new FrontEnd(core);
  return frontEnd;
}

/**
 * Whether the core finds the body valid. False says nothing: the host may have no WebAssembly, the core may not have been made yet,
 * or the body may be at fault; the JavaScript validator has the last word, and the words.
 */
export function coreAccepts(module: ParsedModule, functionIndex: number): boolean {
  if (bytesBeforeCore > 0) {
    bytesBeforeCore -= module.bodyLengths[functionIndex - module.importedFunctionCount]!;
    return false;
  }
  const current = currentFrontEnd();
  if (current === undefined) return false;
  const accepted = current.accepts(module, functionIndex);
  if (current.isLarge) frontEnd = undefined;
  return accepted;
}
