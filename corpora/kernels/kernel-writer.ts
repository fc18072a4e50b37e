import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType, type OperatorClass, type SizedWork } from '@wasm-dyno/engine';
import { FunctionBuilder } from '../generated/function-builder.js';
import type { Random, Weighted } from '../random.js';
import {
  KEEPING_OPERATORS,
  KERNEL_LOADS,
  KERNEL_OPERATORS,
  KERNEL_STORES,
  type KernelType,
} from './kernel-operators.js';

/** What a kernel's module has beside the kernel. */
export interface KernelScope {
  /** Functions `(i32, i32) -> i32`: the first four are in the table. */
  readonly functions: readonly number[];
  readonly binaryType: number;
  /** `(i32) -> i32` */
  readonly importedFunction: number;
  /** Mutable globals, i32 and f64. */
  readonly globals: readonly [number, number];
}

/** What a statement of a kernel is about. */
export type KernelClass = OperatorClass | SizedWork;

export interface KernelMix extends Weighted {
  readonly name: KernelClass;
}

const VALUE_TYPES: Readonly<Record<KernelType, ValueType>> = {
  i: ValueType.I32,
  l: ValueType.I64,
  f: ValueType.F32,
  d: ValueType.F64,
  v: ValueType.V128,
  w: ValueType.V128,
};
const LOCALS_OF_TYPE = 3;
/** Floats are stored elsewhere than integers: the bits of a NaN are nobody's to read. */
const FLOAT_OFFSET = 0x8000;
const INTEGER_MASK = 0x3ff0;
const BULK_ADDRESS = 0x1_0000;
const FILLED_ELEMENT = 8;
/** 2^32 / the golden ratio, odd: its multiples lie all over (Knuth, The Art of Computer Programming, 6.4). */
const SCATTER = 0x9e37_79b1 | 0;
const PREFIX = 0xfc;
const TABLE_SIZE = 0x10;
const TABLE_GROW = 0x0f;
const TABLE_FILL = 0x11;

/** Writes the statements of one kernel: every class at random among the others, every value flowing into the answer. */
export class KernelWriter {
  readonly body = new FunctionBuilder(0);
  private readonly locals = new Map<KernelType, readonly number[]>();
  private readonly counter: number;
  private readonly turns: number;
  private depth = 0;

  constructor(
    private readonly random: Random,
    private readonly mix: readonly KernelMix[],
    private readonly scope: KernelScope,
  ) {
    const { body } = this;
    this.counter = body.local(ValueType.I32);
    this.turns = body.local(ValueType.I32);
    for (const type of ['i', 'l', 'f', 'd', 'v', 'w'] as const) {
      this.locals.set(
        type,
        Array.from({ length: LOCALS_OF_TYPE }, () => body.local(VALUE_TYPES[type])),
      );
    }
  }

  /** The kernel: so many statements, so often. Gives an i32. */
  write(statements: number, rounds: number): FunctionBuilder {
    const { body, counter } = this;
    body.i32Const(rounds).localSet(counter);
    body.loop('empty', () => {
      this.stir();
      for (let i = 0; i < statements; i++) this.statement();
      body.localGet(counter).i32Const(1).operator(Operator.I32Sub).localTee(counter).brIf(0);
    });
    this.answer();
    return body;
  }

  /** Another input in each round: nothing may be computed before the loop. */
  private stir(): void {
    const { body, counter } = this;
    const used = this.typesUsed();
    const [i] = this.locals.get('i')!;
    // Its bits are as good as random: branches on them are not to be foretold.
    body.localGet(i!).localGet(counter).i32Const(SCATTER).operator(Operator.I32Mul).operator(Operator.I32Add);
    body.localSet(i!);
    if (used.has('l')) {
      const [l] = this.locals.get('l')!;
      body.localGet(l!).localGet(counter).operator(Operator.I64ExtendI32U).operator(Operator.I64Add);
      body.localSet(l!);
    }
    for (const [type, convert] of [
      ['f', Operator.F32ConvertI32S],
      ['d', Operator.F64ConvertI32S],
    ] as const) {
      if (!used.has(type)) continue;
      for (const local of this.locals.get(type)!) {
        body.localGet(counter).operator(convert).localSet(local);
      }
    }
    if (used.has('v')) body.localGet(i!).operator(Operator.I32x4Splat).localSet(this.locals.get('v')![0]!);
    if (!used.has('w')) return;
    for (const local of this.locals.get('w')!) {
      body.localGet(counter).operator(Operator.F32ConvertI32S).operator(Operator.F32x4Splat).localSet(local);
    }
  }

  private typesUsed(): ReadonlySet<KernelType> {
    return new Set(
      this.mix.flatMap(({ name }) => {
        const key = name as OperatorClass;
        const accesses = [...(KERNEL_LOADS[key] ?? []), ...(KERNEL_STORES[key] ?? [])];
        const shapes = KERNEL_OPERATORS[key] ?? [];
        return [
          ...accesses.map(([, type]) => type),
          ...shapes.flatMap(({ takes, gives }) => [...takes, gives]),
          ...(name === 'constant' || name.startsWith('local-') ? (['i', 'l', 'd'] as const) : []),
          ...(name === 'global' || name === 'select' ? (['d'] as const) : []),
          ...(name === 'i64-division' || name === 'wide-arithmetic' ? (['l'] as const) : []),
          ...(name === 'vector-constant' ? (['v'] as const) : []),
        ];
      }),
    );
  }

  private answer(): void {
    const { body } = this;
    const fold: Readonly<Record<KernelType, readonly Operator[]>> = {
      i: [],
      l: [Operator.I32WrapI64],
      f: [Operator.I32TruncSatF32S],
      d: [Operator.I32TruncSatF64S],
      v: [Operator.I8x16Bitmask],
      w: [Operator.I32x4TruncSatF32x4S, Operator.I8x16Bitmask],
    };
    body.i32Const(0);
    for (const [type, locals] of this.locals) {
      for (const local of locals) {
        body.localGet(local);
        for (const operator of fold[type]) body.operator(operator);
        body.operator(Operator.I32Xor);
      }
    }
  }

  private local(type: KernelType): number {
    return this.random.pick(this.locals.get(type)!);
  }

  /** Pushes a value: mostly of a local, at times a constant or the result of a further operator. */
  private value(type: KernelType): void {
    const { body, random } = this;
    if (random.chance(0.2)) {
      switch (type) {
        case 'i':
          body.i32Const(random.integer(1, 1000));
          return;
        case 'l':
          body.i64Const(BigInt(random.integer(1, 1000)));
          return;
        case 'f':
          body.f32Const(random.integer(3, 12) / 4);
          return;
        case 'd':
          body.f64Const(random.integer(3, 12) / 4);
          return;
      }
    }
    if (this.depth < 2 && random.chance(0.3)) {
      const shapes = this.mix.flatMap(({ name }) => KERNEL_OPERATORS[name as OperatorClass] ?? []);
      const fitting = shapes.filter(({ gives }) => gives === type);
      if (fitting.length > 0) {
        this.depth++;
        const { hasLane, operators, takes } = random.pick(fitting);
        for (const one of takes) this.value(one);
        body.operator(random.pick(operators));
        if (hasLane === true) body.raw(0);
        this.depth--;
        return;
      }
    }
    body.localGet(this.local(type));
  }

  /** Gives the value on the stack to a local, without losing what that held: `local ^= value`. */
  private keep(type: KernelType, compute: () => void): void {
    const local = this.local(type);
    this.body.localGet(local);
    compute();
    this.body.operator(KEEPING_OPERATORS[type]).localSet(local);
  }

  private masked(mask: number): void {
    this.value('i');
    this.body.i32Const(mask).operator(Operator.I32And);
  }

  private nested(): void {
    if (this.depth > 1) {
      this.keep('i', () => this.value('i'));
      return;
    }
    this.depth++;
    this.statement();
    this.depth--;
  }

  private statement(): void {
    const { name } = this.random.weighted(this.mix);
    const key = name as OperatorClass;
    if (KERNEL_OPERATORS[key] !== undefined) this.operate(key);
    else if (KERNEL_LOADS[key] !== undefined) this.load(key);
    else if (KERNEL_STORES[key] !== undefined) this.store(key);
    else this.special(name);
  }

  private operate(name: OperatorClass): void {
    const { body, random } = this;
    const { gives, hasLane, operators, takes } = random.pick(KERNEL_OPERATORS[name]!);
    const operator = random.pick(operators);
    const apply = () => {
      body.operator(operator);
      if (hasLane === true) body.raw(0);
    };
    if (takes[0] !== gives || random.chance(0.2)) {
      this.keep(gives, () => {
        for (const type of takes) this.value(type);
        apply();
      });
      return;
    }
    // What the local held goes into what it will hold.
    const local = this.local(gives);
    body.localGet(local);
    for (const type of takes.slice(1)) this.value(type);
    apply();
    if (random.chance(0.1)) body.localTee(local).localSet(local);
    else body.localSet(local);
  }

  private load(name: OperatorClass): void {
    const [operator, type, width] = this.random.pick(KERNEL_LOADS[name]!);
    this.keep(type, () => {
      this.masked(INTEGER_MASK);
      this.body.memoryAccess(operator, width, this.offsetFor(type));
    });
  }

  private store(name: OperatorClass): void {
    const [operator, type, width] = this.random.pick(KERNEL_STORES[name]!);
    this.masked(INTEGER_MASK);
    this.value(type);
    this.body.memoryAccess(operator, width, this.offsetFor(type));
  }

  private offsetFor(type: KernelType): number {
    // Accesses that are not aligned are among them: one in four.
    const offset = this.random.integer(0, 15) * 16 + (this.random.chance(0.25) ? 1 : 0);
    return type === 'f' || type === 'd'
      ? FLOAT_OFFSET + offset + (type === 'd' ? INTEGER_MASK + 16 : 0)
      : offset;
  }

  private special(name: KernelClass): void {
    const { body, random, scope } = this;
    switch (name) {
      case 'constant':
        this.keep('l', () => body.i64Const(random.longWord()));
        this.keep('d', () => body.f64Const(random.integer(1, 9) / 8));
        return;
      case 'local-read':
        this.keep('i', () => {
          body.localGet(this.local('i'));
          for (let i = 0; i < 3; i++) body.localGet(this.local('i')).operator(Operator.I32Add);
        });
        return;
      case 'local-write':
        body.localGet(this.local('i')).localTee(this.local('i')).localSet(this.local('i'));
        body.localGet(this.local('l')).localSet(this.local('l'));
        return;
      case 'global':
        body.globalGet(scope.globals[0]);
        this.value('i');
        body.operator(Operator.I32Add).globalSet(scope.globals[0]);
        this.keep('i', () => body.globalGet(scope.globals[0]));
        body.localGet(this.local('d')).globalSet(scope.globals[1]);
        return;
      case 'select':
        this.keep('i', () => {
          for (let i = 0; i < 3; i++) this.value('i');
          body.operator(Operator.Select);
        });
        return;
      case 'i32-division':
        this.keep('i', () => {
          this.value('i');
          this.value('i');
          body.i32Const(1).operator(Operator.I32Or);
          body.operator(random.pick([Operator.I32DivU, Operator.I32RemU, Operator.I32RemS]));
        });
        return;
      case 'i64-division':
        this.keep('l', () => {
          this.value('l');
          this.value('l');
          body.i64Const(1n).operator(Operator.I64Or);
          body.operator(random.pick([Operator.I64DivU, Operator.I64RemU, Operator.I64RemS]));
        });
        return;
      case 'loop':
        body.i32Const(random.integer(1, 3)).localSet(this.turns);
        // Loops within loops would count by the same local.
        if (this.depth > 0) return;
        this.depth += 2;
        body.loop('empty', () => {
          this.nested();
          body.localGet(this.turns).i32Const(1).operator(Operator.I32Sub).localTee(this.turns).brIf(0);
        });
        this.depth -= 2;
        return;
      case 'branch':
        body.block('empty', () => {
          this.nested();
          body.br(0);
        });
        return;
      case 'conditional-branch':
        if (random.chance(0.5)) {
          this.masked(random.pick([1, 3, 0x100]));
          body.if('empty', () => this.nested(), random.chance(0.5) ? () => this.nested() : undefined);
        } else {
          body.block('empty', () => {
            this.masked(random.pick([1, 4, 0]));
            body.brIf(0);
            this.nested();
          });
        }
        return;
      case 'branch-table':
        body.block('empty', () =>
          body.block('empty', () => {
            body.block('empty', () => {
              this.masked(3);
              body.brTable([0, 1, 2], 1);
            });
            this.nested();
          }),
        );
        return;
      case 'call':
      case 'indirect-call':
        this.keep('i', () => {
          this.value('i');
          this.value('i');
          if (name === 'call') body.call(random.pick(scope.functions));
          else {
            this.masked(3);
            body.callIndirect(scope.binaryType);
          }
        });
        return;
      case 'host-call':
        this.keep('i', () => {
          this.value('i');
          body.call(scope.importedFunction);
        });
        return;
      case 'reference':
        this.keep('i', () => {
          if (random.chance(0.5)) body.raw(Operator.RefFunc, scope.functions[0]!);
          else body.raw(Operator.RefNull, ValueType.FuncRef);
          body.raw(Operator.RefIsNull);
        });
        return;
      case 'table-access':
        this.keep('i', () => {
          if (random.chance(0.3)) {
            body.raw(PREFIX, TABLE_SIZE, 0);
            return;
          }
          this.masked(3);
          body.raw(Operator.TableGet, 0, Operator.RefIsNull);
        });
        this.masked(3);
        body.i32Const(FILLED_ELEMENT).operator(Operator.I32Add);
        body.raw(Operator.RefNull, ValueType.FuncRef, Operator.TableSet, 0);
        return;
      case 'memory-size':
        this.keep('i', () => body.memorySize());
        return;
      case 'memory-growth':
        this.keep('i', () => body.i32Const(0).memoryGrow());
        return;
      case 'table-growth':
        this.keep('i', () => {
          body.raw(Operator.RefNull, ValueType.FuncRef).i32Const(0).raw(PREFIX, TABLE_GROW, 0);
        });
        return;
      case 'memory-bulk':
      case 'bulk-bytes': {
        const bytes = name === 'memory-bulk' ? random.integer(0, 64) : random.pick([512, 1024, 4096, 16_384]);
        body.i32Const(BULK_ADDRESS + random.integer(0, 255));
        if (random.chance(0.5)) {
          this.value('i');
          body.i32Const(bytes).memoryFill();
        } else {
          body.i32Const(random.integer(0, 255)).i32Const(bytes).memoryCopy();
        }
        return;
      }
      case 'table-bulk':
      case 'table-elements': {
        const elements = name === 'table-bulk' ? random.integer(0, 4) : random.pick([64, 128, 240]);
        body.i32Const(FILLED_ELEMENT).raw(Operator.RefNull, ValueType.FuncRef);
        body.i32Const(elements).raw(PREFIX, TABLE_FILL, 0);
        return;
      }
      case 'vector-constant':
        this.keep('v', () => {
          body.raw(0xfd, 0x0c, ...Array.from({ length: 16 }, () => random.integer(0, 255)));
        });
        return;
      default:
        throw new RangeError(`no statement is about ${name}`);
    }
  }
}
