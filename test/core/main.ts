/** `npm run core:agreement`: compares the core with the JavaScript front end, function by function, on random modules. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { parseModule, useFrontEnd } from '@wasm-dyno/engine/phases';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';
import { moduleSeedOf } from '../fuzz/fuzz-run.js';
import { ModuleSources, SOURCE_NAMES } from '../fuzz/sources/index.js';
import { compareInjections } from './both-injectors.js';
import { compareModule } from './both-front-ends.js';
import { compareRandomModule } from './random-modules.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const { seconds, seed, source } = yargs(hideBin(process.argv))
  .scriptName('npm run core:agreement --')
  .usage(
    '$0 [options]\n\nCompares the front end in WebAssembly with the one in JavaScript: verdicts, frames and code.',
  )
  .option('seconds', { type: 'number', default: 60, describe: 'how long' })
  .option('seed', { type: 'number', default: 1, describe: 'where all randomness comes from' })
  .option('source', {
    choices: SOURCE_NAMES,
    array: true,
    default: SOURCE_NAMES.filter((name) => name !== 'binaryen'),
    describe: 'only modules of these sources',
  })
  .check((given) => {
    if (!(given.seconds > 0)) throw new Error('--seconds takes a number above 0');
    if (!Number.isSafeInteger(given.seed)) throw new Error('--seed takes a whole number');
    return true;
  })
  .strict()
  .version(false)
  .fail((message, error) => {
    console.error(message ?? error.message);
    process.exit(EXIT_USAGE);
  })
  .parseSync();

useFrontEnd('webassembly');
const counts = { valid: 0, invalid: 0, 'left to JavaScript': 0 };
const sources = new ModuleSources(source);
let modules = 0;
try {
  for (const { build, name, sizes } of GROWTH_FAMILIES) {
    const bytes = build(sizes[Math.min(2, sizes.length - 1)]!);
    const parsed = parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
    compareModule(parsed, name);
    compareInjections(parsed, name);
  }
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; modules++)
    await compareRandomModule(sources, moduleSeedOf(seed, modules), counts);
} catch (error) {
  console.error(
    `the front ends differ, seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = EXIT_FAILED;
} finally {
  sources.close();
}
console.log(
  `${GROWTH_FAMILIES.length} growth families and ${modules} random modules, seed ${seed}: ${counts.valid} functions alike, ` +
    `${counts.invalid} invalid for both, ${counts['left to JavaScript']} left to JavaScript`,
);
