import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReport } from '@wasm-dyno/reports';
import type { Browser } from 'playwright-core';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { writeRunFolder } from '../reports/run-folder.js';
import { launchChromium } from './chromium.js';
import { hasNoFault, LOOKS, onPage } from './looks.js';

describe('the report page in a browser', function () {
  let browser: Browser;
  let directory: string;
  let address: string;

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined) this.skip();
    browser = launched;
    const cold = inventedRows({
      seed: 3,
      processes: 60,
      rounds: 1,
      temperature: 'cold',
      oneArmPerProcess: true,
    });
    directory = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2), ...cold],
      engines: ['embedded', 'wasmi', 'v8'],
    });
    const file = join(directory, 'report.html');
    writeFileSync(file, renderReport(directory, 'html', { filesBase: '' }));
    address = pathToFileURL(file).href;
  });

  after(async () => {
    await browser?.close();
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });

  for (const look of LOOKS)
    it(`has no fault that axe-core knows, folded or unfolded, at ${look.width} px, ${look.colorScheme}`, () =>
      onPage(browser, address, look, hasNoFault));

  it('keeps the letters of its pictures legible on a telephone', async () => {
    await onPage(browser, address, { width: 390 }, async (page) => {
      const sizes = (await page.evaluate(
        `[...document.querySelectorAll('svg.chart')].map((chart) => chart.getBoundingClientRect().width).filter((width) => width > 0)
          .map((width) => (13 * width) / 480)`,
      )) as number[];
      assert.ok(sizes.length > 0);
      for (const size of sizes) assert.ok(size > 9, `${size} px`);
    });
  });

  it('is a few screens high as it opens, and at most 12 pages on paper', async () => {
    await onPage(browser, address, {}, async (page) => {
      const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
      assert.ok(height < 8000, `${height} px`);
      const paper = await page.pdf({ format: 'A4', preferCSSPageSize: true });
      const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length;
      assert.ok(pages <= 12, `${pages} pages`);
    });
  });

  it('shows pictures and unfolds a section by its link where no script runs', async () => {
    await onPage(browser, address, { javaScriptEnabled: false }, async (page) => {
      assert.ok(await page.locator('.first svg.chart').isVisible());
      assert.equal(await page.locator('#memset').isVisible(), false);
      await page.locator('nav a[href="#memset"]').click();
      assert.ok(await page.locator('#memset svg.chart').first().isVisible());
    });
  });

  it('is read by keyboard alone', async () => {
    await onPage(browser, address, {}, async (page) => {
      const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>;
      await page.keyboard.press('Tab');
      assert.equal(await focused(), 'Prices');
      for (let presses = 0; presses < 60 && !(await focused()).startsWith('Recommended'); presses++)
        await page.keyboard.press('Tab');
      assert.equal(await page.locator('#multipliers').isVisible(), false);
      await page.keyboard.press('Enter');
      assert.ok(await page.locator('#multipliers').isVisible());
    });
  });
});
