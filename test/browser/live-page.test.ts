import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveReport } from 'wasm-dyno';
import { LIVE_NOW, writeLiveRun } from '../reports/live-run.js';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { useChromium } from './chromium.js';
import { hasNoFault, LOOKS, onPage } from './looks.js';

const rows = [...inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 }), ...inventedSweep(2)];

describe('the page that follows a run, in a browser', function () {
  const browser = useChromium();
  let directory: string;

  before(async function () {
    directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
  });
  after(async () => {
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });

  it('follows it by itself to its end, and says nothing on the console', async () => {
    writeLiveRun(directory, rows, 8);
    const served = await serveReport(directory, { lingerMilliseconds: 10_000, now: () => LIVE_NOW });
    try {
      const page = await browser().newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(served.address);
      const state = page.locator('#state');
      assert.match((await state.textContent())!, /^8 of 12 process executions/);
      for (const complete of [10, 11]) {
        writeLiveRun(directory, rows, complete);
        await page.getByText(`${complete} of 12 process executions`).waitFor();
      }
      await page.getByText('How the intervals narrow').first().waitFor();
      writeLiveRun(directory, rows, 12, 'finished');
      await page.getByText('The run has ended: Everything planned was measured.').waitFor();
      assert.deepEqual(said, []);
    } finally {
      served.close();
      await served.closed;
    }
  });

  it('has no fault that axe-core knows, at any width, light and dark', async () => {
    writeLiveRun(directory, rows, 8);
    const served = await serveReport(directory, { now: () => LIVE_NOW });
    try {
      for (const look of LOOKS) await onPage(browser(), served.address, look, hasNoFault);
    } finally {
      served.close();
      await served.closed;
    }
  }).timeout(600_000);

  it('shows without scripts what it shows with them', async () => {
    writeLiveRun(directory, rows, 8);
    const served = await serveReport(directory, { now: () => LIVE_NOW });
    const context = await browser().newContext({
      javaScriptEnabled: false,
      viewport: { width: 390, height: 800 },
    });
    try {
      const page = await context.newPage();
      await page.goto(served.address);
      assert.match((await page.locator('main').textContent())!, /embedded warm translate/);
    } finally {
      await context.close();
      served.close();
      await served.closed;
    }
  });
});
