import { Operator } from '@wasm-dyno/engine/operators';
import { OPERATOR_CLASSES, ValueType, type OperatorClass } from '@wasm-dyno/engine';
import { ModuleBuilder } from '../generated/module-builder.js';
import { Random } from '../random.js';
import { KernelWriter, type KernelClass, type KernelMix } from './kernel-writer.js';

/** A program of one exported function, `() -> i32`, in whose loop classes of operators are mixed. */
export interface ExecutionKernel {
  /** For example `f64-division-1`: the class that it has most of. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly export: string;
}

/** Grown bytes are a host's pages, not the same twice; operators on 128-bit sums are off by default: no kernel is about them. */
const WITHOUT_KERNELS: readonly KernelClass[] = ['wide-arithmetic', 'growth-bytes'];

/** The classes that kernels are about. */
export const KERNEL_CLASSES: readonly KernelClass[] = [
  ...(Object.keys(OPERATOR_CLASSES) as OperatorClass[]),
  ...(['bulk-bytes', 'table-elements'] as const),
].filter((name) => !WITHOUT_KERNELS.includes(name));

const KERNEL_EXPORT = 'kernel';
const STATEMENTS = 24;
const COMPANIONS = 3;
const ROUNDS = 40;
/** So many that no predictor of branches learns by heart what a call does, as it does not of real programs. */
const COMMON_ROUNDS = 200;
/** What compilers' code is made of. Kernels about one of these are about others of them, as programs are. */
const COMMON: ReadonlySet<KernelClass> = new Set<KernelClass>([
  ...(['constant', 'local-read', 'local-write', 'global', 'select'] as const),
  ...(['i32-arithmetic', 'i64-arithmetic', 'i32-comparison', 'i64-comparison'] as const),
  ...(['i32-multiplication', 'i64-multiplication', 'conversion'] as const),
  ...(['load-8', 'load-16', 'load-32', 'load-64'] as const),
  ...(['store-8', 'store-16', 'store-32', 'store-64'] as const),
  ...(['loop', 'branch', 'conditional-branch', 'branch-table', 'call', 'indirect-call'] as const),
]);
/** Companions that cost so much that little of another class would be seen beside them. */
const COSTLY: readonly KernelClass[] = ['memory-growth', 'table-growth', 'bulk-bytes', 'table-elements'];

/** Kernels that mix the classes at random, `perClass` with most of each. The same seed gives the same kernels. */
export function executionKernels(seed: number, perClass: number): ExecutionKernel[] {
  return KERNEL_CLASSES.flatMap((name) =>
    Array.from({ length: perClass }, (_, i) => kernelOf(name, i + 1, seed)),
  );
}

function kernelOf(name: KernelClass, number: number, seed: number): ExecutionKernel {
  const random = new Random(seed, 'execution kernels', name, number);
  const isCommon = COMMON.has(name);
  const others = KERNEL_CLASSES.filter(
    (other) => other !== name && !COSTLY.includes(other) && (!isCommon || COMMON.has(other)),
  );
  const mix: KernelMix[] = [
    { name, weight: random.integer(4, 12) },
    ...random
      .shuffled(others)
      .slice(0, COMPANIONS)
      .map((other) => ({ name: other, weight: random.integer(1, 4) })),
  ];
  const module = new ModuleBuilder();
  const importedFunction = module.importFunction('host', 'answer', [ValueType.I32], [ValueType.I32]);
  module.addMemory({ minimum: 3 });
  module.addTable(ValueType.FuncRef, { minimum: 256 });
  const globals = [
    module.addGlobal({ type: ValueType.I32, value: 1 }, true),
    module.addGlobal({ type: ValueType.F64, value: 1 }, true),
  ] as const;
  const operators = [Operator.I32Add, Operator.I32Xor, Operator.I32Sub, Operator.I32Or];
  const functions = operators.map((operator) =>
    module.addFunction([ValueType.I32, ValueType.I32], [ValueType.I32], (body) => {
      body.localGet(0).localGet(1).operator(operator);
    }),
  );
  module.addElements(0, functions);
  const binaryType = module.type([ValueType.I32, ValueType.I32], [ValueType.I32]);
  const scope = { functions, binaryType, importedFunction, globals };
  const kernel = module.declareFunction([], [ValueType.I32]);
  module.defineFunction(
    kernel,
    new KernelWriter(random, mix, scope).write(STATEMENTS, isCommon ? COMMON_ROUNDS : ROUNDS),
  );
  module.exportFunction(KERNEL_EXPORT, kernel);
  return { name: `${name}-${number}`, bytes: module.toBytes(), export: KERNEL_EXPORT };
}
