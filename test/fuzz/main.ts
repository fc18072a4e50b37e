/** `npm run fuzz`: differential fuzzing of the embedded engine against V8. docs/fuzzing.md tells how. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { useFrontEnd, useLoop } from '@wasm-dyno/engine/phases';
import { clearNans } from './clear-nans.js';
import { EngineSet } from './engine-set.js';
import { FailureFolder, readRecord } from './failure-folder.js';
import { compareSeeded, emptyCounts, fuzzOne, moduleSeedOf, type Finding } from './fuzz-run.js';
import { WebAssembly } from './host-web-assembly.js';
import { minimise } from './minimise.js';
import { nestLastLine, runNests } from './nests/nest-run.js';
import { FuzzProgress } from './progress.js';
import { divergenceCount, lastLine, summaryJson, summaryText } from './report.js';
import { ModuleSources, SOURCE_NAMES } from './sources/index.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const DEFAULT_SECONDS = 60;

const options = yargs(hideBin(process.argv))
  .scriptName('npm run fuzz --')
  .usage('$0 [options]\n\nCompares the engine with V8, and with itself, on random modules.')
  .option('seconds', {
    type: 'number',
    describe: `how long (${DEFAULT_SECONDS}, or no limit with --modules)`,
  })
  .option('modules', { type: 'number', describe: 'how many modules at most' })
  .option('seed', { type: 'number', default: 1, describe: 'where all randomness comes from' })
  .option('source', { choices: SOURCE_NAMES, array: true, describe: 'only modules of these sources' })
  .option('executor', {
    choices: ['interpreter', 'host'] as const,
    default: 'interpreter' as const,
    describe: 'further runs: all kinds in turn, or only those of the host executor',
  })
  .option('front-end', {
    choices: ['webassembly', 'javascript'] as const,
    describe: 'what validates and translates (webassembly, where the host has it)',
  })
  .option('loop', {
    choices: ['webassembly', 'javascript'] as const,
    describe: "the interpreter's loop (webassembly, where the host can run it)",
  })
  .option('out', { type: 'string', default: 'runs/fuzz', describe: 'folder for failing modules' })
  .option('minimise', {
    type: 'number',
    default: 30,
    describe: 'seconds for minimising a failure; 0 for not at all',
  })
  .option('failures', { type: 'number', default: 5, describe: 'stop after so many failing modules' })
  .option('replay', { type: 'string', describe: 'compare a module that was kept, once more' })
  .option('module-seed', { type: 'number', describe: 'generate and compare one module of that seed' })
  .option('nests', {
    type: 'boolean',
    default: false,
    describe: 'programs of several modules and embedder functions that call each other, instead of modules',
  })
  .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' })
  .option('quiet', { type: 'boolean', default: false, describe: 'show no progress' })
  .conflicts('replay', ['seconds', 'modules', 'source', 'module-seed'])
  .check(({ nests, replay, source }) => {
    if (nests && (replay ?? source) !== undefined)
      throw new Error('--nests has programs of its own: give no --replay and no --source');
    return true;
  })
  .check(({ seconds, modules, seed, failures, minimise: minimising }) => {
    for (const [name, value] of Object.entries({ seconds, modules, failures })) {
      if (value !== undefined && !(value > 0)) throw new Error(`--${name} takes a number above 0`);
    }
    if (!(minimising >= 0)) throw new Error('--minimise takes a number of seconds');
    if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number');
    return true;
  })
  .strict()
  .version(false)
  .fail((message, error) => {
    console.error(message ?? error.message);
    process.exit(EXIT_USAGE);
  })
  .parseSync();

process.exitCode = await main();

async function main(): Promise<number> {
  if (options.frontEnd !== undefined) useFrontEnd(options.frontEnd);
  if (options.loop !== undefined) useLoop(options.loop);
  if (options.nests) return fuzzNests();
  return options.replay === undefined ? fuzz() : replay(options.replay);
}

async function fuzzNests(): Promise<number> {
  const { failures, json, modules, moduleSeed, out, quiet, seconds, seed } = options;
  const programs = modules ?? Infinity;
  const summary = await runNests({
    seconds: seconds ?? (Number.isFinite(programs) ? Infinity : DEFAULT_SECONDS),
    programs,
    seed,
    programSeed: moduleSeed,
    failures,
    out,
    isQuiet: quiet || json,
  });
  if (json) console.log(JSON.stringify({ seed, ...summary }, undefined, 2));
  (json ? console.error : console.log)(nestLastLine(summary));
  return summary.divergences.length === 0 ? 0 : EXIT_FAILED;
}

async function fuzz(): Promise<number> {
  const { seed, executor, moduleSeed } = options;
  const engines = new EngineSet();
  const sources = new ModuleSources(options.source ?? SOURCE_NAMES);
  const folder = new FailureFolder(options.out, seed, executor);
  const counts = emptyCounts();
  const failures: string[] = [];
  const mostModules = moduleSeed === undefined ? (options.modules ?? Infinity) : 1;
  const seconds = options.seconds ?? (Number.isFinite(mostModules) ? Infinity : DEFAULT_SECONDS);
  const start = Date.now();
  const elapsed = () => (Date.now() - start) / 1000;
  const progress = new FuzzProgress(seconds, mostModules, !options.quiet && !options.json);
  let interrupted = false;
  process.once('SIGINT', () => (interrupted = true));
  while (
    !interrupted &&
    elapsed() < seconds &&
    counts.modules < mostModules &&
    divergenceCount(counts) < options.failures
  ) {
    const current = moduleSeed ?? moduleSeedOf(seed, counts.modules);
    folder.begin(current);
    const finding = await fuzzOne(current, sources, engines, executor, counts);
    if (finding !== undefined) {
      failures.push(folder.save(finding));
      console.error(
        `${finding.divergence.kind} (${finding.source}, seed ${current}): ${finding.divergence.detail}`,
      );
      if (options.minimise > 0)
        failures.push(await folder.saveMinimised(current, minimised(finding, engines)));
    }
    progress.update(elapsed(), counts.modules, divergenceCount(counts));
    await setImmediate();
  }
  progress.stop();
  folder.end();
  sources.close();
  const summary = { seed, executor, seconds: elapsed(), counts, failures };
  console.log(options.json ? JSON.stringify(summaryJson(summary), undefined, 2) : summaryText(summary));
  (options.json ? console.error : console.log)(lastLine(counts));
  return divergenceCount(counts) === 0 ? 0 : EXIT_FAILED;
}

function minimised(
  { bytes, moduleSeed, compareBehaviour, divergence }: Finding,
  engines: EngineSet,
): Uint8Array {
  // Taking away operators may take away what clears NaNs: it is put back before every comparison, and at the end.
  const prepared = compareBehaviour ? clearNans : (candidate: Uint8Array) => candidate;
  const isInteresting = (candidate: Uint8Array) => {
    if (compareBehaviour && !WebAssembly.validate(candidate)) return false;
    const { divergence: found } = compareSeeded(
      prepared(candidate),
      moduleSeed,
      compareBehaviour,
      engines,
      options.executor,
    );
    return found?.kind === divergence.kind;
  };
  return prepared(minimise(bytes, isInteresting, options.minimise * 1000));
}

function replay(path: string): number {
  const record = readRecord(path);
  const engines = new EngineSet();
  const bytes = readFileSync(path);
  const { divergence, skipped } = compareSeeded(
    bytes,
    record.moduleSeed,
    record.compareBehaviour,
    engines,
    record.executor,
  );
  if (options.json) console.log(JSON.stringify({ path, divergence, skipped }, undefined, 2));
  else if (divergence !== undefined) console.log(`${divergence.kind}: ${divergence.detail}`);
  else console.log(skipped === undefined ? 'no divergence' : `no divergence; skipped: ${skipped}`);
  return divergence === undefined ? 0 : EXIT_FAILED;
}
