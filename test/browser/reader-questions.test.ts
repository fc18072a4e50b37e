import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  MODULE_CLOSURE_TABLE,
  renderComparison,
  renderReport,
  rowOrigin,
  type ModuleClosureRow,
} from '@wasm-dyno/reports';
import type { Locator, Page } from 'playwright-core';
import { compareSources, comparisonRecord, readPricedSource } from 'wasm-dyno';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { runRecord, writeRunFolder } from '../reports/run-folder.js';
import { useChromium } from './chromium.js';

/** Somebody who looks at a page and counts the clicks that an answer takes. */
class Reader {
  clicks = 0;

  constructor(readonly page: Page) {}

  async click(place: Locator): Promise<void> {
    this.clicks++;
    await place.click();
  }

  /** What is seen of the page, folds that are closed left out. */
  async sees(answer: RegExp): Promise<void> {
    const seen = await this.page.locator('body').innerText();
    assert.match(seen, answer);
  }
}

function moduleRow(module: string, closure: number): ModuleClosureRow {
  return {
    ...{ engine: 'embedded', temperature: 'warm', phase: 'translate', module },
    ...{ functions: 10, bytes: 1000, corpusBytes: 1000, nanosecondsPerByte: 8 },
    ...{
      chargedNanosecondsPerByte: 8 * closure,
      closure,
      low: closure,
      high: closure,
      closureLeftOut: closure,
    },
  };
}

describe('questions that readers have of a report', function () {
  const browser = useChromium();
  let directory: string;
  let folder: string;

  before(async function () {
    const cold = inventedRows({
      ...{ seed: 3, processes: 60, rounds: 1, temperature: 'cold', oneArmPerProcess: true },
    });
    const modules = [
      moduleRow('real/lz4', 1.02),
      moduleRow('real/charls', 1.31),
      moduleRow('real/gofmt', 0.9),
    ];
    directory = writeRunFolder({
      rows: [
        ...inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 }),
        ...inventedSweep(2),
        ...cold,
      ],
      files: { 'modules.csv': MODULE_CLOSURE_TABLE.text(modules, rowOrigin(runRecord())) },
    });
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-pages-'));
    const sources = [0, 1].map(() => readPricedSource(join(directory, 'profile.json')));
    const comparison = comparisonRecord(compareSources(sources), sources);
    writeFileSync(join(folder, 'report.html'), renderReport(directory, 'html'));
    writeFileSync(join(folder, 'comparison.html'), renderComparison(comparison, 'html'));
  });
  after(async () => {
    for (const path of [directory, folder]) if (path !== undefined) rmSync(path, { recursive: true });
  });

  async function reading(
    file: string,
    clicks: number,
    read: (reader: Reader) => Promise<void>,
  ): Promise<void> {
    const context = await browser().newContext({
      javaScriptEnabled: true,
      viewport: { width: 1280, height: 800 },
    });
    try {
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(folder, file)).href);
      const reader = new Reader(page);
      await read(reader);
      assert.equal(reader.clicks, clicks);
    } finally {
      await context.close();
    }
  }

  it('what do I charge per byte? no click', () =>
    reading('report.html', 0, async (reader) => {
      await reader.sees(/multiplier[^]*translate\s+[\d.,]+\s+\([\d.,]+ to [\d.,]+\)/);
      await reader.sees(/One fuel \(64B\) is [\d.]+ ns/);
    }));

  it('is it trustworthy here? no click', () =>
    reading('report.html', 0, async (reader) => {
      await reader.sees(/Verdict:\s*(ok|noisy)\s+Warm prices: /);
      await reader.sees(/machine [0-9a-f]{16}/);
    }));

  it('which module is worst off? one click, and its line among the others', () =>
    reading('report.html', 1, async (reader) => {
      await reader.click(reader.page.locator('nav a', { hasText: 'Modules' }));
      await reader.sees(/worst off is real\/charls, which pays 1\.31 times its translate time/);
      assert.ok(await reader.page.locator('#modules svg.chart').first().isVisible());
    }));

  it('what does a cold start cost? one click', () =>
    reading('report.html', 1, async (reader) => {
      await reader.sees(/What the first call in a fresh process costs \(cold prices: /);
      await reader.click(
        reader.page.locator('summary', { hasText: 'What the first call in a fresh process costs' }),
      );
      assert.ok(
        await reader.page.getByRole('table', { name: /^Cold prices of the whole corpus/ }).isVisible(),
      );
    }));

  it('has it changed since last week? no click, on the page of both runs', () =>
    reading('comparison.html', 0, async (reader) => {
      await reader.sees(/Has it changed since [^\n]*\? (No: all|Not that it shows: )/);
      await reader.sees(/warm validate, x memset\s+[\d.,]+\s+[\d.,]+\s+\+0\.0%\s+\S+ to \S+\s+same/);
    }));
});
