// The digest of what an engine's costs depend on. It is over the core's bytes, which validate, translate and inject, and so know what a
// basic block is charged; over the code that parses, and that prices stand in, without comments, layout and local names; and over the code
// that charges, by size and by number too: see charging-code.mjs. It errs on one side: code that does the same in other words counts as
// another behaviour.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { build } from 'esbuild';

import { chargingCode } from './charging-code.mjs';

/**
 * What of engine/fuel/ is about profiles, machines and explaining, and layers, which are looked at with the code that charges. How the costs of
 * executing follow from a profile is among the others, because agreed profiles hold them in their own unit.
 */
const NOT_WHOLE =
  /^(agreed|considered|cost-|execution-layers|hardware|index|machine|profile(?!-execution)|short)/;

/** @param readSource what a source file, by its path from the engine's folder, holds: what is on the disk, unless told */
export async function costBehaviour(
  engine,
  readSource = (file) => readFileSync(path.join(engine, file), 'utf8'),
) {
  const schedules = readdirSync(path.join(engine, 'fuel'))
    .filter((name) => name.endsWith('.ts') && !NOT_WHOLE.test(name))
    .sort();
  const modules = [
    './binary/parse-module.js',
    ...schedules.map((name) => `./fuel/${name.replace(/\.ts$/, '.js')}`),
  ];
  const { outputFiles } = await build({
    stdin: {
      contents: modules.map((module, i) => `export * as module${i} from '${module}';`).join('\n'),
      resolveDir: engine,
      loader: 'ts',
    },
    plugins: [
      {
        name: 'sources',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path: file }) => ({
            contents: readSource(path.relative(engine, file).split(path.sep).join('/')),
            loader: 'ts',
          }));
        },
      },
    ],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  });
  const core = readSource('core/front-end-bytes.ts');
  const hash = createHash('sha256');
  // The bytes alone: the head names the digest of the sources.
  hash.update(core.slice(core.indexOf('FRONT_END_BYTES')));
  hash.update(outputFiles[0].text);
  for (const part of chargingCode(engine, readSource)) hash.update(`\n${part}`);
  return hash.digest('hex');
}
