// Two engines out of one: as it is built, and without the lines that count.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, type Plugin } from 'esbuild';

import type { CounterName } from './counting-request.js';

const ENGINE = fileURLToPath(new URL('../../../engine/', import.meta.url));
const BUILT = fileURLToPath(new URL('../dist/counting/', import.meta.url));

const { compiledCore } = (await import(
  String(new URL('../../../build/compile-core.mjs', import.meta.url))
)) as {
  compiledCore: (assembly: string) => Uint8Array;
};
const { packedModule } = (await import(String(new URL('../../../build/lz4.mjs', import.meta.url)))) as {
  packedModule: (bytes: Uint8Array) => string;
};

/** The lines that count: of the core's sources values of lists and joins, of the engine's values of lists. */
const COUNTS_IN_CORE = [
  'if (<i32>count > FEW_VALUES) countMany(<f64>times * <f64>(<i32>count + VALUES_OF_A_LIST));',
  'Joins.count += joins;',
];
const COUNTS_IN_JAVASCRIPT = [/if \(values > FEW_VALUES\)\s+this\.countMany\([^;]*;/];

/** Bundles both, and tells where they are. Each file is loaded as a module of its own, with code of its own. */
export async function engineVariants(): Promise<Readonly<Record<CounterName, string>>> {
  mkdirSync(BUILT, { recursive: true });
  const bundle = async (name: string, plugins: Plugin[]): Promise<string> => {
    const outfile = join(BUILT, name);
    await build({
      // Of the sources: what is built is one file, in which nothing can be exchanged.
      entryPoints: [join(ENGINE, 'index.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      target: 'node20',
      logLevel: 'error',
      plugins,
    });
    return outfile;
  };
  return {
    counting: await bundle('counting.mjs', []),
    'counting again': await bundle('counting-again.mjs', []),
    'not counting': await bundle('not-counting.mjs', [withoutCounting(coreWithoutCounting())]),
  };
}

function withoutCounting(core: Uint8Array): Plugin {
  return {
    name: 'without counting',
    setup(bundler) {
      bundler.onLoad({ filter: /[\\/]core[\\/]front-end-bytes\.ts$/ }, () => ({
        contents: `export const FRONT_END_BYTES = ${packedModule(core)};`,
      }));
      bundler.onLoad({ filter: /[\\/]validate[\\/]body-validator\.ts$/ }, ({ path }) => ({
        contents: without(readFileSync(path, 'utf8'), COUNTS_IN_JAVASCRIPT, path),
        loader: 'ts',
      }));
    },
  };
}

function coreWithoutCounting(): Uint8Array {
  const folder = join(BUILT, 'assembly');
  try {
    cpSync(join(ENGINE, 'core', 'assembly'), folder, { recursive: true });
    const file = join(folder, 'validate', 'list-work.ts');
    writeFileSync(file, without(readFileSync(file, 'utf8'), COUNTS_IN_CORE, file));
    return compiledCore(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A text without parts each of which must be in it once: else something else would be measured. */
function without(text: string, parts: readonly (string | RegExp)[], file: string): string {
  for (const part of parts)
    if (text.split(part).length !== 2) throw new Error(`${file} does not count as this bench knows it`);
  return parts.reduce<string>((left, part) => left.replace(part, ''), text);
}
