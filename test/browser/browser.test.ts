import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { build } from 'esbuild';
import type { ExecutorName } from '@wasm-dyno/engine';
import { useChromium } from './chromium.js';
import { runInPage, type PageResult } from './page.js';

type Show = (hex: string, executor: ExecutorName) => PageResult;

const SUM = `(module
  (import "host" "tick" (func $tick (param i32)))
  (func (export "sum") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (call $tick (local.get $n))
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`;

describe('in a browser', function () {
  const browser = useChromium();
  let script: string;

  before(async function () {
    const bundle = await build({
      entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      write: false,
    });
    script = bundle.outputFiles[0]!.text;
  });

  it('loads, runs and meters a module exactly as in Node', async () => {
    const bytes = await parse(SUM);
    const page = await browser().newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.setContent(
      `<!doctype html><body></body><script>${script.replaceAll('</script', '<\\/script')}</script>`,
    );
    const hex = Buffer.from(bytes).toString('hex');
    const results = [];
    for (const executor of ['interpreter', 'host'] as const) {
      const inBrowser = await page.evaluate(
        ([module, name]) => (globalThis as unknown as { show: Show }).show(module, name),
        [hex, executor] as const,
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(inBrowser, runInPage(bytes, executor));
      assert.equal(inBrowser.sum, 5050);
      assert.equal(inBrowser.ticks, 100);
      assert.match(inBrowser.outOfFuel, /requires \d+ fuel/);
      assert.equal(await page.textContent('body').then((text) => text?.startsWith('sum 5050')), true);
      results.push(inBrowser);
    }
    assert.equal(results[1]!.fuel, results[0]!.fuel);
  });
});
