import type { ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import type { Metering } from '../fuel/metering.js';
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
 *
 * In a fresh process hosts take longer to optimise what is called for each function than to run it, and do so once it has run some
 * thousand times its length. So `accepts` and `translate` do themselves what would be small functions, and leave to others what is seldom
 * done: a module of two thousand functions is through before.
 */
export class Core {
  private readonly memory: CoreMemory;
  private readonly modules: DescribedModules;
  private readonly frameSlotsAt: number;
  private readonly injectionWordsAt: number;
  private readonly operatorCostsAt: number;
  /** What the core charges by. */
  private operatorCosts: Int32Array | undefined;
  private consumesFuel: boolean | undefined;
  private bytesPerFuel: number | undefined;

  constructor(private readonly core: CoreExports) {
    this.memory = new CoreMemory(core.memory);
    this.modules = new DescribedModules(core, this.memory);
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
    // A refusal may have left it grown.
    if (this.memory.bytes.length === 0) this.memory.look();
    return this.memory.bytes.length > KEPT_BYTES;
  }

  /**
   * Whether the body is valid. False, or an error, when the core does not know: it is invalid, too large, needs other features, or has
   * lists of values that make more work than `mostValues`.
   */
  accepts(module: ParsedModule, functionIndex: number, mostValues = Infinity): boolean {
    const { memory, modules } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    if (bodyBytes > LONGEST_BODY || !modules.select(module, bodyBytes)) return false;
    const at = modules.end;
    const end = at + 2 * bodyBytes + BODY_PADDING + SPARE_OPERANDS;
    if (memory.bytes.length < end) memory.reserve(end);
    const offset = module.bodyOffsets[definedIndex]!;
    memory.bytes.set(module.bytes.subarray(offset, offset + bodyBytes), at);
    const frame = this.core.validate(functionIndex, at, bodyBytes, memory.bytes.length, mostValues);
    module.frameCosts[definedIndex] = frame >>> 1;
    module.makesCalls[definedIndex] = frame & 1;
    return true;
  }

  /** The code of a valid body; undefined, or an error, when the core does not know: it is too large, or needs other features. */
  translate(
    module: ParsedModule,
    functionIndex: number,
    metering: Metering,
    mostBytes: number,
  ): CoreCode | undefined {
    const { memory, modules } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    if (bodyBytes > LONGEST_BODY || !modules.select(module, bodyBytes)) return undefined;
    const at = modules.end;
    // No operator of one byte adds to the operand stack.
    const entries = (bodyBytes >> 1) + SPARE_ENTRIES;
    const codeAt = (at + bodyBytes + BODY_PADDING + ENTRY_BYTES * entries) & -ENTRY_BYTES;
    const end = codeAt + CODE_BYTES_PER_BYTE * bodyBytes + SPARE_CODE_BYTES;
    if (memory.bytes.length < end) memory.reserve(end);
    const offset = module.bodyOffsets[definedIndex]!;
    memory.bytes.set(module.bytes.subarray(offset, offset + bodyBytes), at);
    this.meter(metering);
    const words = this.core.translate(functionIndex, at, bodyBytes, codeAt, mostBytes);
    if (memory.words.length === 0) memory.look();
    const start = codeAt >> 2;
    return {
      memory: memory.words,
      start,
      end: start + words,
      frameSlots: memory.words[this.frameSlotsAt >> 2]!,
    };
  }

  /** The injected body, its size first, until the core is asked again; undefined, or an error, when JavaScript must make it. */
  inject(
    module: ParsedModule,
    functionIndex: number,
    plan: InjectionPlan,
    compilationFuel: bigint,
  ): Uint8Array | undefined {
    const { memory, modules } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    if (bodyBytes > LONGEST_BODY || !modules.select(module, bodyBytes)) return undefined;
    const at = modules.end;
    const patchesAt = (at + bodyBytes + BODY_PADDING) & -PATCH_BYTES;
    const outAt = patchesAt + PATCH_BYTES * (bodyBytes + SPARE_PATCHES);
    memory.reserve(outAt + INJECTED_BYTES_PER_BYTE * bodyBytes + SPARE_INJECTED_BYTES);
    const offset = module.bodyOffsets[definedIndex]!;
    memory.bytes.set(module.bytes.subarray(offset, offset + bodyBytes), at);
    this.chargeBy(plan.operatorCosts);
    const { words } = plan;
    const wordsAt = this.injectionWordsAt >> 2;
    for (;;) {
      memory.words.set(words, wordsAt);
      try {
        const length = this.core.inject(
          ...([definedIndex, at, bodyBytes, patchesAt, outAt, module.frameCosts[definedIndex]!] as const),
          module.makesCalls[definedIndex] !== 0,
          compilationFuel,
        );
        if (memory.bytes.length === 0) memory.look();
        return memory.bytes.subarray(outAt, outAt + length);
      } catch (error) {
        if (memory.words.length === 0) memory.look();
        const wanted = memory.words[wordsAt + WANTED_HELPER]!;
        if (wanted < 0) throw error;
        plan.makeHelper(wanted);
      }
    }
  }

  private meter({ bytesPerFuel, consumeFuel, execution = DEFAULT_EXECUTION_COSTS }: Metering): void {
    this.chargeBy(execution.operators);
    if (consumeFuel === this.consumesFuel && bytesPerFuel === this.bytesPerFuel) return;
    this.core.meter(consumeFuel, bytesPerFuel);
    this.consumesFuel = consumeFuel;
    this.bytesPerFuel = bytesPerFuel;
  }

  private chargeBy(operatorCosts: Int32Array): void {
    if (operatorCosts === this.operatorCosts) return;
    this.memory.words.set(operatorCosts, this.operatorCostsAt >> 2);
    this.operatorCosts = operatorCosts;
  }
}
