// 08. Report from code: read a recorded run, and write what you want to see of it.
//
//     npm run example 08 RUN-DIRECTORY
//
// prints, of a run of the embedded engine,
//
//     | engine | phase | ratio (interval) | processes | verdict |
//     | --- | --- | --- | --- | --- |
//     | embedded | parse | … (… - …) | … | … |
//     | embedded | validate | … (… - …) | … | … |
//     | embedded | translate | … (… - …) | … | … |
//     report.html: … bytes, nothing to fetch from elsewhere
//
// Without a directory it first makes a run of the effort "smoke", whose figures mean nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrate } from 'wasm-dyno';
import { readRecordedRun, renderRun, type RecordedRun } from '@wasm-dyno/reports';

const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-example-'));
try {
  // Reports read the files of a run directory alone, so they can be made anywhere and at any time.
  const recorded = readRecordedRun(process.argv[2] ?? (await smokeRun(join(folder, 'run'))));
  console.log(chargedRatios(recorded));

  const html = renderRun(recorded, 'html'); // or table, csv, json, markdown, svg
  writeFileSync(join(folder, 'report.html'), html);
  console.log(`report.html: ${html.length} bytes, nothing to fetch from elsewhere`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The ratios that multipliers follow from, as a Markdown table. `summary` has a row for every other kernel, regime and size class too. */
function chargedRatios({ summary }: RecordedRun): string {
  const rows = summary
    .filter((row) => row.temperature === 'warm' && row.sizeClass === 'all')
    .filter((row) => row.kernel === 'wasm-memory-fill-loop' && row.regime === 'hot')
    .map(({ engine, phase, ratio, low, high, processes, verdict }) => {
      const interval = `${ratio.toFixed(1)} (${low.toFixed(1)} - ${high.toFixed(1)})`;
      return `| ${engine} | ${phase} | ${interval} | ${processes} | ${verdict} |`;
    });
  const heading = [
    '| engine | phase | ratio (interval) | processes | verdict |',
    '| --- | --- | --- | --- | --- |',
  ];
  return [...heading, ...rows].join('\n');
}

async function smokeRun(directory: string): Promise<string> {
  await calibrate({
    modules: [],
    corpora: ['generated'],
    engines: ['embedded'],
    effort: 'smoke',
    precision: null,
    policy: 'warm',
    seed: 1,
    directory,
  });
  return directory;
}
