/**
 * A walk over a module's binary that tells which proposals it needs, what it imports from where, and the types of its
 * exported functions. It is written apart from the engine's decoder on purpose: it decides what may be skipped, so it
 * must not share the engine's mistakes. It validates nothing, and ends quietly where the binary stops making sense.
 */

/** A proposal beyond WebAssembly 2.0 that a module can need. */
export type Proposal =
  | 'tail calls'
  | 'extended constant expressions'
  | 'multiple memories'
  | '64-bit addresses'
  | '64-bit table addresses'
  | 'relaxed SIMD'
  | 'custom page sizes'
  | 'wide arithmetic'
  | 'typed function references'
  | 'garbage collection'
  | 'exception handling'
  | 'legacy exception handling'
  | 'threads'
  | 'stack switching'
  | 'custom descriptors';

/** A function type by the binary codes of its parameters and results; undefined where a type is not one byte. */
export interface FunctionSignature {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

export interface GlobalSignature {
  readonly type: number;
  readonly mutable: boolean;
}

export interface ModuleOutline {
  readonly needs: ReadonlySet<Proposal>;
  /** Module names of the imports. */
  readonly importedModules: ReadonlySet<string>;
  /** The signatures of exported functions, for those made of types of WebAssembly 2.0. */
  readonly exportedFunctions: ReadonlyMap<string, FunctionSignature>;
  readonly exportedGlobals: ReadonlyMap<string, GlobalSignature>;
}

export function outlineModule(bytes: Uint8Array): ModuleOutline {
  const walk = new Walk(bytes);
  walk.module();
  return walk;
}

/** The binary stops making sense here. */
class EndOfSense extends Error {}

const SECTION = {
  type: 1,
  import: 2,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  element: 9,
  code: 10,
  tag: 13,
};
const SECTION_FUNCTION = 3;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Walk implements ModuleOutline {
  readonly needs = new Set<Proposal>();
  readonly importedModules = new Set<string>();
  readonly exportedFunctions = new Map<string, FunctionSignature>();
  private readonly types: (FunctionSignature | undefined)[] = [];
  private readonly functionTypes: number[] = [];
  readonly exportedGlobals = new Map<string, GlobalSignature>();
  private readonly globals: GlobalSignature[] = [];
  private importedGlobals = 0;
  private memories = 0;
  private position = 0;
  private end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.end = bytes.length;
  }

  module(): void {
    this.position = 8;
    while (this.position < this.bytes.length) {
      try {
        const id = this.byte();
        const length = this.unsigned();
        const next = this.position + length;
        if (next > this.bytes.length) return;
        this.within(next, () => this.section(id));
      } catch (error) {
        if (!(error instanceof EndOfSense)) throw error;
        return;
      }
    }
  }

  /** Runs `step` with the input ending at `end`, and goes on there, whatever the step made of it. */
  private within(end: number, step: () => void): void {
    const outerEnd = this.end;
    this.end = end;
    try {
      step();
    } catch (error) {
      if (!(error instanceof EndOfSense)) throw error;
    } finally {
      this.end = outerEnd;
      this.position = end;
    }
  }

  private section(id: number): void {
    switch (id) {
      case SECTION.type:
        return this.vector(() => this.recursiveType());
      case SECTION.import:
        return this.vector(() => this.import());
      case SECTION_FUNCTION:
        return this.vector(() => this.functionTypes.push(this.unsigned()));
      case SECTION.table:
        return this.vector(() => this.table());
      case SECTION.memory:
        return this.vector(() => this.memory());
      case SECTION.global:
        return this.vector(() => {
          this.globalType();
          this.constantExpression();
        });
      case SECTION.export:
        return this.vector(() => this.export());
      case SECTION.element:
        return this.vector(() => this.element());
      case SECTION.code:
        return this.vector(() => {
          const end = this.unsigned() + this.position;
          if (end > this.end) throw new EndOfSense();
          this.within(end, () => this.body());
        });
      case SECTION.tag:
        this.needs.add('exception handling');
        return;
      case 11:
        return this.vector(() => this.data());
    }
  }

  private recursiveType(): void {
    if (this.peek() === 0x4e) {
      this.needs.add('garbage collection');
      this.position++;
      this.vector(() => this.subType());
    } else {
      this.subType();
    }
  }

  private subType(): void {
    if (this.peek() === 0x50 || this.peek() === 0x4f) {
      this.needs.add('garbage collection');
      this.position++;
      this.vector(() => this.unsigned());
    }
    while (this.peek() === 0x4c || this.peek() === 0x4d) {
      this.needs.add('custom descriptors');
      this.position++;
      this.unsigned();
    }
    if (this.peek() === 0x65) {
      this.needs.add('threads');
      this.position++;
    }
    switch (this.byte()) {
      case 0x60: {
        const parameters: number[] = [];
        const results: number[] = [];
        this.vector(() => parameters.push(this.valueType()));
        this.vector(() => results.push(this.valueType()));
        const plain = ![...parameters, ...results].includes(NOT_PLAIN);
        this.types.push(plain ? { parameters, results } : undefined);
        return;
      }
      case 0x5f:
        this.needs.add('garbage collection');
        this.types.push(undefined);
        return this.vector(() => this.field());
      case 0x5e:
        this.needs.add('garbage collection');
        this.types.push(undefined);
        return this.field();
      case 0x5d:
        this.needs.add('stack switching');
        this.types.push(undefined);
        this.signed();
        return;
      default:
        throw new EndOfSense();
    }
  }

  private field(): void {
    if (this.peek() === 0x78 || this.peek() === 0x77) this.position++;
    else this.valueType();
    this.byte();
  }

  /** The type's binary code, or NOT_PLAIN for a type beyond WebAssembly 2.0. */
  private valueType(): number {
    const code = this.byte();
    switch (code) {
      case 0x7f:
      case 0x7e:
      case 0x7d:
      case 0x7c:
      case 0x7b:
      case 0x70:
      case 0x6f:
        return code;
      case 0x63:
      case 0x64:
        this.needs.add('typed function references');
        this.heapType();
        return NOT_PLAIN;
      default:
        this.abstractHeapType(code);
        return NOT_PLAIN;
    }
  }

  private heapType(): void {
    if (this.peek() === 0x62) {
      this.needs.add('custom descriptors');
      this.position++;
    }
    if (this.peek() === 0x65) {
      this.needs.add('threads');
      this.position++;
    }
    const code = this.peek();
    const type = this.signed();
    if (type >= 0) this.needs.add('typed function references');
    else if (code !== 0x70 && code !== 0x6f) this.abstractHeapType(code);
  }

  private abstractHeapType(code: number): void {
    switch (code) {
      case 0x6e:
      case 0x6d:
      case 0x6c:
      case 0x6b:
      case 0x6a:
      case 0x71:
      case 0x72:
      case 0x73:
        this.needs.add('garbage collection');
        return;
      case 0x69:
      case 0x74:
        this.needs.add('exception handling');
        return;
      case 0x68:
      case 0x75:
        this.needs.add('stack switching');
        return;
      default:
        throw new EndOfSense();
    }
  }

  private limits(of: 'memory' | 'table'): void {
    const flags = this.unsigned();
    if (flags > 0b1111) throw new EndOfSense();
    if ((flags & 0b0010) !== 0) this.needs.add('threads');
    if ((flags & 0b0100) !== 0)
      this.needs.add(of === 'memory' ? '64-bit addresses' : '64-bit table addresses');
    this.skipInteger();
    if ((flags & 0b0001) !== 0) this.skipInteger();
    if ((flags & 0b1000) !== 0) {
      this.needs.add('custom page sizes');
      this.unsigned();
    }
  }

  private memory(): void {
    this.limits('memory');
    if (++this.memories > 1) this.needs.add('multiple memories');
  }

  private table(): void {
    const initialized = this.peek() === 0x40;
    if (initialized) {
      this.needs.add('typed function references');
      this.position += 2;
    }
    this.valueType();
    this.limits('table');
    if (initialized) this.constantExpression();
  }

  private globalType(): void {
    this.globals.push({ type: this.valueType(), mutable: this.byte() === 1 });
  }

  private import(): void {
    this.importedModules.add(this.name());
    this.name();
    switch (this.byte()) {
      case 0:
        this.functionTypes.push(this.unsigned());
        return;
      case 1:
        this.valueType();
        return this.limits('table');
      case 2:
        return this.memory();
      case 3:
        this.importedGlobals++;
        return this.globalType();
      case 4:
        this.needs.add('exception handling');
        this.byte();
        this.unsigned();
        return;
      default:
        throw new EndOfSense();
    }
  }

  private export(): void {
    const name = this.name();
    const kind = this.byte();
    const index = this.unsigned();
    const signature = kind === 0 ? this.types[this.functionTypes[index] ?? -1] : undefined;
    if (signature !== undefined) this.exportedFunctions.set(name, signature);
    const global = kind === 3 ? this.globals[index] : undefined;
    if (global !== undefined && global.type !== NOT_PLAIN) this.exportedGlobals.set(name, global);
    if (kind === 4) this.needs.add('exception handling');
  }

  private element(): void {
    const flags = this.unsigned();
    if (flags > 7) throw new EndOfSense();
    const active = (flags & 1) === 0;
    if (active && (flags & 2) !== 0) this.unsigned();
    if (active) this.constantExpression();
    const expressions = (flags & 4) !== 0;
    if ((flags & 3) !== 0) {
      if (expressions) this.valueType();
      else this.byte();
    }
    this.vector(() => {
      if (expressions) this.constantExpression();
      else this.unsigned();
    });
  }

  private data(): void {
    const flags = this.unsigned();
    if (flags > 2) throw new EndOfSense();
    if (flags === 2 && this.unsigned() > 0) this.needs.add('multiple memories');
    if (flags !== 1) this.constantExpression();
    this.skip(this.unsigned());
  }

  private constantExpression(): void {
    for (;;) {
      const opcode = this.byte();
      switch (opcode) {
        case 0x0b:
          return;
        case 0x23:
          // up to WebAssembly 2.0 a constant expression sees imported globals only
          if (this.unsigned() >= this.importedGlobals) this.needs.add('extended constant expressions');
          break;
        case 0x6a:
        case 0x6b:
        case 0x6c:
        case 0x7c:
        case 0x7d:
        case 0x7e:
          this.needs.add('extended constant expressions');
          break;
        default:
          this.operator(opcode);
      }
    }
  }

  private body(): void {
    this.vector(() => {
      this.unsigned();
      this.valueType();
    });
    while (this.position < this.end) this.operator(this.byte());
  }

  private operator(opcode: number): void {
    if (opcode >= 0x28 && opcode <= 0x3e) return this.memoryArgument();
    if (opcode >= 0x45 && opcode <= 0xc4) return;
    switch (opcode) {
      case 0x00: // unreachable
      case 0x01: // nop
      case 0x05: // else
      case 0x0b: // end
      case 0x0f: // return
      case 0x1a: // drop
      case 0x1b: // select
      case 0xd1: // ref.is_null
        return;
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
        return this.blockType();
      case 0x06: // try
      case 0x07: // catch
      case 0x09: // rethrow
      case 0x18: // delegate
      case 0x19: // catch_all
        this.needs.add('legacy exception handling');
        throw new EndOfSense();
      case 0x08: // throw
        this.needs.add('exception handling');
        this.unsigned();
        return;
      case 0x0a: // throw_ref
        this.needs.add('exception handling');
        return;
      case 0x0c: // br
      case 0x0d: // br_if
      case 0x10: // call
      case 0x20: // local.get
      case 0x21: // local.set
      case 0x22: // local.tee
      case 0x23: // global.get
      case 0x24: // global.set
      case 0x25: // table.get
      case 0x26: // table.set
      case 0xd2: // ref.func
        this.unsigned();
        return;
      case 0x0e: // br_table
        this.vector(() => this.unsigned());
        this.unsigned();
        return;
      case 0x11: // call_indirect
        this.unsigned();
        this.unsigned();
        return;
      case 0x12: // return_call
        this.needs.add('tail calls');
        this.unsigned();
        return;
      case 0x13: // return_call_indirect
        this.needs.add('tail calls');
        this.unsigned();
        this.unsigned();
        return;
      case 0x14: // call_ref
      case 0x15: // return_call_ref
      case 0xd5: // br_on_null
      case 0xd6: // br_on_non_null
        this.needs.add('typed function references');
        this.unsigned();
        return;
      case 0xd4: // ref.as_non_null
        this.needs.add('typed function references');
        return;
      case 0x1c: // select with types
        return this.vector(() => this.valueType());
      case 0x1f: // try_table
        this.needs.add('exception handling');
        this.blockType();
        return this.vector(() => {
          if (this.byte() < 2) this.unsigned();
          this.unsigned();
        });
      case 0x3f: // memory.size
      case 0x40: // memory.grow
        return this.memoryIndex();
      case 0x41: // i32.const
      case 0x42: // i64.const
        return this.skipInteger();
      case 0x43: // f32.const
        return this.skip(4);
      case 0x44: // f64.const
        return this.skip(8);
      case 0xd0: // ref.null
        return this.heapType();
      case 0xd3: // ref.eq
      case 0xfb:
        // the operands differ per operator: what else the body needs does not matter
        this.needs.add('garbage collection');
        throw new EndOfSense();
      case 0xe0: // cont.new to resume_throw
      case 0xe1:
      case 0xe2:
      case 0xe3:
      case 0xe4:
      case 0xe5:
        this.needs.add('stack switching');
        throw new EndOfSense();
      case 0xfc:
        return this.miscellaneousOperator(this.unsigned());
      case 0xfd:
        return this.vectorOperator(this.unsigned());
      case 0xfe:
        this.needs.add('threads');
        throw new EndOfSense();
      default:
        throw new EndOfSense();
    }
  }

  private miscellaneousOperator(opcode: number): void {
    if (opcode < 8) return; // saturating truncation
    switch (opcode) {
      case 8: // memory.init
        this.unsigned();
        return this.memoryIndex();
      case 10: // memory.copy
        this.memoryIndex();
        return this.memoryIndex();
      case 11: // memory.fill
        return this.memoryIndex();
      case 12: // table.init
      case 14: // table.copy
        this.unsigned();
        this.unsigned();
        return;
      case 9: // data.drop
      case 13: // elem.drop
      case 15: // table.grow
      case 16: // table.size
      case 17: // table.fill
        this.unsigned();
        return;
      case 19: // i64.add128
      case 20: // i64.sub128
      case 21: // i64.mul_wide_s
      case 22: // i64.mul_wide_u
        this.needs.add('wide arithmetic');
        return;
      default:
        throw new EndOfSense();
    }
  }

  private vectorOperator(opcode: number): void {
    if (opcode <= 11 || opcode === 92 || opcode === 93) {
      this.memoryArgument();
    } else if (opcode === 12 || opcode === 13) {
      this.skip(16);
    } else if (opcode >= 21 && opcode <= 34) {
      this.byte();
    } else if (opcode >= 84 && opcode <= 91) {
      this.memoryArgument();
      this.byte();
    } else if (opcode >= 0x100 && opcode <= 0x113) {
      this.needs.add('relaxed SIMD');
    } else if (opcode > 0xff) {
      throw new EndOfSense();
    }
  }

  private blockType(): void {
    const code = this.peek();
    if (code === 0x40) this.position++;
    else if (code >= 0x60 && code < 0x80) this.valueType();
    else this.signed();
  }

  private memoryArgument(): void {
    const flags = this.unsigned();
    if ((flags & 0x40) !== 0) this.memoryIndex();
    this.skipInteger();
  }

  private memoryIndex(): void {
    if (this.unsigned() > 0) this.needs.add('multiple memories');
  }

  private vector(item: () => void): void {
    for (let count = this.unsigned(); count > 0; count--) item();
  }

  private name(): string {
    const length = this.unsigned();
    const start = this.position;
    this.skip(length);
    return decoder.decode(this.bytes.subarray(start, start + length));
  }

  private peek(): number {
    if (this.position >= this.end) throw new EndOfSense();
    return this.bytes[this.position]!;
  }

  private byte(): number {
    const byte = this.peek();
    this.position++;
    return byte;
  }

  private skip(length: number): void {
    if (this.position + length > this.end) throw new EndOfSense();
    this.position += length;
  }

  /** An unsigned LEB128 integer of up to 32 bits. */
  private unsigned(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    throw new EndOfSense();
  }

  /** A signed LEB128 integer of up to 33 bits. */
  private signed(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? result : result - 2 ** (shift + 7);
    }
    throw new EndOfSense();
  }

  /** A LEB128 integer of up to 64 bits, whose value does not matter. */
  private skipInteger(): void {
    for (let length = 0; length < 10; length++) if (this.byte() < 0x80) return;
    throw new EndOfSense();
  }
}

/** Stands for a value type that is not one byte of WebAssembly 2.0. */
const NOT_PLAIN = 0;
