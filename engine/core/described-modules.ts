import type { ParsedModule } from '../binary/parsed-module.js';
import { DEFAULT_FEATURES, FEATURE_NAMES, type FeatureName, type Features } from '../features.js';
import type { CoreExports } from './core-instance.js';
import type { CoreMemory } from './core-memory.js';
import { descriptionBytes, writeDescription } from './module-layout.js';

/** Sizes in bytes. An enumeration, which the build writes out: constants of a bundle are looked up, and checked, where they are used. */
const enum Bytes {
  /** The longest body that the core takes: with less of an operand stack than the JavaScript validator allows. */
  LongestBody = 8_388_608,
  /** Behind a body, beside one for each byte of it: see `assembly/validate/validator.ts`. */
  OperandSpace = 65_600,
}
/** Room for descriptions of modules. When it is full all are forgotten, and laid out again when they are asked for. */
const DESCRIPTIONS_BYTES = 4 * 1024 * 1024;

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

/** The modules that a core has been told of, from its heap's first address on. None is kept alive by it. */
export class DescribedModules {
  private readonly residences = new WeakMap<ParsedModule, Residence>();
  private readonly suitable = new WeakMap<Features, boolean>();
  private generation = 0;
  /** The module that the core looks into. */
  private current: WeakRef<ParsedModule> | undefined;
  /** Bytes of bodies seen since descriptions were last forgotten. */
  private bytesSinceForgotten = DESCRIPTIONS_BYTES;
  private readonly start: number;
  /** Address behind the last description. */
  private end: number;

  constructor(
    private readonly core: CoreExports,
    private readonly memory: CoreMemory,
  ) {
    this.start = this.end = core.heap();
  }

  /**
   * Makes the module the one that the core looks into, and copies the body there, with room for its operands behind it. Returns the
   * address; 0 when the core cannot take it, or when laying the module out anew would not pay.
   */
  bringBody(module: ParsedModule, definedIndex: number, bodyBytes: number): number {
    if (bodyBytes > Bytes.LongestBody) return 0;
    this.bytesSinceForgotten += bodyBytes;
    if (this.current?.deref() !== module && !this.select(module)) return 0;
    const { end, memory } = this;
    memory.reserve(end + 2 * bodyBytes + Bytes.OperandSpace);
    const offset = module.bodyOffsets[definedIndex]!;
    memory.bytes.set(module.bytes.subarray(offset, offset + bodyBytes), end);
    return end;
  }

  private select(module: ParsedModule): boolean {
    // Whatever ends this early, no description is taken for another module's.
    this.current = undefined;
    const at = this.addressOf(module);
    if (at === undefined) return false;
    this.core.describe(at);
    this.current = new WeakRef(module);
    return true;
  }

  private addressOf(module: ParsedModule): number | undefined {
    const residence = this.residenceOf(module);
    if (residence.generation === this.generation) return residence.at;
    const { bytes } = residence;
    if (bytes > DESCRIPTIONS_BYTES) return undefined;
    if (this.end + bytes > this.start + DESCRIPTIONS_BYTES) {
      // Modules that take turns must not have one another's descriptions laid out again for each small function.
      if (this.bytesSinceForgotten < DESCRIPTIONS_BYTES / 4) return undefined;
      this.bytesSinceForgotten = 0;
      this.generation++;
      this.end = this.start;
    }
    const at = this.end;
    this.memory.reserve(at + bytes);
    writeDescription(module, this.memory.bytes.buffer, at);
    this.end = at + bytes;
    residence.at = at;
    residence.generation = this.generation;
    return at;
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
}
