import { sha256 } from '../digest/sha-256.js';
import { functionTypeAt, type ImportDescriptor, type ParsedModule } from '../binary/parsed-module.js';
import { isBeforeCore } from '../core/front-end.js';
import { CompileError } from '../errors.js';
import { MOST_COMPILE_FUEL } from '../fuel/schedule.js';
import type { TranslatedFunction } from '../translate/translated-function.js';
import type { ExternalType } from '../types/external-type.js';
import { BodyScale, type BodyWeight } from '../validate/body-weight.js';
import { validateWithinFreeValues } from '../validate/validate-function.js';
import type { EngineParts, ValidationExtent } from './engine-parts.js';
import { instantiationFuel } from './instantiation-fuel.js';
import type { LoadCharge } from './load-charge.js';

/** What a module exports, by name and type. */
export interface ModuleExport {
  readonly name: string;
  readonly type: ExternalType;
}

/** A loaded module. Immutable to its users; its functions' code is made once, whichever stores use it. */
export class Module {
  /** Per defined function: its code, once translated. */
  private readonly code: (TranslatedFunction | null)[];
  private readonly validated: Uint8Array;

  private fuelOfInstance: bigint | undefined;
  private sha256OfBytes: string | undefined;
  /** Whether validating a body may translate it as well. */
  private translatesAlong = false;
  /** Fuel that loading came to: parsing and whatever the compilation mode does while loading. */
  fuelCharged = 0n;
  private bodyScale: BodyScale | undefined;
  /** Whether what a body counts as is known in full. */
  private readonly weighed: Uint8Array;
  /** Of the functions that count as more than their bytes, by function. */
  private readonly weights = new Map<number, BodyWeight>();
  /** Functions that prices are not known to hold for, as far as they were counted. */
  private readonly outside = new Set<number>();
  /** What makes bodies invalid that were validated on their first call, by function. */
  private readonly bodyErrors = new Map<number, CompileError>();

  /** @internal Bytes of its code that the engine holds. */
  readonly heldCode = { bytes: 0 };

  /** @internal use Engine.compile */
  constructor(
    readonly engine: EngineParts,
    readonly parsed: ParsedModule,
  ) {
    this.code = new Array<TranslatedFunction | null>(parsed.bodyLengths.length).fill(null);
    this.validated = new Uint8Array(parsed.bodyLengths.length);
    this.weighed = new Uint8Array(parsed.bodyLengths.length);
  }

  /** What must be given to instantiate the module, in its order. */
  get imports(): readonly ImportDescriptor[] {
    return this.parsed.imports;
  }

  /** What an instance of the module will export, in its order. */
  get exports(): readonly ModuleExport[] {
    return this.parsed.exports.map(({ name, kind, index }) => ({ name, type: this.typeOf(kind, index) }));
  }

  private typeOf(kind: ExternalType['kind'], index: number): ExternalType {
    const { parsed } = this;
    switch (kind) {
      case 'function':
        return { kind, type: functionTypeAt(parsed, index) };
      case 'table':
        return parsed.tables[index]!;
      case 'memory':
        return parsed.memories[index]!;
      case 'global':
        return parsed.globals[index]!;
    }
  }

  /** The contents of all custom sections of that name, copied. */
  customSections(name: string): Uint8Array[] {
    return this.parsed.customSections
      .filter((section) => section.name === name)
      .map(({ bytesOffset, bytesLength }) => this.parsed.bytes.slice(bytesOffset, bytesOffset + bytesLength));
  }

  /** SHA-256 of the module's bytes, in hexadecimals. */
  get digest(): string {
    return (this.sha256OfBytes ??= sha256(this.parsed.bytes));
  }

  /** Bytes of a defined function's body; `functionIndex` counts imports first. */
  bodyBytes(functionIndex: number): number {
    return this.parsed.bodyLengths[functionIndex - this.parsed.importedFunctionCount]!;
  }

  /** Fuel of making an instance of the module, its start function apart; 0 when fuel is not consumed. */
  get instantiationFuel(): bigint {
    const { consumeFuel, bytesPerFuel } = this.engine.metering;
    this.fuelOfInstance ??= consumeFuel ? instantiationFuel(this.parsed, bytesPerFuel) : 0n;
    return this.fuelOfInstance;
  }

  /**
   * @internal Weighs all bodies, and tells which of them are known to be valid then: those with lists of values that make no more work of them
   * than their bytes pay for. Nobody is told of an event: stores tell when they pay.
   */
  weighAll(): (functionIndex: number) => boolean {
    const { importedFunctionCount } = this.parsed;
    const valid = new Uint8Array(this.weighed.length);
    for (let i = 0; i < this.weighed.length; i++)
      if (this.weighByLooking(importedFunctionCount + i)) valid[i] = 1;
    return (functionIndex) => valid[functionIndex - importedFunctionCount] === 1;
  }

  private weighByLooking(functionIndex: number): boolean {
    this.leastWeightOf(functionIndex);
    if (this.isWeighed(functionIndex)) return false;
    try {
      if (!validateWithinFreeValues(this.parsed, functionIndex)) return false;
    } catch (error) {
      if (error instanceof CompileError) return false;
      throw error;
    }
    this.keepWeight(functionIndex, this.scale.ofValidated(functionIndex));
    return true;
  }

  /** What the function is charged for in one phase; 0 when fuel is not consumed. */
  phaseFuel(phase: 'validate' | 'translate', functionIndex: number): bigint {
    return this.fuelOf(phase, functionIndex, this.weightOf(functionIndex));
  }

  /** The least that it can be charged for: what is known before a body is validated whose lists of values may add to it. */
  private leastPhaseFuel(phase: 'validate' | 'translate', functionIndex: number): bigint {
    return this.fuelOf(phase, functionIndex, this.leastWeightOf(functionIndex));
  }

  private fuelOf(phase: 'validate' | 'translate', functionIndex: number, weight: BodyWeight): bigint {
    if (!this.engine.metering.consumeFuel) return 0n;
    const fuel = this.engine.phaseFuel(phase, weight[phase], this.bodyBytes(functionIndex));
    return fuel < MOST_COMPILE_FUEL ? fuel : MOST_COMPILE_FUEL;
  }

  /** @internal Whether the function is none that the prices of both phases are known to hold for, and nobody has been told so before. */
  turnsOutOutside(functionIndex: number): boolean {
    if (!this.isOutsideDomain(functionIndex) || this.outside.has(functionIndex)) return false;
    this.outside.add(functionIndex);
    return true;
  }

  private isOutsideDomain(functionIndex: number): boolean {
    const { costs } = this.engine;
    const { translate, validate } = this.weightOf(functionIndex);
    const bytes = this.bodyBytes(functionIndex);
    return (
      costs.isOutsideDomain('validate', bytes, validate) ||
      costs.isOutsideDomain('translate', bytes, translate)
    );
  }

  /** @internal Fuel for one phase of all bodies, or the least that it can come to. */
  phaseFuelOfAll(phase: 'validate' | 'translate', measure: 'least' | 'full' = 'full'): bigint {
    let fuel = 0n;
    if (!this.engine.metering.consumeFuel) return fuel;
    const { importedFunctionCount, functionTypeIndices } = this.parsed;
    for (let index = importedFunctionCount; index < functionTypeIndices.length; index++) {
      fuel += measure === 'full' ? this.phaseFuel(phase, index) : this.leastPhaseFuel(phase, index);
    }
    return fuel;
  }

  private get scale(): BodyScale {
    return (this.bodyScale ??= new BodyScale(this.parsed));
  }

  /** @internal What the function's body counts as; a pass over it tells where nothing has told it before. */
  weightOf(functionIndex: number): BodyWeight {
    if (!this.isWeighed(functionIndex)) this.keepWeight(functionIndex, this.scale.weigh(functionIndex));
    return this.knownWeight(functionIndex);
  }

  private leastWeightOf(functionIndex: number): BodyWeight {
    if (this.isWeighed(functionIndex)) return this.knownWeight(functionIndex);
    const { isExact, weight } = this.scale.least(functionIndex);
    if (isExact) this.keepWeight(functionIndex, weight);
    return weight;
  }

  private isWeighed(functionIndex: number): boolean {
    return this.weighed[functionIndex - this.parsed.importedFunctionCount] !== 0;
  }

  private keepWeight(functionIndex: number, weight: BodyWeight): void {
    this.weighed[functionIndex - this.parsed.importedFunctionCount] = 1;
    if (weight.translate > this.bodyBytes(functionIndex)) this.weights.set(functionIndex, weight);
  }

  private knownWeight(functionIndex: number): BodyWeight {
    const bytes = this.bodyBytes(functionIndex);
    return this.weights.get(functionIndex) ?? { validate: bytes, translate: bytes, hostCopies: 0 };
  }

  /** Whether the function has been compiled already, by whatever store, or found invalid. */
  isCompiled(functionIndex: number): boolean {
    const definedIndex = functionIndex - this.parsed.importedFunctionCount;
    return this.code[definedIndex] !== null || this.bodyErrors.has(functionIndex);
  }

  /** Fuel that a store pays for the first use of a function, in each phase left to the first call. */
  firstCallFuel(functionIndex: number): { readonly validate: bigint; readonly translate: bigint } {
    const { compilationMode } = this.engine;
    return {
      validate: compilationMode === 'lazy' ? this.phaseFuel('validate', functionIndex) : 0n,
      translate: compilationMode === 'eager' ? 0n : this.phaseFuel('translate', functionIndex),
    };
  }

  /**
   * @internal Finds out what `firstCallFuel` is. Where that takes a look at the body, and `fuel` covers the least that it can be, validating does: a
   * body is valid then that makes no more work than its bytes pay for, as nearly all do, and a pass over it is spared.
   */
  weighForFirstCall(functionIndex: number, fuel: bigint): void {
    if (!this.engine.metering.consumeFuel) return;
    const least = this.leastWeightOf(functionIndex);
    if (this.isWeighed(functionIndex) || this.engine.compilationMode !== 'lazy') return;
    const validate = this.fuelOf('validate', functionIndex, least);
    if (fuel < validate + this.fuelOf('translate', functionIndex, least)) return;
    try {
      this.validateAsPaid(functionIndex, validate);
    } catch (error) {
      this.keepBodyError(functionIndex, error);
    }
  }

  /**
   * Validates the body as far as the least that it counts as pays for; whether that was all, and its weight is known. `fuelCharged` is for
   * the events.
   */
  private validateAsPaid(functionIndex: number, fuelCharged: bigint): boolean {
    // Kept before anybody hears of it: listeners may call the function.
    return this.engine.validateFunction(this, functionIndex, fuelCharged, 'free-values', () => {
      this.keepWeight(functionIndex, this.scale.ofValidated(functionIndex));
      this.validated[functionIndex - this.parsed.importedFunctionCount] = 1;
    });
  }

  private keepBodyError(functionIndex: number, error: unknown): void {
    if (!(error instanceof CompileError)) throw error;
    this.validated[functionIndex - this.parsed.importedFunctionCount] = 1;
    this.bodyErrors.set(functionIndex, error);
  }

  /**
   * What is wrong with the function's body; undefined if nothing is. It is validated now if it was not before, and its error kept.
   * `fuelCharged` is what was paid for that, for the events.
   */
  bodyErrorOf(functionIndex: number, fuelCharged = 0n): CompileError | undefined {
    const definedIndex = functionIndex - this.parsed.importedFunctionCount;
    if (this.validated[definedIndex] === 0) {
      this.validated[definedIndex] = 1;
      try {
        this.engine.validateFunction(this, functionIndex, fuelCharged, 'all');
      } catch (error) {
        this.keepBodyError(functionIndex, error);
      }
    }
    return this.bodyErrors.get(functionIndex);
  }

  /** The valid function's code, translated now if it was not before. `fuelCharged` is what was paid for it, for the events. */
  codeOf(functionIndex: number, fuelCharged = 0n): TranslatedFunction {
    const definedIndex = functionIndex - this.parsed.importedFunctionCount;
    if (this.code[definedIndex] === null) this.translate(functionIndex, fuelCharged);
    return this.code[definedIndex]!;
  }

  /** The code is kept before anybody hears of it: listeners may call the function. */
  private translate(functionIndex: number, fuelCharged: bigint): void {
    const definedIndex = functionIndex - this.parsed.importedFunctionCount;
    this.engine.translateFunction(
      this,
      functionIndex,
      fuelCharged,
      (code) => (this.code[definedIndex] = code),
    );
  }

  /**
   * @internal Charges each body before it is validated, and what its lists of values add before those are looked at. Bodies are translated along
   * with that if `translatesAlong`, as long as they can be: `translateAll` charges for it all the same.
   *
   * @throws the CompileError of the first invalid one; OutOfFuelError where the budget did not know of what lists of values add
   */
  validateAll(charge: LoadCharge, translatesAlong = false): void {
    this.translatesAlong = translatesAlong;
    this.engine.observers.inTurn(this, {
      phase: 'validate',
      charge,
      at: 0,
      compile: (index, isTimed) => this.validateCharged(index, charge, isTimed),
      fuelOf: (index) => this.phaseFuel('validate', index),
    });
  }

  /** A body that is timed is not translated along. */
  private validateCharged(functionIndex: number, charge: LoadCharge, isTimed: boolean): void {
    const least = this.leastWeightOf(functionIndex);
    const fuel = this.fuelOf('validate', functionIndex, least);
    const isWeighed = this.isWeighed(functionIndex);
    charge.charged += fuel;
    try {
      if (
        !isWeighed &&
        ((!isTimed && this.compileAlong(functionIndex, 'free-values')) ||
          this.validateAsPaid(functionIndex, fuel))
      ) {
        // Its joins add to what translating it comes to.
        if (
          this.engine.compilationMode === 'eager' &&
          this.weightOf(functionIndex).translate > least.translate
        )
          charge.requireInFull();
        return;
      }
    } catch (error) {
      if (error instanceof CompileError) charge.charged += this.phaseFuel('validate', functionIndex) - fuel;
      throw error;
    }
    // Its lists of values add to the least that it counts as.
    if (!isWeighed) charge.requireInFull();
    const inFull = this.phaseFuel('validate', functionIndex);
    charge.charged += inFull - fuel;
    if (!isTimed && this.compileAlong(functionIndex, 'all')) return;
    this.engine.validateFunction(this, functionIndex, inFull, 'all');
    this.validated[functionIndex - this.parsed.importedFunctionCount] = 1;
  }

  /**
   * Validates and translates the body in one pass if that is due; whether it was done. The first body that it fails with ends that for the module: no
   * more than one is looked at twice. Bodies that it is too soon for, nobody having looked at them, end nothing.
   */
  private compileAlong(functionIndex: number, extent: ValidationExtent): boolean {
    if (!this.translatesAlong || isBeforeCore(this.parsed, functionIndex)) return false;
    return (this.translatesAlong = this.engine.compileFunction(this, functionIndex, extent, (code) => {
      const definedIndex = functionIndex - this.parsed.importedFunctionCount;
      this.code[definedIndex] = code;
      this.validated[definedIndex] = 1;
      if (extent === 'free-values') this.keepWeight(functionIndex, this.scale.ofValidated(functionIndex));
    }));
  }

  /** @internal Charges each body before it is translated. */
  translateAll(charge: LoadCharge): void {
    this.engine.observers.inTurn(this, {
      phase: 'translate',
      charge,
      at: 0,
      compile: (index) => this.translateCharged(index, charge),
      fuelOf: (index) => this.phaseFuel('translate', index),
      isDone: (index) => this.code[index - this.parsed.importedFunctionCount] !== null,
    });
  }

  private translateCharged(functionIndex: number, charge: LoadCharge): void {
    const fuel = this.phaseFuel('translate', functionIndex);
    charge.charged += fuel;
    if (this.code[functionIndex - this.parsed.importedFunctionCount] === null)
      this.translate(functionIndex, fuel);
  }
}
