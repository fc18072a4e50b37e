// Puts Observable Plot, as far as reports draw with it, and a document for it into `reports/dist/charts/plot.js`, with the licences
// of what is in it beside it. Run after tsc, by `npm run build`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = path.join(root, 'reports', 'charts', 'plot.ts');
const target = path.join(root, 'reports', 'dist', 'charts', 'plot.js');

const { metafile } = await build({
  entryPoints: [source],
  outfile: target,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  legalComments: 'none',
  lineLimit: 240,
  metafile: true,
  logLevel: 'warning',
});

const folders = Object.keys(metafile.inputs).flatMap(
  (file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
);
const notices = [...new Set(folders)].sort().map(notice);
writeFileSync(path.join(path.dirname(target), 'plot-licences.txt'), notices.join('\n'));

function notice(folder) {
  const place = path.join(root, folder);
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file !== undefined && existsSync(path.join(place, file))
      ? readFileSync(path.join(place, file), 'utf8')
      : '';
  return `${name} ${version}, ${license}\n\n${text.trim()}\n`;
}
