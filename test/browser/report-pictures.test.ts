import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { writeRunFolder } from '../reports/run-folder.js';
import { useChromium } from './chromium.js';
import { drawReportPictures } from './report-pictures.js';

describe('the pictures of a report for the docs', function () {
  const browser = useChromium();
  let directory: string;
  let folder: string;

  before(async function () {
    directory = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)],
    });
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-pictures-'));
  });
  after(async () => {
    for (const path of [directory, folder]) if (path !== undefined) rmSync(path, { recursive: true });
  });

  it('are of each width and scheme, and small', async () => {
    const names = await drawReportPictures(browser(), directory, folder);
    for (const width of [1280, 768, 390])
      for (const scheme of ['light', 'dark']) assert.ok(names.includes(`report-${width}-${scheme}.webp`));
    for (const name of names.filter((one) => one.endsWith('.webp'))) {
      const picture = readFileSync(join(folder, name));
      assert.equal(picture.toString('latin1', 8, 12), 'WEBP', name);
      assert.ok(picture.length > 2000 && picture.length < 150_000, `${name}: ${picture.length} bytes`);
    }
    assert.match(readFileSync(join(folder, 'ratio-by-size.svg'), 'utf8'), /^<svg [^]*<\/svg>\s*$/);
  });
});
