import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { encodeTextModule, loadUserModules, ModuleBuilder, NoUsableModulesError } from '@wasm-dyno/corpora';

const TEXT = '(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))';

function smallModule(constant = 1): Uint8Array {
  const module = new ModuleBuilder();
  module.addFunction([], [0x7f], (body) => body.i32Const(constant));
  return module.toBytes();
}

describe('the user’s own modules', () => {
  let folder: string;
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-corpora-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('loads binary and text files named one by one', async () => {
    const binary = write('one.wasm', smallModule());
    const text = write('two.wat', TEXT);
    const corpus = await loadUserModules([text, binary]);
    assert.deepEqual(corpus.skipped, []);
    assert.deepEqual(
      corpus.modules.map(({ name, origin, functions }) => ({ name, origin, functions })),
      [
        { name: 'two.wat', origin: { kind: 'file', path: text }, functions: [{ index: 0, bodyBytes: 7 }] },
        { name: 'one.wasm', origin: { kind: 'file', path: binary }, functions: [{ index: 0, bodyBytes: 4 }] },
      ],
    );
  });

  it('takes a file named by itself whatever its extension', async () => {
    const corpus = await loadUserModules([write('plugin.bin', smallModule())]);
    assert.equal(corpus.modules[0]?.name, 'plugin.bin');
  });

  it('searches folders through, in the order of names, and leaves other files alone', async () => {
    write('b/z.wasm', smallModule(1));
    write('b/c/y.wat', TEXT);
    write('a.wasm', smallModule(2));
    write('b/notes.txt', 'no module');
    const corpus = await loadUserModules([folder]);
    assert.deepEqual(corpus.skipped, []);
    assert.deepEqual(
      corpus.modules.map(({ name }) => name),
      ['a.wasm', 'b/c/y.wat', 'b/z.wasm'],
    );
  });

  it('visits every file once, and symbolic links that lead in circles end', async () => {
    const file = write('a/one.wasm', smallModule());
    symlinkSync(folder, join(folder, 'a', 'back'));
    symlinkSync(file, join(folder, 'again.wasm'));
    symlinkSync(join(folder, 'loop.wasm'), join(folder, 'loop.wasm'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.wasm'));
    const corpus = await loadUserModules([folder, file, folder]);
    assert.equal(corpus.modules.length, 1);
    const reasons = Object.fromEntries(
      corpus.skipped.map(({ name, reason }) => [name.slice(folder.length + 1), reason]),
    );
    assert.equal(reasons['dangling.wasm'], 'no such file or folder');
    assert.equal(reasons['loop.wasm'], 'a symbolic link that leads back to itself');
  });

  it('tells files of one name in two folders apart', async () => {
    const first = write('x/same.wasm', smallModule(1));
    const second = write('y/same.wasm', smallModule(2));
    const { modules } = await loadUserModules([first, second]);
    assert.deepEqual(
      modules.map(({ name }) => name),
      ['same.wasm', second],
    );
  });

  it('gives a folder the same digest wherever it lies', async () => {
    write('here/a.wasm', smallModule());
    write('there/a.wasm', smallModule());
    const here = await loadUserModules([join(folder, 'here')]);
    const there = await loadUserModules([join(folder, 'there')]);
    assert.equal(here.digest, there.digest);
    write('there/a.wasm', smallModule(2));
    assert.notEqual((await loadUserModules([join(folder, 'there')])).digest, here.digest);
  });

  it('skips what is broken with offset and reason, and goes on', async () => {
    const good = write('good.wasm', smallModule());
    const whole = smallModule();
    const invalid = new ModuleBuilder();
    invalid.addFunction([], [0x7f], () => undefined);
    const corpus = await loadUserModules([
      write('empty.wasm', ''),
      write('text.wasm', 'hello, world'),
      write('truncated.wasm', whole.slice(0, -1)),
      write('invalid.wasm', invalid.toBytes()),
      write('component.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)),
      write('hollow.wasm', new ModuleBuilder().toBytes()),
      write('broken.wat', '(module\n  (func (result i32) i32.cons 1))'),
      write('mistyped.wat', '(module (func (result i32) i64.const 1))'),
      join(folder, 'absent.wasm'),
      good,
    ]);
    assert.deepEqual(
      corpus.modules.map(({ name }) => name),
      ['good.wasm'],
    );
    const skipped = new Map(corpus.skipped.map((each) => [each.name.slice(folder.length + 1), each]));
    assert.equal(skipped.size, 9);
    assert.equal(skipped.get('empty.wasm')?.reason, 'is empty');
    assert.equal(skipped.get('text.wasm')?.offset, 0);
    assert.ok(skipped.get('truncated.wasm')!.offset! >= 8);
    assert.equal(typeof skipped.get('invalid.wasm')?.offset, 'number');
    assert.match(skipped.get('component.wasm')!.reason, /is a component/);
    assert.match(skipped.get('hollow.wasm')!.reason, /no function bodies/);
    assert.match(skipped.get('broken.wat')!.reason, /^line 2, column \d+: .*i32\.cons/);
    assert.equal(skipped.get('absent.wasm')?.reason, 'no such file or folder');
    assert.ok(skipped.has('mistyped.wat'));
  });

  it('says by name and reason when a feature is missing', async () => {
    const shared = write('threads.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 3, 1, 1));
    await assert.rejects(loadUserModules([shared]), (error: unknown) => {
      assert.ok(error instanceof NoUsableModulesError);
      assert.equal(error.skipped[0]?.name, shared);
      assert.match(error.skipped[0].reason, /shared|threads/);
      assert.equal(error.skipped[0].offset, 11);
      return true;
    });
  });

  it('skips a file over the module limit without reading it', async () => {
    const { DEFAULT_LIMITS } = await import('../../engine/enforced-limits.js');
    const path = write('large.wasm', smallModule());
    await assert.rejects(
      loadUserModules([path], { limits: { ...DEFAULT_LIMITS, maximumModuleBytes: 10 } }),
      /large\.wasm: has \d+ bytes; up to 10 are read/,
    );
  });

  it('refuses what is no regular file', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe.wasm');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(loadUserModules([pipe]), /is not a regular file/);
  });

  it('encodes text modules of every feature that the engine has', async () => {
    const text = '(module (memory 1) (memory i64 1) (func (result i64) (i64.load 1 (i64.const 0))))';
    const corpus = await loadUserModules([write('memories.wat', text)]);
    assert.deepEqual(corpus.skipped, []);
    await assert.rejects(encodeTextModule(new TextEncoder().encode('(module (func')), {
      name: 'TextModuleError',
      message: /^line 1, column \d+: /,
    });
    await assert.rejects(encodeTextModule(Uint8Array.of(0xff)), /is not text in UTF-8/);
  });

  it('encodes hundreds of nested blocks, flat and folded, as SQLite has them', async () => {
    const count = 2000;
    const flat = `${'block '.repeat(count)} ${'end '.repeat(count)}`;
    const folded = `${'(block '.repeat(count)} ${')'.repeat(count)}`;
    const conditions = `${'(if (i32.const 1) (then '.repeat(count)} ${'))'.repeat(count)}`;
    const sums = `${'(i32.add (i32.const 1) '.repeat(count)} (i32.const 7) ${')'.repeat(count)} drop`;
    for (const body of [flat, folded, conditions, sums]) {
      const bytes = await encodeTextModule(new TextEncoder().encode(`(module (func ${body}))`));
      assert.ok(WebAssembly.validate(Uint8Array.from(bytes)));
    }
  });

  it('says of a text that ends within a hundred thousand brackets where it is wrong', async () => {
    for (const text of ['('.repeat(100_000), `(module ${'(func '.repeat(100_000)}`, '(;'.repeat(100_000)]) {
      await assert.rejects(encodeTextModule(new TextEncoder().encode(text)), (error: Error) => {
        assert.equal(error.name, 'TextModuleError');
        assert.match(error.message, /^line 1, column \d+: /);
        return error.message.length < 400;
      });
    }
  });

  it('takes characters that turn the direction of text in strings', async () => {
    const bytes = await encodeTextModule(new TextEncoder().encode('(module (import "a" "\u202eb" (func)))'));
    assert.ok(Buffer.from(bytes).includes(Buffer.from('\u202eb')));
  });

  it('knows .WAT for text, and what people take for a module by its first bytes', async () => {
    assert.equal((await loadUserModules([write('LOUD.WAT', TEXT)])).modules.length, 1);
    const cases: readonly [string, string | Uint8Array, RegExp][] = [
      ['packed.wasm', gzipSync(smallModule()), /is compressed with gzip: unpack it first/],
      ['archive.wasm', Buffer.from('PK\x03\x04....'), /is a zip archive/],
      ['component.wat', '(component)', /is a component, not a core module/],
      ['text.wasm', '(module)', /seems to be a module in text form: give its name the ending \.wat/],
    ];
    for (const [name, content, reason] of cases) {
      await assert.rejects(loadUserModules([write(name, content)]), reason);
    }
  });

  it('throws one clear error when nothing is usable', async () => {
    await assert.rejects(loadUserModules([folder]), {
      name: 'NoUsableModulesError',
      message: `no usable module in ${folder}: no .wasm or .wat file found; name .wasm or .wat files, or folders of them`,
    });
    write('one.wasm', 'x');
    write('two.wasm', 'y');
    await assert.rejects(
      loadUserModules([folder]),
      /one\.wasm: .* \(and 1 more\); name \.wasm or \.wat files/,
    );
  });

  it('never throws anything but that for arbitrary and mutated bytes', async () => {
    const whole = smallModule(300);
    const path = write('hostile.wasm', '');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 64 }).map((rest) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...rest)),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([position, value]) => whole.with(position, value)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(path, content);
        try {
          await loadUserModules([path]);
        } catch (error) {
          assert.ok(error instanceof NoUsableModulesError, String(error));
          assert.equal(error.skipped.length, 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
