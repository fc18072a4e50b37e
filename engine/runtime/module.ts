import { functionTypeAt, type ImportDescriptor, type ParsedModule } from '../binary/parsed-module.js';
import type { HostModule } from '../host-executor/host-module.js';
import type { TranslatedFunction } from '../translate/translated-function.js';
import type { ExternalType } from '../types/external-type.js';
import type { Engine } from './engine.js';

export interface ModuleExport {
  readonly name: string;
  readonly type: ExternalType;
}

/** A loaded module. Immutable to its users; its functions' code is made once, whichever stores use it. */
export class Module {
  /** Per defined function: its code, once translated. */
  private readonly code: (TranslatedFunction | null)[];
  private readonly validated: Uint8Array;
  /** @internal The module as the host compiled it, for the host executor. */
  hostModule: HostModule | undefined = undefined;

  /** @internal use Engine.compile */
  constructor(
    readonly engine: Engine,
    readonly parsed: ParsedModule,
    /** Fuel that loading came to: parsing and whatever the compilation mode does while loading. */
    readonly fuelCharged: bigint,
  ) {
    this.code = new Array<TranslatedFunction | null>(parsed.bodyLengths.length).fill(null);
    this.validated = new Uint8Array(parsed.bodyLengths.length);
  }

  get imports(): readonly ImportDescriptor[] {
    return this.parsed.imports;
  }

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

  /** Bytes of a defined function's body; `functionIndex` counts imports first. */
  bodyBytes(functionIndex: number): number {
    return this.parsed.bodyLengths[functionIndex - this.parsed.importedFunctionCount]!;
  }

  /** Whether the function has been translated already, by whatever store. */
  isTranslated(functionIndex: number): boolean {
    return this.code[functionIndex - this.parsed.importedFunctionCount] !== null;
  }

  /** Fuel that a store pays for the first use of a function, in each phase left to the first call. */
  firstCallFuel(functionIndex: number): { readonly validate: bigint; readonly translate: bigint } {
    return this.engine.firstCallFuel(this.bodyBytes(functionIndex));
  }

  /**
   * The function's code, validated and translated now if it was not before. `charged` is what was paid for it, for the events.
   * @throws ValidationError, MalformedModuleError for a bad body in the `lazy` mode.
   */
  codeOf(
    functionIndex: number,
    charged?: { readonly validate: bigint; readonly translate: bigint },
  ): TranslatedFunction {
    const definedIndex = functionIndex - this.parsed.importedFunctionCount;
    const known = this.code[definedIndex];
    if (known !== null && known !== undefined) return known;
    if (this.validated[definedIndex] === 0) {
      this.engine.validateFunction(this, functionIndex, charged?.validate ?? 0n);
      this.validated[definedIndex] = 1;
    }
    const code = this.engine.translateFunction(this, functionIndex, charged?.translate ?? 0n);
    this.code[definedIndex] = code;
    return code;
  }

  /** @internal */
  validateAll(): void {
    const { engine, parsed } = this;
    const imported = parsed.importedFunctionCount;
    for (let i = 0; i < this.validated.length; i++) {
      engine.validateFunction(this, imported + i, engine.phaseFuel('validate', parsed.bodyLengths[i]!));
      this.validated[i] = 1;
    }
  }

  /** @internal */
  translateAll(): void {
    const { engine, parsed } = this;
    const imported = parsed.importedFunctionCount;
    for (let i = 0; i < this.code.length; i++) {
      this.code[i] = engine.translateFunction(
        this,
        imported + i,
        engine.phaseFuel('translate', parsed.bodyLengths[i]!),
      );
    }
  }
}
