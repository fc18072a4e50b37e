import type { ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import type { Metering } from '../fuel/metering.js';
import type { CoreExports } from './core-instance.js';
import { CoreMemory } from './core-memory.js';
import { DescribedModules } from './described-modules.js';

// Sizes in bytes. An enumeration, which the build writes out: each constant of a bundle is looked up, and checked, where it is used.
const enum Bytes {
  // A core that a large function has made larger is let go of.
  Kept = 16_777_216,
  BodyPadding = 64,
  Patch = 16,
  SparePatches = 256,
  // Of an injected body that there is room for before the memory has to grow.
  InjectedPerByte = 3,
  SpareInjected = 4_096,
}

// What a module's bodies are injected with: see `assembly/injection-layout.ts`.
export interface InjectionPlan {
  // Words for the core: indices and prices, which helper it wants (-1), helpers' function indices or -1.
  readonly words: Int32Array;
  // What operators cost, as `ExecutionCosts` has it.
  readonly operatorCosts: Int32Array;
  // Makes the helper that the core wants, and writes its index to the words.
  makeHelper(helper: number): void;
}

// Index, in a plan's words, of the helper that the core wants.
export const WANTED_HELPER = 11;

// Code in the core's memory, until it is asked again.
export interface CoreCode {
  readonly memory: Int32Array;
  // First word, and the word behind the last.
  readonly start: number;
  readonly end: number;
  readonly frameSlots: number;
}

// An instance of the core, with its memory and the modules that it has been told of. Its methods throw where it refuses: nothing that
// it keeps is half done then.
//
// In a fresh process hosts take longer to optimise what is called for each function than to run it, and do so once it has run some
// thousand times its length. So `accepts` and `translate` do themselves what would be small functions, and leave to others what is seldom
// done: a module of two thousand functions is through before.
export class Core {
  private readonly memory: CoreMemory;
  private readonly modules: DescribedModules;
  private readonly joinsAt: number;
  private readonly translatedAt: number;
  private readonly injectionWordsAt: number;
  private readonly operatorCostsAt: number;
  // What the core charges by.
  private operatorCosts: Int32Array | undefined;
  private consumesFuel: boolean | undefined;
  private bytesPerFuel: number | undefined;

  constructor(private readonly core: CoreExports) {
    this.memory = new CoreMemory(core.memory);
    this.modules = new DescribedModules(core, this.memory);
    this.joinsAt = core.joinsWords() >> 2;
    this.translatedAt = core.translatedWords() >> 2;
    this.injectionWordsAt = core.injectionWords();
    this.operatorCostsAt = core.operatorCosts();
  }

  // The core's own functions: for asking the host in which tier it runs them.
  get functions(): Pick<CoreExports, 'validate' | 'translate'> {
    const { validate, translate } = this.core;
    return { validate, translate };
  }

  get isLarge(): boolean {
    // A refusal may have left it grown.
    if (this.memory.bytes.length === 0) this.memory.look();
    return this.memory.bytes.length > Bytes.Kept;
  }

  // Whether the body is valid. False, or an error, when the core does not know: it is invalid, too large, needs other features, or has
  // lists of values that make more work than `mostValues`.
  accepts(module: ParsedModule, functionIndex: number, mostValues: number): boolean {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    const at = this.modules.bringBody(module, definedIndex, bodyBytes);
    if (at === 0) return false;
    noteFrame(module, definedIndex, this.core.validate(functionIndex, at, bodyBytes, mostValues));
    // Validating does not make the memory grow.
    module.joins[definedIndex] = this.memory.words[this.joinsAt]!;
    module.dear[definedIndex] = this.memory.words[this.joinsAt + 1]!;
    return true;
  }

  // The code of a valid body; undefined, or an error, when the core does not know: it is too large, or needs other features.
  translate(
    module: ParsedModule,
    functionIndex: number,
    metering: Metering,
    mostBytes: number,
  ): CoreCode | undefined {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    const at = this.modules.bringBody(module, definedIndex, bodyBytes);
    if (at === 0) return undefined;
    this.meter(metering);
    this.core.translate(functionIndex, at, bodyBytes, mostBytes);
    return this.translated();
  }

  // Does what `accepts` and `translate` do, in one pass: the code of a body, valid or not; undefined, or an error, when the core does not know.
  compile(
    module: ParsedModule,
    functionIndex: number,
    mostValues: number,
    metering: Metering,
    mostBytes: number,
  ): CoreCode | undefined {
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    const at = this.modules.bringBody(module, definedIndex, bodyBytes);
    if (at === 0) return undefined;
    this.meter(metering);
    const told = this.core.compile(functionIndex, at, bodyBytes, mostValues, mostBytes);
    noteFrame(module, definedIndex, told);
    const code = this.translated();
    module.joins[definedIndex] = code.memory[this.joinsAt]!;
    module.dear[definedIndex] = code.memory[this.joinsAt + 1]!;
    return code;
  }

  private translated(): CoreCode {
    const { memory, translatedAt } = this;
    if (memory.words.length === 0) memory.look();
    const { words } = memory;
    return {
      memory: words,
      start: words[translatedAt]!,
      end: words[translatedAt + 1]!,
      frameSlots: words[translatedAt + 2]!,
    };
  }

  // The injected body, its size first, until the core is asked again; undefined, or an error, when JavaScript must make it.
  inject(
    module: ParsedModule,
    functionIndex: number,
    plan: InjectionPlan,
    compilationFuel: bigint,
  ): Uint8Array | undefined {
    const { memory } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    const at = this.modules.bringBody(module, definedIndex, bodyBytes);
    if (at === 0) return undefined;
    const patchesAt = (at + bodyBytes + Bytes.BodyPadding) & -Bytes.Patch;
    const outAt = patchesAt + Bytes.Patch * bodyBytes + Bytes.SparePatches;
    memory.reserve(outAt + Bytes.InjectedPerByte * bodyBytes + Bytes.SpareInjected);
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

// What validation tells of the function's frames.
function noteFrame({ frameCosts, makesCalls }: ParsedModule, definedIndex: number, told: number): void {
  frameCosts[definedIndex] = told >>> 1;
  makesCalls[definedIndex] = told & 1;
}
