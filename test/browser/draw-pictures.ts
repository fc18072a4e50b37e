// npm run docs:pictures -- RUN: the pictures of README.md and docs/reports.md, out of the directory of a recorded run.
import { fileURLToPath } from 'node:url';
import { RecordedRunError } from '@wasm-dyno/reports';
import { launchChromium } from './chromium.js';
import { drawReportPictures } from './report-pictures.js';

const [run, folder = fileURLToPath(new URL('../../docs/images', import.meta.url))] = process.argv.slice(2);
if (run === undefined) {
  process.stderr.write('docs:pictures: name the directory of a run; wasm-dyno calibrate makes one\n');
  process.exit(2);
}
const browser = await launchChromium();
if (browser === undefined) {
  process.stderr.write('docs:pictures: needs Chromium; set CHROMIUM to its path\n');
  process.exit(1);
}
try {
  for (const name of await drawReportPictures(browser, run, folder))
    process.stdout.write(`${folder}/${name}\n`);
} catch (error) {
  if (!(error instanceof RecordedRunError)) throw error;
  process.stderr.write(`docs:pictures: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
