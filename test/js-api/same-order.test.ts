import assert from 'node:assert/strict';

import { createWebAssembly } from '@wasm-dyno/engine';

import { assemble } from '../programs/compile.js';
import { hostWebAssembly } from './host-web-assembly.js';
import { Observer } from './observer.js';

type Callable = (...values: unknown[]) => unknown;
type Loose = Record<string, new (...values: unknown[]) => Record<string, Callable>>;

/**
 * The same steps on the host's WebAssembly and on ours, with everything observed on the way. Of `address` hosts read nothing
 * (V8 11.3), `index` (12.4), or `address` (13.6, 14.6), which is right: the tests of the address are apart.
 */
async function sameOnBoth(scenario: (observer: Observer) => void | Promise<void>): Promise<void> {
  const transcript = async (WebAssembly: typeof hostWebAssembly): Promise<string[]> => {
    const observer = new Observer(WebAssembly);
    await scenario(observer);
    return observer.transcript.map((line) => line.replaceAll(/get \w+\.(address|index)(, )?/g, ''));
  };
  const expected = await transcript(hostWebAssembly);
  assert.ok(expected.length > 0);
  for (const executor of ['interpreter', 'host'] as const) {
    assert.deepEqual(await transcript(createWebAssembly({ executor })), expected, executor);
  }
}

/** A namespace whose classes take anything. */
const loose = ({ WebAssembly }: Observer): Loose => WebAssembly as unknown as Loose;

describe('reads and converts in the order of the host', () => {
  it('descriptors of memories: each member is converted and checked before the next is read', () =>
    sameOnBoth((o) => {
      const make = (descriptor: unknown) => new (loose(o)['Memory']!)(descriptor);
      const watched = (members: object) => make(o.watched('d', members));
      const maximum = o.value('maximum', 2);
      o.step('all', () => watched({ initial: o.value('initial', 1), maximum, shared: false }));
      o.step('initial below 0', () => watched({ initial: o.value('initial', -1), maximum }));
      o.step('initial missing', () => watched({ maximum }));
      o.step('initial above maximum', () => watched({ initial: 3, maximum }));
      o.step('initial too large', () => watched({ initial: 65_537, maximum }));
      o.step('maximum too large', () => watched({ initial: 1, maximum: 65_537 }));
      o.step('maximum of null', () => watched({ initial: 0, maximum: null }));
      for (const descriptor of [undefined, null, 5, 'x', () => 1])
        o.step(String(descriptor), () => make(descriptor));
    }));

  it('descriptors of tables, and over-large ones with the RangeError before the value', () =>
    sameOnBoth((o) => {
      const make = (descriptor: unknown, ...value: unknown[]) =>
        new (loose(o)['Table']!)(descriptor, ...value);
      const watched = (members: object) => make(o.watched('d', members));
      const [element, initial, maximum] = [
        o.value('element', 'anyfunc'),
        o.value('initial', 1),
        o.value('maximum', 2),
      ];
      o.step('all', () => watched({ element, initial, maximum }));
      o.step('no maximum', () => watched({ element, initial }));
      o.step('element funcref', () => watched({ element: o.value('element', 'funcref'), initial, maximum }));
      o.step('unknown element', () => watched({ element: o.value('element', 'x'), initial, maximum }));
      o.step('element i32', () => watched({ element: o.value('element', 'i32'), initial, maximum }));
      o.step('element a symbol', () => watched({ element: Symbol('anyfunc'), initial, maximum }));
      o.step('element missing', () => watched({ initial, maximum }));
      o.step('initial missing', () => watched({ element, maximum }));
      o.step('initial above maximum', () => make({ element, initial: 3, maximum: 2 }));
      o.step('initial above maximum and a bad value', () => make({ element, initial: 3, maximum: 2 }, 5));
      for (const size of [10_000_001, 2 ** 32 - 1, 2 ** 32, -1, -0.9, 1.9, NaN, '1', 1n, Infinity]) {
        o.step(`initial ${typeof size} ${size}`, () => make({ element, initial: size }));
        o.step(`initial ${typeof size} ${size}, a bad value`, () => make({ element, initial: size }, 5));
      }
      o.step('a large maximum', () => make({ element, initial: 0, maximum: 2 ** 32 - 1 }));
      o.step('null', () => make(null));
    }));

  it('an over-large table wants a RangeError', () => {
    for (const executor of ['interpreter', 'host'] as const) {
      const { Table } = createWebAssembly({ executor });
      for (const value of [[], [null], [5]]) {
        assert.throws(
          () => new Table({ element: 'anyfunc', initial: 10_000_001 }, ...(value as [unknown?])),
          RangeError,
        );
      }
    }
  });

  it('the address comes first, but behind the element of a table', () => {
    for (const executor of ['interpreter', 'host'] as const) {
      const o = new Observer(createWebAssembly({ executor }));
      const members = {
        address: o.value('address', 'i32'),
        element: o.value('element', 'anyfunc'),
        initial: 1,
      };
      o.step('memory', () => new (loose(o)['Memory']!)(o.watched('d', members)));
      o.step('table', () => new (loose(o)['Table']!)(o.watched('d', members)));
      assert.deepEqual(o.transcript, [
        'memory => [object WebAssembly.Memory] [] | get d.address, toString address, get d.initial, get d.maximum, get d.shared',
        'table => [object WebAssembly.Table] [] | get d.element, toString element, get d.address, toString address, get d.initial, get d.maximum',
      ]);
    }
  });

  it('sizes of 64-bit memories are converted once', () => {
    const o = new Observer(createWebAssembly());
    const descriptor = { address: 'i64', initial: o.value('initial', 1n), maximum: o.value('maximum', 2n) };
    o.step('made', () => new (loose(o)['Memory']!)(descriptor));
    for (const initial of [2n ** 64n, -1n, 1, 2n ** 65n + 1n])
      o.step(`${typeof initial} ${initial}`, () => new (loose(o)['Memory']!)({ address: 'i64', initial }));
    assert.deepEqual(o.transcript, [
      'made => [object WebAssembly.Memory] [] | valueOf initial, valueOf maximum',
      'bigint 18446744073709551616 => throws TypeError | ',
      'bigint -1 => throws TypeError | ',
      'number 1 => throws TypeError | ',
      'bigint 36893488147419103233 => throws TypeError | ',
    ]);
  });

  it('globals: descriptors, values, and what valueOf and the setter are called on', () =>
    sameOnBoth((o) => {
      const { Global } = loose(o);
      const members = { value: o.value('value', 'i32'), mutable: o.value('mutable', true) };
      o.step('made', () => new Global!(o.watched('d', members), o.value('v', 3))['value']);
      o.step('unknown type', () => new Global!(o.watched('d', { ...members, value: 'x' }), o.value('v', 3)));
      o.step('no type', () => new Global!({}));
      for (const type of ['i32', 'i64', 'f32', 'f64', 'anyfunc', 'funcref', 'externref', 'v128']) {
        o.step(`${type} of undefined`, () => new Global!({ value: type }, undefined)['value']);
        if (type !== 'externref') o.step(`${type} of nothing`, () => new Global!({ value: type })['value']);
        for (const value of [1.7, 3n, null, Symbol('s'), 'x', 2 ** 40, 3.1])
          o.step(
            `${type} of ${typeof value} ${String(value)}`,
            () => new Global!({ value: type }, value)['value'],
          );
      }
      const prototype = Global!.prototype as Record<string, Callable>;
      for (const object of [true, undefined, null, {}, 5, prototype])
        o.step(`valueOf on ${typeof object}`, () => prototype['valueOf']!.call(object));
      o.step('valueOf beside an own value', () => {
        const global = new Global!({ value: 'i32' }, 7);
        Object.defineProperty(global, 'value', { value: 9 });
        return global['valueOf']!();
      });
      const { get, set } = Object.getOwnPropertyDescriptor(prototype, 'value')!;
      const [mutable, constant] = [true, false].map((mutable) => new Global!({ value: 'i32', mutable }, 5));
      o.step('set', () => (set!.call(mutable, o.value('x', 6)), get!.call(mutable)));
      o.step('set a constant', () => set!.call(constant, o.value('x', 6)));
      o.step('set without a value', () => (set as Callable).call(mutable));
      o.step('set on something else', () => set!.call({}, o.value('x', 6)));
    }));

  it('growing, and elements: bounds before values', () =>
    sameOnBoth((o) => {
      const { Memory, Table } = loose(o);
      const table = (): Record<string, Callable> =>
        new Table!({ element: 'anyfunc', initial: 1, maximum: 1 });
      const references = (...values: unknown[]): Record<string, Callable> =>
        new Table!({ element: 'externref', initial: 1 }, ...values);
      o.step('grow a memory by nothing', () => new Memory!({ initial: 0 })['grow']!());
      o.step('grow a memory', () => new Memory!({ initial: 0 })['grow']!(o.value('d', 2)));
      o.step('grow a memory too far', () =>
        new Memory!({ initial: 0, maximum: 1 })['grow']!(o.value('d', 2)),
      );
      o.step('grow a memory by -1', () => new Memory!({ initial: 2 })['grow']!(-1));
      o.step('grow a memory by 0.5', () => new Memory!({ initial: 2 })['grow']!(0.5));
      o.step('grow a table by nothing', () => table()['grow']!());
      o.step('grow a table, a bad value', () => table()['grow']!(o.value('d', 9), 5));
      o.step('grow a table too far', () => table()['grow']!(o.value('d', 9)));
      o.step('get nothing', () => table()['get']!());
      o.step('get', () => table()['get']!(o.value('i', 0)));
      o.step('get out of bounds', () => table()['get']!(o.value('i', 1)));
      o.step('set nothing', () => table()['set']!());
      o.step('set to nothing', () => table()['set']!(0));
      o.step('set to undefined', () => table()['set']!(0, undefined));
      o.step('set a bad value out of bounds', () => table()['set']!(o.value('i', 9), 5));
      o.step('set at -9', () => table()['set']!(o.value('i', -9), 5));
      o.step('set at -0.9', () => table()['set']!(o.value('i', -0.9), null));
      o.step('references', () => {
        const made = references(4);
        made['set']!(0);
        return [made['get']!(0), references()['get']!(0), references(undefined)['get']!(0)];
      });
    }));

  it('arguments and results, several results after all of them are there', async () => {
    const types = ['i32', 'i64', 'f32', 'f64', 'externref'];
    // Every order of numbers and bigints that three results can have, straight and through a function exported again.
    const signatures = types.flatMap((a) => types.map((b) => [a, b, types[(a.length + b.length) % 5]!]));
    const modules = await Promise.all(
      signatures.map((results) =>
        assemble(`(module (import "m" "f" (func $f (param i32 i64) (result ${results.join(' ')}))) (export "again" (func $f))
          (func (export "f") (param i32 i64) (result ${results.join(' ')}) (call $f (local.get 0) (local.get 1))))`),
      ),
    );
    await sameOnBoth((o) => {
      for (const [at, bytes] of modules.entries()) {
        let answer: unknown;
        const f = function (this: unknown, ...values: unknown[]): unknown {
          o.note(`called with ${values.map(String).join()}`);
          return answer;
        };
        const instance = new o.WebAssembly.Instance(new o.WebAssembly.Module(bytes), { m: { f } });
        const exports = instance.exports as unknown as Record<string, Callable>;
        const values = signatures[at]!.map((type, i) =>
          o.value(`${i}`, type === 'i64' ? BigInt(i) : i + 0.1),
        );
        const wrong = signatures[at]!.map((type, i) => o.value(`${i}`, type === 'i64' ? i : BigInt(i)));
        for (const name of ['f', 'again']) {
          const call = (label: string, given: unknown) => {
            answer = given;
            o.step(`${signatures[at]!.join()} ${name} ${label}`, () =>
              exports[name]!(o.value('a', 1), o.value('b', 2n), o.value('c', 3)),
            );
          };
          call('right', o.iterable(values));
          call('wrong', o.iterable(wrong));
          call('too few', o.iterable(values.slice(1)));
          call('too many', o.iterable([...values, ...values]));
          call('text', 'abc');
          call('undefined', undefined);
          call('no iterable', o.value('none', 5));
          o.step(`${at} ${name} bad argument`, () => exports[name]!(o.value('a', 1), o.value('b', 2)));
          o.step(`${at} ${name} missing argument`, () => exports[name]!(o.value('a', 1)));
        }
      }
    });
  });

  it('imports: all are read before the first is looked at', async () => {
    const bytes =
      await assemble(`(module (import "m" "f" (func)) (import "m" "g" (global i32)) (import "n" "h" (func))
      (import "m" "t" (table 1 funcref)))`);
    const none = await assemble('(module)');
    await sameOnBoth((o) => {
      const { Instance, Module } = loose(o);
      const module = new Module!(bytes);
      const link = (imports: object) => new Instance!(module, o.watched('imports', imports));
      const f = (): void => o.note('called');
      const t = new o.WebAssembly.Table({ element: 'anyfunc', initial: 1 });
      const n = o.watched('n', { h: f });
      o.step('all', () => link({ m: o.watched('m', { f, g: 4, t }), n }));
      o.step('no m', () => link({}));
      o.step('m null', () => link({ m: null, n }));
      o.step('m a number', () => link({ m: 5, n }));
      o.step('no f, no n', () => link({ m: o.watched('m', {}) }));
      o.step('no f', () => link({ m: o.watched('m', {}), n }));
      o.step('g a text, no n', () => link({ m: o.watched('m', { f, g: 'x' }) }));
      o.step('g a text', () => link({ m: o.watched('m', { f, g: o.value('g', 1) }), n }));
      o.step('g a bigint', () => link({ m: o.watched('m', { f, g: 1n, t }), n }));
      o.step('t a function', () => link({ m: o.watched('m', { f, g: 1, t: f }), n }));
      for (const imports of [undefined, null, 'x', 5]) {
        o.step(`imports ${String(imports)}`, () => new Instance!(module, imports));
        o.step(`needless imports ${String(imports)}`, () => new Instance!(new Module!(none), imports));
        o.step(`bad module, imports ${String(imports)}`, () => new Instance!({}, imports));
      }
      o.step('getter of another', () =>
        (Object.getOwnPropertyDescriptor(Instance!.prototype, 'exports')!.get as Callable).call({}),
      );
    });
  });

  it('modules, and names of custom sections', async () => {
    const bytes = await assemble('(module (func (export "a")))');
    await sameOnBoth((o) => {
      const { Module } = loose(o);
      const module = new Module!(bytes);
      const { customSections, exports, imports } = Module as unknown as Record<string, Callable>;
      o.step('none', () => customSections!());
      o.step('no name', () => customSections!(module));
      o.step('undefined', () => customSections!(module, undefined));
      o.step('a symbol', () => customSections!(module, Symbol('name')));
      o.step('an object', () => customSections!(module, o.value('n', 'nothing')));
      o.step('no module', () => customSections!({}, o.value('n', 'nothing')));
      o.step('exports of nothing', () => exports!());
      o.step('imports of nothing', () => imports!({}));
      for (const source of [undefined, 5, {}, new Uint8Array(0), new ArrayBuffer(0), new Uint8Array(9)]) {
        o.step(`Module ${String(source)}`, () => new Module!(source));
        o.step(`validate ${String(source)}`, () => o.WebAssembly.validate(source as never));
      }
      for (const name of ['Module', 'Instance', 'Memory', 'Table', 'Global', 'Tag', 'Exception']) {
        o.step(`${name} without new`, () => (loose(o)[name] as unknown as Callable)({}));
        o.step(`${name} of nothing`, () => new (loose(o)[name]!)());
      }
    });
  });

  it('promises: imports are read after compiling, bytes and arguments at the call', async () => {
    const bytes = await assemble('(module (import "m" "f" (func $f)) (start $f))');
    await sameOnBoth(async (o) => {
      const { WebAssembly } = o;
      const imports = () => o.watched('imports', { m: o.watched('m', { f: () => o.note('started') }) });
      const wrong = Uint8Array.of(1, 2, 3);
      const module = await WebAssembly.compile(bytes);
      const respond = (type: string, status = 200) =>
        new Response(bytes, { status, headers: { 'Content-Type': type } });
      const instantiate = WebAssembly.instantiate as (...values: unknown[]) => Promise<unknown>;
      await o.later('bytes', () => instantiate(bytes, imports()));
      await o.later('module', () => instantiate(module, imports()));
      await o.later('bytes, imports null', () => instantiate(bytes, null));
      await o.later('wrong bytes, imports null', () => instantiate(wrong, null));
      await o.later('wrong bytes', () => instantiate(wrong, imports()));
      await o.later('no imports', () => instantiate(bytes));
      await o.later('nothing', () => instantiate());
      await o.later('no f', () => instantiate(bytes, { m: {} }));
      await o.later('module, no f', () => instantiate(module, { m: {} }));
      for (const source of [bytes, module]) {
        await o.later('imports filled after the call', () => {
          const late: Record<string, object> = {};
          const promise = instantiate(source, late);
          late['m'] = { f: () => o.note('late') };
          return promise;
        });
      }
      await o.later('bytes changed after the call', () => {
        const own = bytes.slice();
        const promise = WebAssembly.compile(own);
        own.fill(0);
        return promise;
      });
      await o.later('compile nothing', () => (WebAssembly.compile as () => Promise<unknown>)());
      await o.later('streaming', () => WebAssembly.compileStreaming(respond('application/wasm')));
      await o.later('streaming another type', () =>
        WebAssembly.compileStreaming(respond('application/wasm;x=1')),
      );
      await o.later('streaming what is not there', () =>
        WebAssembly.compileStreaming(respond('application/wasm', 404)),
      );
      await o.later('streaming an object', () => WebAssembly.compileStreaming({} as never));
      await o.later('streaming, imports a number', () =>
        WebAssembly.instantiateStreaming(respond('application/wasm'), 5 as never),
      );
    });
  });

  it('an import object that is its own prototype ends', async () => {
    const bytes = await assemble('(module (import "m" "toString" (func)))');
    for (const executor of ['interpreter', 'host'] as const) {
      const WebAssembly = createWebAssembly({ executor });
      const module = new WebAssembly.Module(bytes);
      const circular: object = new Proxy({}, { getPrototypeOf: () => circular });
      const endless = (): object => new Proxy({}, { getPrototypeOf: endless });
      for (const m of [circular, endless()])
        assert.throws(() => new WebAssembly.Instance(module, { m }), WebAssembly.LinkError);
      const own: object = new Proxy({ toString: () => 'x' }, { getPrototypeOf: () => own });
      assert.ok(new WebAssembly.Instance(module, { m: own }));
    }
  });
});
