// Puts the libraries that reports carry along into one file each, with the licences of what is in it beside it: Observable Plot as far
// as reports draw with it, the writer of Parquet, and TypeBox as far as records are described with it. Run after tsc, by `npm run build`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await bundle('charts', 'plot');
await bundle('tables', 'parquet-writer');
await bundle('recorded-run', 'type');

/** `reports/FOLDER/NAME.ts`, with all that it imports, becomes `reports/dist/FOLDER/NAME.js`. */
async function bundle(folder, name) {
  const target = path.join(root, 'reports', 'dist', folder, `${name}.js`);
  const { metafile } = await build({
    entryPoints: [path.join(root, 'reports', folder, `${name}.ts`)],
    outfile: target,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['browser'],
    mainFields: ['module', 'main'],
    target: 'es2022',
    legalComments: 'none',
    lineLimit: 240,
    metafile: true,
    logLevel: 'warning',
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  const notices = [...new Set(packages)].sort().map(notice);
  writeFileSync(path.join(path.dirname(target), `${name}-licences.txt`), notices.join('\n'));
}

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
