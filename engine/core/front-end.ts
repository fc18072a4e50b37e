import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_FEATURES, FEATURE_NAMES, type FeatureName, type Features } from '../features.js';
import type { TranslationOptions } from '../translate/ir-writer.js';
import type { CodeArena, TranslatedFunction } from '../translate/translated-function.js';
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
const ENTRY_BYTES = 16;
const SPARE_ENTRIES = 4_096;
/** Code that there is room for before the memory has to grow. */
const CODE_BYTES_PER_BYTE = 6;
const SPARE_CODE_BYTES = 4_096;
/** The longest code that the core makes. */
const MOST_CODE_BYTES = 2 ** 28;
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

/** Code in the core's memory, until it is asked again. */
interface CoreCode {
  readonly memory: Int32Array;
  /** First word, and the word behind the last. */
  readonly start: number;
  readonly end: number;
  readonly frameSlots: number;
}

/** The one instance of the core in this process, and the modules that it has been told of. */
class FrontEnd {
  private readonly residences = new WeakMap<ParsedModule, Residence>();
  private readonly suitable = new WeakMap<Features, boolean>();
  private generation = 0;
  private described: WeakRef<ParsedModule> | undefined;
  private readonly start: number;
  private readonly frameWordsAt: number;
  private readonly frameSlotsAt: number;
  private free: number;
  /** Bytes of bodies seen since descriptions were last forgotten. */
  private bytesSinceForgotten = DESCRIPTIONS_BYTES;
  private bytes: Uint8Array;
  private options: TranslationOptions | undefined;

  constructor(private readonly core: CoreExports) {
    this.start = core.heap();
    this.frameWordsAt = core.frameWords();
    this.frameSlotsAt = core.frameSlots();
    this.free = this.start;
    this.bytes = new Uint8Array(core.memory.buffer);
  }

  /** Whether the body is valid. False when the core does not know: it is invalid, too large, or needs other features. */
  accepts(module: ParsedModule, functionIndex: number): boolean {
    const bodyBytes = module.bodyLengths[functionIndex - module.importedFunctionCount]!;
    if (bodyBytes > LONGEST_BODY || !this.describe(module, bodyBytes)) return false;
    const at = this.free;
    this.reserve(at + 2 * bodyBytes + BODY_PADDING + SPARE_OPERANDS);
    this.copyBody(module, functionIndex, at);
    this.core.validate(functionIndex, at, bodyBytes, this.bytes.length);
    this.noteFrame(module, functionIndex);
    return true;
  }

  /** The code of a valid body; undefined when the core does not know: it is too large, or needs other features. */
  translate(
    module: ParsedModule,
    functionIndex: number,
    options: TranslationOptions,
    mostBytes: number,
  ): CoreCode | undefined {
    const bodyBytes = module.bodyLengths[functionIndex - module.importedFunctionCount]!;
    if (bodyBytes > LONGEST_BODY || !this.describe(module, bodyBytes)) return undefined;
    if (this.options !== options) {
      this.core.meter(options.consumeFuel, options.bytesPerFuel);
      this.options = options;
    }
    const at = this.free;
    // No operator of one byte adds to the operand stack.
    const entries = (bodyBytes >> 1) + SPARE_ENTRIES;
    const codeAt = (at + bodyBytes + BODY_PADDING + ENTRY_BYTES * entries) & -ENTRY_BYTES;
    this.reserve(codeAt + CODE_BYTES_PER_BYTE * bodyBytes + SPARE_CODE_BYTES);
    this.copyBody(module, functionIndex, at);
    const words = this.core.translate(functionIndex, at, bodyBytes, codeAt, mostBytes);
    this.refresh();
    const memory = new Int32Array(this.bytes.buffer);
    const start = codeAt >> 2;
    return { memory, start, end: start + words, frameSlots: memory[this.frameSlotsAt >> 2]! };
  }

  private copyBody(module: ParsedModule, functionIndex: number, at: number): void {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const offset = module.bodyOffsets[definedIndex]!;
    this.bytes.set(module.bytes.subarray(offset, offset + module.bodyLengths[definedIndex]!), at);
  }

  private noteFrame(module: ParsedModule, functionIndex: number): void {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const [locals, operands, makesCalls, hasVectors] = new Uint32Array(
      this.bytes.buffer,
      this.frameWordsAt,
      4,
    );
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
    if (this.described?.deref() === module) return true;
    const at = this.addressOf(module);
    if (at === undefined) return false;
    this.core.describe(at);
    this.described = new WeakRef(module);
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
    this.refresh();
  }

  /** Growing detaches what there was. */
  private refresh(): void {
    if (this.bytes.length === 0) this.bytes = new Uint8Array(this.core.memory.buffer);
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

/** What the core answers on the body; undefined where there is no core, or not yet, or it refuses the body. */
function ask<Answer>(
  module: ParsedModule,
  functionIndex: number,
  question: (frontEnd: FrontEnd) => Answer,
): Answer | undefined {
  if (bytesBeforeCore > 0) {
    bytesBeforeCore -= module.bodyLengths[functionIndex - module.importedFunctionCount]!;
    return undefined;
  }
  const current = currentFrontEnd();
  if (current === undefined) return undefined;
  try {
    return question(current);
  } catch {
    // A refusal, or no memory left for it: JavaScript decides.
    return undefined;
  } finally {
    if (current.isLarge) frontEnd = undefined;
  }
}

/**
 * Whether the core finds the body valid. False says nothing: the host may have no WebAssembly, the core may not have been made yet,
 * or the body may be at fault; the JavaScript validator has the last word, and the words.
 */
export function coreAccepts(module: ParsedModule, functionIndex: number): boolean {
  return ask(module, functionIndex, (current) => current.accepts(module, functionIndex)) === true;
}

/**
 * A valid body's code, made by the core and kept in `arena`; undefined where JavaScript must make it.
 * @throws ResourceLimitError when the arena has no room for it
 */
export function coreTranslates(
  module: ParsedModule,
  functionIndex: number,
  options: TranslationOptions,
  arena: CodeArena,
): TranslatedFunction | undefined {
  const mostBytes = Math.min(MOST_CODE_BYTES, 4 * arena.roomWords);
  const code = ask(module, functionIndex, (current) =>
    current.translate(module, functionIndex, options, mostBytes),
  );
  return code === undefined ? undefined : arena.store(code.memory, code.start, code.end, code.frameSlots);
}
