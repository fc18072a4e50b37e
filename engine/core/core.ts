import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import type { Metering } from '../fuel/metering.js';
import { frameCost } from '../types/frame-cost.js';
import type { CoreExports } from './core-instance.js';
import { CoreMemory } from './core-memory.js';
import { DescribedModules } from './described-modules.js';

/** A core that a large function has made larger is let go of. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Operands that calls and blocks of many results may need beside one per byte of the body. */
const SPARE_OPERANDS = 65_536;
const BODY_PADDING = 64;
const PATCH_BYTES = 16;
const SPARE_PATCHES = 16;
/** Bytes of an injected body that there is room for before the memory has to grow. */
const INJECTED_BYTES_PER_BYTE = 3;
const SPARE_INJECTED_BYTES = 4_096;
const ENTRY_BYTES = 16;
const SPARE_ENTRIES = 4_096;
/** Code that there is room for before the memory has to grow. */
const CODE_BYTES_PER_BYTE = 6;
const SPARE_CODE_BYTES = 4_096;
/** The longest body that the core takes: with less of an operand stack than the JavaScript validator allows. */
const LONGEST_BODY = 2 ** 23;

/** What a module's bodies are injected with: see `assembly/injection-layout.ts`. */
export interface InjectionPlan {
  /** Words for the core: indices and prices, which helper it wants (-1), helpers' function indices or -1. */
  readonly words: Int32Array;
  /** What operators cost, as `ExecutionCosts` has it. */
  readonly operatorCosts: Int32Array;
  /** Makes the helper that the core wants, and writes its index to the words. */
  makeHelper(helper: number): void;
}

/** Index, in a plan's words, of the helper that the core wants. */
export const WANTED_HELPER = 11;

/** Code in the core's memory, until it is asked again. */
export interface CoreCode {
  readonly memory: Int32Array;
  /** First word, and the word behind the last. */
  readonly start: number;
  readonly end: number;
  readonly frameSlots: number;
}

/**
 * An instance of the core, with its memory and the modules that it has been told of. Its methods throw where it refuses: nothing that
 * it keeps is half done then.
 */
export class Core {
  private readonly memory: CoreMemory;
  private readonly modules: DescribedModules;
  private readonly frameWordsAt: number;
  private readonly frameSlotsAt: number;
  private readonly injectionWordsAt: number;
  private readonly operatorCostsAt: number;
  /** What the core charges by. */
  private operatorCosts: Int32Array | undefined;

  constructor(private readonly core: CoreExports) {
    this.memory = new CoreMemory(core.memory);
    this.modules = new DescribedModules(core, this.memory);
    this.frameWordsAt = core.frameWords();
    this.frameSlotsAt = core.frameSlots();
    this.injectionWordsAt = core.injectionWords();
    this.operatorCostsAt = core.operatorCosts();
  }

  /** The core's own functions: for asking the host in which tier it runs them. */
  get functions(): Pick<CoreExports, 'validate' | 'translate'> {
    const { validate, translate } = this.core;
    return { validate, translate };
  }

  get isLarge(): boolean {
    return this.memory.bytes.length > KEPT_BYTES;
  }

  /**
   * Whether the body is valid. False, or an error, when the core does not know: it is invalid, too large, needs other features, or has
   * lists of values that make more work than `mostValues`.
   */
  accepts(module: ParsedModule, functionIndex: number, mostValues = Infinity): boolean {
    const bodyBytes = bodyBytesOf(module, functionIndex);
    if (bodyBytes > LONGEST_BODY || !this.modules.select(module, bodyBytes)) return false;
    const at = this.modules.end;
    this.memory.reserve(at + 2 * bodyBytes + BODY_PADDING + SPARE_OPERANDS);
    this.copyBody(module, functionIndex, at);
    this.core.validate(functionIndex, at, bodyBytes, this.memory.bytes.length, mostValues);
    this.noteFrame(module, functionIndex);
    return true;
  }

  /** The code of a valid body; undefined, or an error, when the core does not know: it is too large, or needs other features. */
  translate(
    module: ParsedModule,
    functionIndex: number,
    { bytesPerFuel, consumeFuel, execution = DEFAULT_EXECUTION_COSTS }: Metering,
    mostBytes: number,
  ): CoreCode | undefined {
    const bodyBytes = bodyBytesOf(module, functionIndex);
    if (bodyBytes > LONGEST_BODY || !this.modules.select(module, bodyBytes)) return undefined;
    const at = this.modules.end;
    // No operator of one byte adds to the operand stack.
    const entries = (bodyBytes >> 1) + SPARE_ENTRIES;
    const codeAt = (at + bodyBytes + BODY_PADDING + ENTRY_BYTES * entries) & -ENTRY_BYTES;
    this.memory.reserve(codeAt + CODE_BYTES_PER_BYTE * bodyBytes + SPARE_CODE_BYTES);
    this.copyBody(module, functionIndex, at);
    this.core.meter(consumeFuel, bytesPerFuel);
    this.chargeBy(execution.operators);
    const words = this.core.translate(functionIndex, at, bodyBytes, codeAt, mostBytes);
    const memory = new Int32Array(this.memory.bytes.buffer);
    const start = codeAt >> 2;
    return { memory, start, end: start + words, frameSlots: memory[this.frameSlotsAt >> 2]! };
  }

  /** The injected body, its size first, until the core is asked again; undefined, or an error, when JavaScript must make it. */
  inject(
    module: ParsedModule,
    functionIndex: number,
    plan: InjectionPlan,
    compilationFuel: bigint,
  ): Uint8Array | undefined {
    const bodyBytes = bodyBytesOf(module, functionIndex);
    if (bodyBytes > LONGEST_BODY || !this.modules.select(module, bodyBytes)) return undefined;
    const at = this.modules.end;
    const patchesAt = (at + bodyBytes + BODY_PADDING) & -PATCH_BYTES;
    const outAt = patchesAt + PATCH_BYTES * (bodyBytes + SPARE_PATCHES);
    this.memory.reserve(outAt + INJECTED_BYTES_PER_BYTE * bodyBytes + SPARE_INJECTED_BYTES);
    this.copyBody(module, functionIndex, at);
    this.chargeBy(plan.operatorCosts);
    const definedIndex = functionIndex - module.importedFunctionCount;
    for (;;) {
      this.injectionWords(plan).set(plan.words);
      try {
        const length = this.core.inject(
          ...([definedIndex, at, bodyBytes, patchesAt, outAt, module.frameCosts[definedIndex]!] as const),
          module.makesCalls[definedIndex] !== 0,
          compilationFuel,
        );
        return this.memory.bytes.subarray(outAt, outAt + length);
      } catch (error) {
        const wanted = this.injectionWords(plan)[WANTED_HELPER]!;
        if (wanted < 0) throw error;
        plan.makeHelper(wanted);
      }
    }
  }

  private chargeBy(operatorCosts: Int32Array): void {
    if (operatorCosts === this.operatorCosts) return;
    new Int32Array(this.memory.bytes.buffer, this.operatorCostsAt, operatorCosts.length).set(operatorCosts);
    this.operatorCosts = operatorCosts;
  }

  private injectionWords({ words }: InjectionPlan): Int32Array {
    return new Int32Array(this.memory.bytes.buffer, this.injectionWordsAt, words.length);
  }

  private copyBody(module: ParsedModule, functionIndex: number, at: number): void {
    const offset = module.bodyOffsets[functionIndex - module.importedFunctionCount]!;
    const end = offset + bodyBytesOf(module, functionIndex);
    this.memory.bytes.set(module.bytes.subarray(offset, end), at);
  }

  private noteFrame(module: ParsedModule, functionIndex: number): void {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const { buffer } = this.memory.bytes;
    const [locals, operands, makesCalls, hasVectors] = new Uint32Array(buffer, this.frameWordsAt, 4);
    module.makesCalls[definedIndex] = makesCalls!;
    module.frameCosts[definedIndex] = frameCost({
      type: functionTypeAt(module, functionIndex),
      locals: locals!,
      operands: operands!,
      makesCalls: makesCalls !== 0,
      hasVectors: hasVectors !== 0,
    });
  }
}

/** Length of the body of the function (imports first). */
export function bodyBytesOf(module: ParsedModule, functionIndex: number): number {
  return module.bodyLengths[functionIndex - module.importedFunctionCount]!;
}
