import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderComparison } from '@wasm-dyno/reports';
import { compareSources, comparisonRecord, readPricedSource } from 'wasm-dyno';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { writeRunFolder } from '../reports/run-folder.js';
import { useChromium } from './chromium.js';
import { hasLegiblePictures, hasNoFault, LOOKS, onPage, printed } from './looks.js';

describe('the pages that compare runs, in a browser', function () {
  this.timeout(240_000);
  const browser = useChromium();
  let folder: string;
  const runs: string[] = [];
  const addresses: Record<string, string> = {};

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-pages-'));
    for (const seed of [1, 2, 3])
      runs.push(
        writeRunFolder({
          rows: [...inventedRows({ seed, processes: 12, rounds: 4, drift: 0.02 }), ...inventedSweep(seed)],
        }),
      );
    for (const [name, count] of [
      ['two runs', 2],
      ['a fleet', 3],
    ] as const) {
      const sources = runs.slice(0, count).map((run) => readPricedSource(join(run, 'profile.json')));
      const file = join(folder, `${count}.html`);
      writeFileSync(file, renderComparison(comparisonRecord(compareSources(sources), sources), 'html'));
      addresses[name] = pathToFileURL(file).href;
    }
  });
  after(async () => {
    for (const path of [folder, ...runs]) if (path !== undefined) rmSync(path, { recursive: true });
  });

  for (const name of ['two runs', 'a fleet']) {
    for (const look of LOOKS)
      it(`have no fault that axe-core knows: ${name}, ${look.width} px, ${look.colorScheme}`, () =>
        onPage(browser(), addresses[name]!, look, hasNoFault));

    it(`fit on three printed pages, and show their picture without scripts: ${name}`, () =>
      onPage(browser(), addresses[name]!, { javaScriptEnabled: false }, async (page) => {
        assert.ok(await page.locator('.first svg.chart').isVisible());
        assert.ok((await printed(page)).pages <= 3);
      }));

    it(`keep the letters of their picture legible on a telephone: ${name}`, () =>
      onPage(browser(), addresses[name]!, { width: 390 }, (page) => hasLegiblePictures(page, 11)));

    it(`are read by keyboard alone: ${name}`, () =>
      onPage(browser(), addresses[name]!, {}, async (page) => {
        await page.keyboard.press('Tab');
        const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>;
        for (let presses = 0; presses < 20 && (await focused()) !== 'Method'; presses++)
          await page.keyboard.press('Tab');
        assert.equal(await page.locator('#method').isVisible(), false);
        await page.keyboard.press('Enter');
        assert.ok(await page.locator('#method').isVisible());
      }));
  }
});
