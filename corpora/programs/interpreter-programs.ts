import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from '../generated/function-builder.js';
import { bodiesInOrbit, DATABASE_TEXTS, joinedTexts } from './inputs.js';
import { copyInput, type ProgramRecipe } from './program-recipe.js';

/** As the package's glue calls them. */
const SQLITE = {
  initialize: 'P',
  step: 'U',
  execute: 'W',
  finalize: 'X',
  columnDouble: 'va',
  prepare: 'T',
  open: 'Ha',
  malloc: 'Ia',
} as const;
const SQLITE_ROW = 100;

/** As the package's glue calls them. */
const QUICKJS = {
  initialize: 'u',
  malloc: 'v',
  newRuntime: 'K',
  newContext: 'N',
  freeValue: 'P',
  getFloat64: 'Z',
  evaluate: 'pa',
} as const;
const ALL_INTRINSICS = 0xffff;

/** Leaves the i32 at `offset` of the block that `state` points to. */
function loadState(body: FunctionBuilder, state: number, offset: number): FunctionBuilder {
  return body.globalGet(state).memoryAccess(Operator.I32Load, 2, offset);
}

/** Leaves the lower half of a float's bits, xor the upper one. */
function foldedBits(body: FunctionBuilder, float: number): void {
  body.localGet(float).operator(Operator.I64ReinterpretF64).operator(Operator.I32WrapI64);
  body.localGet(float).operator(Operator.I64ReinterpretF64).i64Const(32n).operator(Operator.I64ShrU);
  body.operator(Operator.I32WrapI64).operator(Operator.I32Xor);
}

export const INTERPRETER_PROGRAMS: readonly ProgramRecipe[] = [
  {
    module: 'sqlite',
    name: 'sqlite',
    description: 'grouping, summing and sorting 60 rows in memory (C)',
    input: () => joinedTexts(DATABASE_TEXTS).bytes,
    write: (body, scope, bytes) => {
      const { func, state } = scope;
      const { offsets } = joinedTexts(DATABASE_TEXTS);
      const [name, schema, rows, query] = offsets as [number, number, number, number];
      const [place, sum] = [body.local(ValueType.I32), body.local(ValueType.F64)];
      // The block: the database, the statement, the texts.
      const textAt = (offset: number) =>
        body
          .globalGet(state)
          .i32Const(8 + offset)
          .operator(Operator.I32Add);
      const database = () => loadState(body, state, 0);
      const statement = () => loadState(body, state, 4);
      body
        .globalGet(state)
        .operator(Operator.I32Eqz)
        .if('empty', () => {
          body.call(func(SQLITE.initialize));
          body
            .i32Const(8 + bytes)
            .call(func(SQLITE.malloc))
            .localTee(place)
            .globalSet(state);
          textAt(0);
          copyInput(body, scope, bytes);
          textAt(name).localGet(place).call(func(SQLITE.open)).operator(Operator.Drop);
          for (const text of [schema, rows]) {
            database();
            textAt(text)
              .i32Const(0)
              .i32Const(0)
              .i32Const(0)
              .call(func(SQLITE.execute))
              .operator(Operator.Drop);
          }
        });
      database();
      textAt(query).i32Const(-1).globalGet(state).i32Const(4).operator(Operator.I32Add).i32Const(0);
      body.call(func(SQLITE.prepare)).operator(Operator.Drop);
      // Halved before each is added: the order of rows counts.
      body.f64Const(0).localSet(sum);
      body.block('empty', () =>
        body.loop('empty', () => {
          statement().call(func(SQLITE.step)).i32Const(SQLITE_ROW).operator(Operator.I32Ne).brIf(1);
          body.localGet(sum).f64Const(0.5).operator(Operator.F64Mul);
          statement()
            .i32Const(1)
            .call(func(SQLITE.columnDouble))
            .operator(Operator.F64Add)
            .localSet(sum)
            .br(0);
        }),
      );
      statement().call(func(SQLITE.finalize)).operator(Operator.Drop);
      foldedBits(body, sum);
    },
    result: '759999358',
  },
  {
    module: 'quickjs',
    name: 'quickjs',
    description: 'JavaScript that computes orbits in floats, interpreted (C)',
    input: () => joinedTexts([bodiesInOrbit, 'orbits.js']).bytes,
    write: (body, scope, bytes) => {
      const { func, state } = scope;
      const { offsets } = joinedTexts([bodiesInOrbit, 'orbits.js']);
      const [source, name] = offsets as [number, number];
      const [place, value, energy] = [
        body.local(ValueType.I32),
        body.local(ValueType.I32),
        body.local(ValueType.F64),
      ];
      // The block: the context, the texts.
      const textAt = (offset: number) =>
        body
          .globalGet(state)
          .i32Const(4 + offset)
          .operator(Operator.I32Add);
      body
        .globalGet(state)
        .operator(Operator.I32Eqz)
        .if('empty', () => {
          body.call(func(QUICKJS.initialize));
          body
            .i32Const(4 + bytes)
            .call(func(QUICKJS.malloc))
            .localTee(place);
          body.call(func(QUICKJS.newRuntime)).i32Const(ALL_INTRINSICS).call(func(QUICKJS.newContext));
          body.memoryAccess(Operator.I32Store, 2, 0);
          body.localGet(place).globalSet(state);
          textAt(0);
          copyInput(body, scope, bytes);
        });
      loadState(body, state, 0);
      textAt(source).i32Const(bodiesInOrbit.length);
      textAt(name).i32Const(0).i32Const(0).call(func(QUICKJS.evaluate)).localSet(value);
      loadState(body, state, 0).localGet(value).call(func(QUICKJS.getFloat64)).localSet(energy);
      loadState(body, state, 0).localGet(value).call(func(QUICKJS.freeValue));
      foldedBits(body, energy);
    },
    result: '1818339362',
  },
];
