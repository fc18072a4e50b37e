import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { type FunctionBuilder, ModuleBuilder } from '@wasm-dyno/corpora';

/** A module whose functions the check knows. */
export interface ProbeModule {
  readonly bytes: Uint8Array;
  readonly functions: readonly { readonly index: number; readonly bodyBytes: number }[];
  readonly bodyBytes: number;
}

/** `count` functions of some 200 body bytes each, none the same as another; MVP operators only, one import ahead. */
export function manyFunctions(count: number): ProbeModule {
  const module = new ModuleBuilder();
  module.importFunction('host', 'function', [ValueType.I32], []);
  const functions = Array.from({ length: count }, (_, number) => {
    let bodyBytes = 0;
    const index = module.addFunction([ValueType.I32, ValueType.I32], [ValueType.I32], (body) => {
      body.localGet(0);
      for (let step = 0; step < 24; step++) {
        body.localGet(step % 2).i32Const(number * 31 + step);
        body.operator(Operator.I32Mul).operator(Operator.I32Add);
      }
      bodyBytes = body.bodyBytes;
    });
    return { index, bodyBytes };
  });
  // Some engines can make a first call only of what is exported.
  for (const { index } of functions) module.exportFunction(`function${index}`, index);
  return {
    bytes: module.toBytes(),
    functions,
    bodyBytes: sum(functions.map(({ bodyBytes }) => bodyBytes)),
  };
}

/** Exports `add`, `add64`, `trap` and `spin(n)`, which loops n times. */
export function program(): Uint8Array {
  const module = new ModuleBuilder();
  const [I32, I64] = [ValueType.I32, ValueType.I64];
  const define = (
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    write: (body: FunctionBuilder) => void,
  ): void => module.exportFunction(name, module.addFunction(parameters, results, write));
  define('add', [I32, I32], [I32], (body) => body.localGet(0).localGet(1).operator(Operator.I32Add));
  define('add64', [I64, I64], [I64], (body) => body.localGet(0).localGet(1).operator(Operator.I64Add));
  define('trap', [], [], (body) => body.operator(Operator.Unreachable));
  define('spin', [I32], [I32], (body) => {
    const total = body.local(I32);
    body.loop('empty', () => {
      body.localGet(total).localGet(0).operator(Operator.I32Xor);
      body
        .i32Const(0x9e3779b1 | 0)
        .operator(Operator.I32Mul)
        .localSet(total);
      body.localGet(0).i32Const(1).operator(Operator.I32Sub).localTee(0).brIf(0);
    });
    body.localGet(total);
  });
  return module.toBytes();
}

/** A module that decodes, whose one body leaves no value where its type wants one. */
export function invalidModule(): Uint8Array {
  const module = new ModuleBuilder();
  module.addFunction([], [ValueType.I32], () => undefined);
  return module.toBytes();
}

/** Bytes that are cut off inside the code section. */
export function malformedModule(): Uint8Array {
  const { bytes } = manyFunctions(2);
  return bytes.subarray(0, bytes.length - 20);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
