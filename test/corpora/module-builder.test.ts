import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FunctionBuilder, ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';
import { customSectionsOnHost, instantiateOnHost, type HostFunction } from './host-webassembly.js';

type Exports = Readonly<Record<string, unknown>>;

function call(exports: Exports, name: string, ...parameters: unknown[]): unknown {
  return (exports[name] as HostFunction)(...parameters);
}

describe('module builder', () => {
  it('writes constants that V8 reads back as they were', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.float({ noNaN: true }),
        fc.double({ noNaN: true }),
        (word, long, single, double) => {
          const module = new ModuleBuilder();
          const results = [
            module.addFunction([], [ValueType.I32], (body) => body.i32Const(word)),
            module.addFunction([], [ValueType.I64], (body) => body.i64Const(long)),
            module.addFunction([], [ValueType.F32], (body) => body.f32Const(single)),
            module.addFunction([], [ValueType.F64], (body) => body.f64Const(double)),
          ];
          results.forEach((index) => module.exportFunction(`f${index}`, index));
          const exports = instantiateOnHost(module.toBytes());
          assert.deepEqual(
            results.map((index) => call(exports, `f${index}`)),
            [word, long, single, double],
          );
        },
      ),
    );
  });

  it('shares one declaration among neighbouring locals of one type and numbers them after the parameters', () => {
    const body = new FunctionBuilder(2);
    assert.deepEqual(
      [
        body.local(ValueType.I32),
        body.local(ValueType.I32),
        body.local(ValueType.F64),
        body.local(ValueType.I32),
      ],
      [2, 3, 4, 5],
    );
    body.localGet(300);
    assert.deepEqual(
      [...body.toBody()],
      [3, 2, ValueType.I32, 1, ValueType.F64, 1, ValueType.I32, Operator.LocalGet, 0xac, 0x02, Operator.End],
    );
    assert.equal(body.bodyBytes, body.toBody().length);
  });

  it('builds every section so that V8 runs the module', () => {
    const module = new ModuleBuilder();
    const log = module.importFunction('host', 'log', [ValueType.I32], []);
    module.addMemory({ minimum: 1, maximum: 2 });
    module.addData(8, Uint8Array.of(42, 0, 0, 0));
    module.addTable(ValueType.FuncRef, { minimum: 2 });
    const counter = module.addGlobal({ type: ValueType.I32, value: 5 }, true);
    module.addGlobal({ type: ValueType.I64, value: -1n }, false);
    module.addGlobal({ type: ValueType.F32, value: 0.5 }, false);
    module.addGlobal({ type: ValueType.F64, value: -0 }, false);
    const twice = module.addFunction([ValueType.I32], [ValueType.I32], (body) => {
      body.localGet(0).localGet(0).operator(Operator.I32Add);
    });
    module.addElements(0, [twice, twice]);
    const type = module.type([ValueType.I32], [ValueType.I32]);
    const main = module.addFunction([], [ValueType.I32], (body) => {
      body.i32Const(0).memoryAccess(Operator.I32Load, 2, 8);
      body.i32Const(1).callIndirect(type);
      body.globalGet(counter).operator(Operator.I32Add);
    });
    const start = module.addFunction([], [], (body) => {
      body.globalGet(counter).i32Const(1).operator(Operator.I32Add).globalSet(counter);
      body.globalGet(counter).call(log);
    });
    module.start(start);
    module.exportFunction('main', main);
    module.exportMemory('memory');
    module.exportTable('table');
    module.exportGlobal('counter', counter);
    module.addCustomSection('note', Uint8Array.of(1, 2, 3));
    const logged: number[] = [];
    const exports = instantiateOnHost(module.toBytes(), {
      host: { log: (value: number) => logged.push(value) },
    });
    assert.deepEqual(logged, [6]);
    assert.equal(call(exports, 'main'), 90);
    assert.deepEqual(Object.keys(exports), ['main', 'memory', 'table', 'counter']);
    assert.deepEqual(customSectionsOnHost(module.toBytes(), 'note'), [[1, 2, 3]]);
  });

  it('builds structured control flow, prefixed operators and block types by index', () => {
    const module = new ModuleBuilder();
    const pair = module.type([ValueType.I32], [ValueType.I32, ValueType.I32]);
    const index = module.addFunction([ValueType.I32], [ValueType.I32], (body) => {
      body.localGet(0).block({ typeIndex: pair }, () => body.localGet(0));
      body.operator(Operator.I32Mul);
      body.if(
        { result: ValueType.I32 },
        () => body.f64Const(1e10).operator(Operator.I32TruncSatF64S),
        () => body.i32Const(-1),
      );
    });
    module.exportFunction('f', index);
    const exports = instantiateOnHost(module.toBytes());
    assert.equal(call(exports, 'f', 3), 0x7fffffff);
    assert.equal(call(exports, 'f', 0), -1);
  });

  it('lets a function call one that is defined later, and names the one that never is', () => {
    const module = new ModuleBuilder();
    const later = module.declareFunction([], [ValueType.I32]);
    const first = module.addFunction([], [ValueType.I32], (body) => body.call(later));
    assert.throws(() => module.toBytes(), /function 0 is declared but has no body/);
    const body = new FunctionBuilder(0);
    body.i32Const(7);
    module.defineFunction(later, body);
    module.exportFunction('first', first);
    assert.equal(call(instantiateOnHost(module.toBytes()), 'first'), 7);
    assert.throws(() => module.defineFunction(9, body), /function 9 is not declared/);
    assert.throws(() => module.importFunction('a', 'b', [], []), /before defining/);
  });
});
