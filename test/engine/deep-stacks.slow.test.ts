import { deepEqual, equal, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { loadRealCorpus } from '@wasm-dyno/corpora';
import { Engine, Linker, Store, UnsupportedModuleError } from '@wasm-dyno/engine';

const repeat = (count: number, text: string) => new Array<string>(count).fill(text).join(' ');

/** A function with so many operands on the stack at so many joins, `joins` of three each. */
const deep = (operands: number, joins: number) => `(func (export "f") (result i32)
  ${repeat(operands, '(i32.const 1)')} ${repeat(joins, '(if (i32.const 0) (then) (else))')} ${repeat(operands - 1, 'i32.add')})`;

const MODES = ['eager', 'lazy-translation', 'lazy'] as const;

describe('deep operand stacks where control joins', () => {
  it('are left to the interpreter, in every mode: a host compiles before it can charge', async () => {
    const bytes = await parse(`(module (func) ${deep(1000, 1000)})`);
    for (const compilationMode of MODES) {
      const host = new Engine({ executor: 'host', compilationMode });
      throws(
        () => host.compile(bytes),
        (error) =>
          error instanceof UnsupportedModuleError &&
          error.functionIndex === 1 &&
          /operands on the stack at branches.* use the executor "interpreter"/.test(error.message),
      );
      const engine = new Engine({ compilationMode });
      const run = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes)).getFunction('f')!;
      deepEqual(run.call(), [1000]);
    }
  });

  it('are counted at branches, tables of branches, loops and calls alike', async () => {
    const many = repeat(400, '(i32.const 1)');
    const drops = repeat(400, 'drop');
    const host = new Engine({ executor: 'host' });
    const refused = [
      repeat(200, '(loop)'),
      repeat(200, '(block)'),
      repeat(200, '(block (br_if 0 (i32.const 0)))'),
      `${repeat(100, 'block')} ${repeat(30, `(block (br_table ${repeat(50, '0 1')} (i32.const 0)))`)} ${repeat(100, 'end')}`,
    ];
    for (const body of refused) {
      const bytes = await parse(`(module (func ${many} ${body} ${drops}))`);
      throws(() => host.compile(bytes), UnsupportedModuleError, body.slice(0, 40));
    }
    const calls = await parse(`(module (func $e) (func ${many} ${repeat(500, '(call $e)')} ${drops}))`);
    throws(() => host.compile(calls), UnsupportedModuleError, 'operands beneath calls');
    const rotated = repeat(500, '(i32.rotl (i32.const 1))');
    const rotations = await parse(`(module (func ${many} ${rotated} ${drops}))`);
    throws(() => host.compile(rotations), UnsupportedModuleError, 'operands beneath rotations');
    const values = repeat(16, 'i32');
    const called = `(func $g (result ${values}) ${repeat(16, '(i32.const 1)')})
      (func ${repeat(30, 'call $g')} ${repeat(200, '(loop)')} ${repeat(480, 'drop')})`;
    const bytes = await parse(`(module ${called})`);
    throws(() => host.compile(bytes), UnsupportedModuleError, 'calls');
  });

  it('are compiled where they are few for the size of the function, dead code and all', async () => {
    const host = new Engine({ executor: 'host' });
    const texts = [
      deep(1000, 1),
      deep(12, 1000),
      `(func (export "f") (result i32) ${repeat(12, '(i32.const 1)')} ${repeat(100, '(if (i32.const 0) (then (return (i32.const 1))) (else unreachable))')} return)`,
    ];
    for (const text of texts) equal(typeof host.compile(await parse(`(module ${text})`)), 'object');
  });

  it('are not the only thing that is: so are modules of many types', async () => {
    const types = (count: number) => parse(`(module ${repeat(count, '(type (func))')})`);
    const host = new Engine({ executor: 'host' });
    const many = await types(5001);
    throws(
      () => host.compile(many),
      (error) => error instanceof UnsupportedModuleError && /5001 types/.test(error.message),
    );
    host.compile(await types(5000));
  });

  it('are in no function of the real corpus', () => {
    const host = new Engine({ executor: 'host' });
    for (const { bytes } of loadRealCorpus().modules) host.compile(bytes);
  });
});
