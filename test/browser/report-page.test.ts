import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReport } from '@wasm-dyno/reports';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { writeRunFolder } from '../reports/run-folder.js';
import { useChromium } from './chromium.js';
import { hasLegiblePictures, hasNoFault, LOOKS, onPage, printed } from './looks.js';

describe('the report page in a browser', function () {
  // axe-core looks at thousands of elements, twice.
  this.timeout(240_000);
  const browser = useChromium();
  let directory: string;
  let address: string;

  before(async function () {
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
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });

  for (const look of LOOKS)
    it(`has no fault that axe-core knows, folded or unfolded, at ${look.width} px, ${look.colorScheme}`, () =>
      onPage(browser(), address, look, hasNoFault));

  it('keeps the letters of its pictures legible on a telephone', async () => {
    await onPage(browser(), address, { width: 390 }, async (page) => {
      await hasLegiblePictures(page, 11);
    });
  });

  it('has every verdict of its first table in sight, at any width', async () => {
    for (const { width } of LOOKS)
      await onPage(browser(), address, { width }, async (page) => {
        const verdicts = page.locator('.said > .cards .standing .v');
        assert.equal(await verdicts.count(), 6);
        for (const verdict of await verdicts.all()) {
          const box = (await verdict.boundingBox())!;
          assert.ok(box.x >= 0 && box.x + box.width <= width, `${width}: ${box.x} + ${box.width}`);
        }
      });
  });

  it('shows the multipliers of its table in the picture beside it', async () => {
    await onPage(browser(), address, {}, async (page) => {
      const drawn = (await page.locator('.first svg.chart').getAttribute('aria-label'))!;
      assert.match(drawn, /^Multiplier by engine and phase: multiplier by engine\./);
      const told = await page.locator('.said > .cards td[data-heading="multiplier"]').allInnerTexts();
      assert.equal(told.length, 6);
      for (const text of told) {
        const value = Number(Number(/^[\d.,]+/.exec(text)![0].replaceAll(',', '')).toPrecision(3));
        assert.ok(drawn.includes(` ${value}`), `${text}: ${drawn}`);
      }
    });
  });

  it('has every contents link in sight at 1280 and 768 pixels', async () => {
    for (const width of [1280, 768])
      await onPage(browser(), address, { width }, async (page) => {
        for (const link of await page.locator('nav a').all()) {
          const box = (await link.boundingBox())!;
          assert.ok(box.x + box.width <= width && box.y + box.height < 800);
        }
      });
  });

  it('prints all warnings and the cold prices, and no bar of contents', async () => {
    await onPage(browser(), address, {}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const warnings = page.locator('.warnings li');
      assert.ok((await warnings.count()) > 1);
      for (const warning of await warnings.all())
        assert.ok((await warning.boundingBox())!.height > 0, (await warning.textContent())!);
      assert.ok((await page.getByRole('table', { name: /^Cold prices/ }).boundingBox())!.height > 0);
      assert.equal(await page.locator('nav').isVisible(), false);
    });
  });

  it('is a few screens high as it opens, and at most 12 pages on paper', async () => {
    await onPage(browser(), address, {}, async (page) => {
      const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
      assert.ok(height < 8000, `${height} px`);
      const { pages } = await printed(page);
      assert.ok(pages <= 12, `${pages} pages`);
    });
  });

  it('shows pictures and unfolds a section by its link where no script runs', async () => {
    await onPage(browser(), address, { javaScriptEnabled: false }, async (page) => {
      assert.ok(await page.locator('.first svg.chart').isVisible());
      assert.equal(await page.locator('#memset').isVisible(), false);
      await page.locator('nav a[href="#memset"]').click();
      assert.ok(await page.locator('#memset svg.chart').first().isVisible());
    });
  });

  it('is read by keyboard alone', async () => {
    await onPage(browser(), address, {}, async (page) => {
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
