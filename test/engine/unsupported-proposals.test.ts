import { match, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, MalformedModuleError, UnsupportedModuleError, ValidationError } from '@wasm-dyno/engine';

const REFERENCES = 'typed function references';
const EXCEPTIONS = 'exception handling';
const COLLECTION = 'garbage collection';

/** Valid modules of WebAssembly 3.0 by what of them is not supported: where it stands, and the text. */
const MODULES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [REFERENCES]: {
    'ref.null <typeidx> in a body': '(type $t (func)) (func (drop (ref.null $t)))',
    'ref.null <typeidx> in a global': '(type $t (func)) (global funcref (ref.null $t))',
    'ref.null <typeidx> in a global of its type': '(type $t (func)) (global (ref null $t) (ref.null $t))',
    'ref.null <typeidx> in an element': '(type $t (func)) (elem funcref (item (ref.null $t)))',
    'ref.null <typeidx> of two bytes':
      Array.from({ length: 200 }, (_, i) => `(type (func (param${' i32'.repeat(i)})))`).join('') +
      '(func (drop (ref.null 199)))',
    'the type of an element': '(type $t (func)) (elem (ref null $t))',
    'the type of an element that is not null': '(elem declare (ref func))',
    'the type of a table': '(type $t (func)) (table 1 (ref null $t))',
    'an initial value of a table': '(func $f) (table 1 (ref func) (ref.func $f))',
    'the type of an imported table': '(type $t (func)) (import "m" "t" (table 1 (ref null $t)))',
    'the type of an imported global': '(type $t (func)) (import "m" "g" (global (ref $t)))',
    'a parameter': '(type $t (func)) (type (func (param (ref $t))))',
    'a result': '(type $t (func)) (type (func (result (ref null $t))))',
    'a local': '(type $t (func)) (func (local (ref null $t)))',
    'a local that is not null': '(func (local (ref extern)))',
    'a block': '(type $t (func)) (func (block (result (ref null $t)) (unreachable)) drop)',
    select:
      '(type $t (func)) (func (param i32) unreachable (select (result (ref null $t)) (local.get 0)) drop)',
    call_ref: '(type $t (func)) (func unreachable (call_ref $t))',
    return_call_ref: '(type $t (func)) (func unreachable (return_call_ref $t))',
    'ref.as_non_null': '(func (drop (ref.as_non_null (ref.null func))))',
    br_on_null: '(func (param funcref) (drop (br_on_null 0 (local.get 0))))',
    br_on_non_null: '(func (param funcref) (result (ref func)) unreachable)',
  },
  [COLLECTION]: {
    'a struct type': '(type (struct (field i32)))',
    'an array type': '(type (array (mut i8)))',
    'a recursion group': '(rec (type $a (func)) (type $b (func)))',
    'a subtype': '(type $a (sub (func)))',
    'a final subtype': '(type $a (sub (func))) (type $b (sub final $a (func)))',
    ...Object.fromEntries(
      ['any', 'eq', 'i31', 'struct', 'array', 'none', 'nofunc', 'noextern'].flatMap((heap) => [
        [`ref.null ${heap} in a body`, `(func (drop (ref.null ${heap})))`],
        [`a global of ${heap}`, `(global (ref null ${heap}) (ref.null ${heap}))`],
        [`an element of ${heap}`, `(elem (ref null ${heap}) (item (ref.null ${heap})))`],
        [`a table of ${heap}`, `(table 1 (ref null ${heap}))`],
        [`a parameter of ${heap}`, `(func (param (ref null ${heap})))`],
        [`a local of ${heap}`, `(func (local (ref null ${heap})))`],
        [`a block of ${heap}`, `(func (drop (block (result (ref null ${heap})) (unreachable))))`],
      ]),
    ),
    'ref.null none in a global of funcref': '(global funcref (ref.null nofunc))',
    'ref.null noextern in an element': '(elem externref (item (ref.null noextern)))',
    'ref.eq': '(func unreachable ref.eq drop)',
    'ref.i31 in a body': '(func (drop (ref.i31 (i32.const 1))))',
    'ref.i31 in a global': '(global (ref null i31) (ref.i31 (i32.const 1)))',
    'ref.test': '(func (param funcref) (drop (ref.test (ref func) (local.get 0))))',
    'ref.cast': '(func (param funcref) (drop (ref.cast (ref func) (local.get 0))))',
    'any.convert_extern': '(func (param externref) (drop (any.convert_extern (local.get 0))))',
    'any.convert_extern in a global':
      '(global (import "m" "g") externref) (global anyref (any.convert_extern (global.get 0)))',
  },
  [EXCEPTIONS]: {
    'a tag': '(tag)',
    'an imported tag': '(import "m" "t" (tag))',
    throw: '(tag $t) (func (throw $t))',
    throw_ref: '(func (param exnref) (throw_ref (local.get 0)))',
    try_table: '(func (try_table))',
    'ref.null exn': '(func (drop (ref.null exn)))',
    'ref.null noexn': '(func (drop (ref.null noexn)))',
    'a global of exnref': '(global exnref (ref.null exn))',
    'a table of exnref': '(table 1 exnref)',
    'a local of exnref': '(func (local exnref))',
  },
};

function section(id: number, ...content: number[]): number[] {
  return [id, content.length, ...content];
}

/** A type `[] -> []`, and what `ref.null` names: in a body, in a global of funcref, in an element. */
function nullOf(...heapType: number[]): readonly (readonly [string, Uint8Array])[] {
  const preamble = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, 1, 0x60, 0, 0)];
  const body = [0, 0xd0, ...heapType, 0x1a, 0x0b];
  return [
    ['body', Uint8Array.from([...preamble, ...section(3, 1, 0), ...section(10, 1, body.length, ...body)])],
    ['global', Uint8Array.from([...preamble, ...section(6, 1, 0x70, 0, 0xd0, ...heapType, 0x0b)])],
    ['element', Uint8Array.from([...preamble, ...section(9, 1, 5, 0x70, 1, 0xd0, ...heapType, 0x0b)])],
  ];
}

describe('what WebAssembly 3.0 has beyond the engine is unsupported, by the name of its proposal', () => {
  const engine = new Engine({ compilationMode: 'eager' });
  for (const [proposal, modules] of Object.entries(MODULES)) {
    for (const [place, text] of Object.entries(modules)) {
      it(`${proposal}: ${place}`, async () => {
        const bytes = await parse(`(module ${text})`);
        throws(
          () => engine.compile(bytes),
          (error) => {
            ok(error instanceof UnsupportedModuleError, String(error));
            match(error.message, new RegExp(`belongs to the proposal "(${proposal}|${REFERENCES})"`));
            return true;
          },
        );
      });
    }
  }

  it('the heap type of ref.null: unknown types are invalid, what is no heap type is malformed', () => {
    const refused = (heapType: number[], errorClass: new (...values: never[]) => Error, message: RegExp) => {
      for (const [place, bytes] of nullOf(...heapType)) {
        throws(
          () => engine.compile(bytes),
          (error) => {
            ok(error instanceof errorClass, `${place}: ${String(error)}`);
            match((error as Error).message, message);
            if (place === 'body') match((error as Error).message, /in function 0/);
            return true;
          },
        );
      }
    };
    refused([0], UnsupportedModuleError, /typed function references/);
    refused([0x80, 0], UnsupportedModuleError, /typed function references/);
    refused([1], ValidationError, /unknown type 1/);
    refused([0x80, 1], ValidationError, /unknown type 128/);
    refused([0x69], UnsupportedModuleError, /exception handling/);
    refused([0x7f], MalformedModuleError, /malformed heap type/);
    refused([0x63], MalformedModuleError, /malformed heap type/);
    refused([0x64], MalformedModuleError, /malformed heap type/);
    refused([0xf0, 0x7f], MalformedModuleError, /malformed heap type/);
    refused([0x80, 0x80, 0x80, 0x80, 0x20], MalformedModuleError, /integer/);
    for (const known of [0x70, 0x6f]) engine.compile(nullOf(known)[0]![1]);
  });
});
