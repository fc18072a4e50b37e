import { FunctionBuilder, ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';

/** Modules of one shape in growing sizes, each exporting `run: [i32] -> [i32]`. */
export interface GrowthFamily {
  readonly name: string;
  /** What `build` takes, doubling from one to the next. */
  readonly sizes: readonly number[];
  readonly build: (size: number) => Uint8Array<ArrayBuffer>;
  /**
   * Whether work in proportion to the bytes is possible at all. Where a label carries as many values as the module has branches to it,
   * checking each branch against each type, which the specification's algorithm does, is quadratic; a limit on results bounds it.
   */
  readonly bound: 'linear' | 'results';
  /** What `run` gives, where the host's engine refuses the largest size (V8: 65,520 targets) or takes a minute to compile it. */
  readonly expected?: (size: number, argument: number) => number;
}

const I32 = ValueType.I32;

function doubling(largest: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => Math.round(largest / 2 ** (count - 1 - step)));
}

/** A module of one function, `run`, and a memory. */
function oneFunction(emit: (body: FunctionBuilder, builder: ModuleBuilder) => void): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder();
  builder.addMemory({ minimum: 1 });
  builder.exportFunction(
    'run',
    builder.addFunction([I32], [I32], (body) => emit(body, builder)),
  );
  return builder.toBytes().slice();
}

/** Adds operators of all common kinds, some 60 bytes, that leave their mark on local `sum`. */
function emitMixture(body: FunctionBuilder, sum: number, salt: number): void {
  body
    .localGet(0)
    .i32Const(salt)
    .operator(Operator.I32Add)
    .localGet(sum)
    .operator(Operator.I32Xor)
    .localSet(sum);
  body.block('empty', () => {
    body.localGet(sum).i32Const(7).operator(Operator.I32And).operator(Operator.I32Eqz).brIf(0);
    body.i32Const((salt * 4) % 65_536);
    body.i32Const((salt * 8) % 65_536).memoryAccess(Operator.I32Load, 2, 0);
    body.localGet(sum).operator(Operator.I32Mul).memoryAccess(Operator.I32Store, 2, 0);
  });
  body.localGet(sum).i32Const(3).operator(Operator.I32GtS);
  body.if(
    { result: I32 },
    () => body.localGet(sum),
    () => body.i32Const(salt),
  );
  body.localGet(sum).i32Const(5).operator(Operator.I32Rotl).operator(Operator.I32Add).localSet(sum);
}

function emitBytes(body: FunctionBuilder, bytes: number): void {
  const sum = body.local(I32);
  for (let salt = 1; body.codeBytes < bytes; salt++) emitMixture(body, sum, salt);
  body.localGet(sum);
}

export const GROWTH_FAMILIES: readonly GrowthFamily[] = [
  {
    name: 'module of functions of 1 KB, bytes',
    sizes: doubling(16_000_000, 5),
    bound: 'linear',
    build: (bytes) => {
      const builder = new ModuleBuilder();
      builder.addMemory({ minimum: 1 });
      const count = Math.ceil(bytes / 1030);
      for (let i = 0; i < count; i++) builder.addFunction([I32], [I32], (body) => emitBytes(body, 1000));
      builder.exportFunction('run', count - 1);
      return builder.toBytes().slice();
    },
  },
  {
    name: 'one function, bytes',
    sizes: doubling(1_000_000, 5),
    bound: 'linear',
    build: (bytes) => oneFunction((body) => emitBytes(body, bytes)),
  },
  {
    name: 'locals, each declared by itself and used',
    sizes: doubling(49_999, 5),
    bound: 'linear',
    build: (count) =>
      oneFunction((body) => {
        const narrow: number[] = [];
        for (let i = 0; i < count; i++) {
          const local = body.local(i % 2 === 0 ? I32 : ValueType.I64);
          if (i % 2 === 0) narrow.push(local);
        }
        for (const local of narrow)
          body.localGet(0).i32Const(local).operator(Operator.I32Add).localSet(local);
        body.i32Const(0);
        for (const local of narrow) body.localGet(local).operator(Operator.I32Add);
      }),
  },
  {
    name: 'nested blocks, each left by its own br_if',
    sizes: doubling(10_000, 5),
    bound: 'linear',
    build: (depth) =>
      oneFunction((body) => {
        for (let i = 0; i < depth; i++) body.raw(Operator.Block, 0x40);
        for (let i = 0; i < depth; i++) {
          body
            .localGet(0)
            .i32Const(i)
            .operator(Operator.I32Eq)
            .brIf(depth - 1 - i);
          body.raw(Operator.End);
          body.localGet(0).i32Const(1).operator(Operator.I32Add).localSet(0);
        }
        body.localGet(0);
      }),
  },
  {
    name: 'nested ifs with results',
    sizes: doubling(10_000, 5),
    bound: 'linear',
    build: (depth) =>
      oneFunction((body) => {
        for (let i = 0; i < depth; i++) body.localGet(0).raw(Operator.If, I32);
        body.localGet(0);
        for (let i = 0; i < depth; i++) body.raw(Operator.Else).i32Const(i).raw(Operator.End);
      }),
  },
  {
    name: 'targets of one br_table',
    sizes: doubling(100_000, 5),
    bound: 'linear',
    expected: (count, argument) => [10, 20, 30][argument >>> 0 < count ? argument % 3 : 2]!,
    build: (count) =>
      oneFunction((body) => {
        body.block('empty', () => {
          body.block('empty', () => {
            body.block('empty', () => {
              body.localGet(0).brTable(
                Array.from({ length: count }, (_, i) => i % 3),
                2,
              );
            });
            body.i32Const(10).raw(Operator.Return);
          });
          body.i32Const(20).raw(Operator.Return);
        });
        body.i32Const(30);
      }),
  },
  {
    name: 'targets of one br_table with a result',
    sizes: doubling(100_000, 5),
    bound: 'linear',
    expected: (count, argument) => (argument >>> 0 < count && argument % 2 === 1 ? 1 : 6),
    build: (count) =>
      oneFunction((body) => {
        body.block({ result: I32 }, () => {
          body.block({ result: I32 }, () => {
            body
              .i32Const(1)
              .localGet(0)
              .brTable(
                Array.from({ length: count }, (_, i) => i % 2),
                0,
              );
          });
          body.i32Const(5).operator(Operator.I32Add);
        });
      }),
  },
  {
    name: 'functions of a few bytes',
    sizes: doubling(100_000, 5),
    bound: 'linear',
    build: (count) => {
      const builder = new ModuleBuilder();
      for (let i = 0; i < count; i++) {
        builder.addFunction([I32], [I32], (body) => body.localGet(0).i32Const(i).operator(Operator.I32Add));
      }
      builder.exportFunction('run', count - 1);
      return builder.toBytes().slice();
    },
  },
  {
    name: 'local.set of a local that the stack holds many times',
    sizes: doubling(40_000, 5),
    bound: 'linear',
    build: (count) =>
      oneFunction((body) => {
        for (let i = 0; i < count; i++) body.localGet(0);
        for (let i = 0; i < count; i++) body.i32Const(i).localSet(0);
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'local.set of each of many locals that the stack holds',
    sizes: doubling(20_000, 5),
    bound: 'linear',
    build: (count) =>
      oneFunction((body) => {
        const locals = Array.from({ length: count }, () => body.local(I32));
        for (const local of locals) body.localGet(local);
        for (const local of locals) body.localGet(0).localSet(local);
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'blocks on a deep stack',
    sizes: doubling(40_000, 5),
    bound: 'linear',
    expected: (count, argument) => Math.imul(count, argument),
    build: (count) =>
      oneFunction((body) => {
        for (let i = 0; i < count; i++) body.localGet(0);
        for (let i = 0; i < count; i++) body.block('empty', () => body.localGet(0).brIf(0));
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'constants and locals left on a deep stack by turns, with branches',
    sizes: doubling(40_000, 5),
    bound: 'linear',
    expected: (count, argument) => (Math.imul(count, argument) + (count * (count - 1)) / 2) | 0,
    build: (count) =>
      oneFunction((body) => {
        for (let i = 0; i < count; i++) {
          body.localGet(0);
          body.i32Const(i);
          body.block('empty', () => body.localGet(0).brIf(0));
          body.operator(Operator.I32Add);
        }
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'blocks of 100 results',
    sizes: doubling(2_000, 5),
    bound: 'linear',
    build: (count) =>
      oneFunction((body, builder) => {
        const typeIndex = builder.type([], new Array<ValueType>(100).fill(I32));
        for (let i = 0; i < count; i++) {
          body.block({ typeIndex }, () => {
            for (let result = 0; result < 100; result++) body.i32Const(result);
          });
          for (let result = 0; result < 100; result++) body.localSet(0);
        }
        body.localGet(0);
      }),
  },
  {
    name: 'br_ifs, and as many results of their label',
    sizes: doubling(1_000, 5),
    bound: 'results',
    build: (count) =>
      oneFunction((body, builder) => {
        const typeIndex = builder.type([], new Array<ValueType>(count).fill(I32));
        body.block({ typeIndex }, () => {
          for (let i = 0; i < count; i++) body.localGet(0);
          for (let i = 0; i < count; i++) body.localGet(0).brIf(0);
        });
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'br_ifs that move as many results to where their label wants them',
    sizes: doubling(1_000, 5),
    bound: 'results',
    build: (count) =>
      oneFunction((body, builder) => {
        const typeIndex = builder.type([], new Array<ValueType>(count).fill(I32));
        body.block({ typeIndex }, () => {
          body.localGet(0);
          for (let i = 0; i < count; i++) body.localGet(0).i32Const(i).operator(Operator.I32Add);
          for (let i = 0; i < count; i++) body.localGet(0).i32Const(i).operator(Operator.I32Eq).brIf(0);
          body.i32Const(1).localSet(0).br(0);
        });
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'br_table targets, and as many results of their labels',
    sizes: doubling(1_000, 5),
    bound: 'results',
    build: (count) =>
      oneFunction((body, builder) => {
        const typeIndex = builder.type([], new Array<ValueType>(count).fill(I32));
        body.block({ typeIndex }, () => {
          body.block({ typeIndex }, () => {
            for (let i = 0; i < count; i++) body.localGet(0);
            body.localGet(0).brTable(
              Array.from({ length: count }, (_, i) => i % 2),
              0,
            );
          });
        });
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
  {
    name: 'blocks, and as many parameters of each',
    sizes: doubling(1_000, 5),
    bound: 'results',
    build: (count) =>
      oneFunction((body, builder) => {
        const many = new Array<ValueType>(count).fill(I32);
        const typeIndex = builder.type(many, many);
        for (let i = 0; i < count; i++) body.localGet(0);
        for (let i = 0; i < count; i++) body.block({ typeIndex }, () => body.localGet(0).brIf(0));
        for (let i = 1; i < count; i++) body.operator(Operator.I32Add);
      }),
  },
];
