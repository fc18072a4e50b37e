// Writes `engine/fuel/cost-behaviour.ts`, the digest of what the engine's costs of compiling and executing depend on. Run after
// build-core.mjs, by `npm run build`. Profiles are bound to it rather than to the engine's version, because most releases change no cost.
// With a folder, another copy of engine/, it writes nothing and prints the digest of that.
//
// It is over the core's bytes, which validate, translate and inject, and so know what a basic block is charged; and over the code that
// parses and that charges come from, among it which operators are in which class, without comments, layout and local names. It errs on one side: code that does the same in other words counts as another behaviour.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [copy] = process.argv.slice(2);
const engine = path.resolve(copy ?? path.join(root, 'engine'));
const file = path.join(engine, 'fuel', 'cost-behaviour.ts');

/**
 * What of engine/fuel/ is about profiles, machines and explaining: no cost comes from it. How the costs of executing follow from a profile
 * is one, because agreed profiles hold them in their own unit.
 */
const NO_COSTS =
  /^(agreed|considered|cost-|execution-layers|hardware|index|machine|profile(?!-execution)|short)/;
const schedules = readdirSync(path.join(engine, 'fuel'))
  .filter((name) => name.endsWith('.ts') && !NO_COSTS.test(name))
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
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
});
const core = readFileSync(path.join(engine, 'core', 'front-end-bytes.ts'), 'utf8');
const hash = createHash('sha256');
// The bytes alone: the head names the digest of the sources.
hash.update(core.slice(core.indexOf('FRONT_END_BYTES')));
hash.update(outputFiles[0].text);
const digest = hash.digest('hex');
const text = `// Made by build/build-cost-behaviour.mjs: not to be edited.
/** Digest of what costs of compiling and executing depend on: profiles are bound to it, and not to the engine's version. */
export const COST_BEHAVIOUR = '${digest}';
`;
if (copy !== undefined) process.stdout.write(`${digest}\n`);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
