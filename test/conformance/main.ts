/** `npm run conformance`: plays the official `.wast` suite on the embedded engine. docs/conformance.md tells how. */
import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { useFrontEnd, useLoop } from '@wasm-dyno/engine/phases';
import { embeddedHost } from './hosts/embedded-host.js';
import type { ScriptHost } from './hosts/script-host.js';
import { v8Host } from './hosts/v8-host.js';
import { matchesFilePattern } from './file-pattern.js';
import { allRunModes, COMPILATION_MODES, runModeText, type RunMode } from './run-mode.js';
import {
  failureList,
  fileTable,
  lastLine,
  modeTable,
  runJson,
  skipList,
  totalsOf,
  type RunResult,
} from './report.js';
import { failOnFuelDifferences, runSuite, scriptFiles } from './suite.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const FAILURES_SHOWN = 20;

const options = yargs(hideBin(process.argv))
  .scriptName('npm run conformance --')
  .usage('$0 [options]\n\nPlays the .wast files of the folder that WASM_TESTSUITE names.')
  .option('filter', { type: 'string', describe: 'only files that match this pattern (* ** ?)' })
  .option('mode', { choices: COMPILATION_MODES, describe: 'compilation mode (lazy-translation)' })
  .option('executor', {
    choices: ['interpreter', 'host'] as const,
    describe: "what runs the modules (interpreter); the host's fuel is compared with the interpreter's",
  })
  .option('front-end', {
    choices: ['webassembly', 'javascript'] as const,
    describe: 'what validates and translates (webassembly, where the host has it)',
  })
  .option('loop', {
    choices: ['webassembly', 'javascript'] as const,
    describe: "the interpreter's loop (webassembly, where the host can run it)",
  })
  .option('metering', { choices: ['on', 'off'] as const, describe: 'consume fuel (on)' })
  .option('random-fuel', {
    type: 'number',
    describe: 'run out of fuel at random points from this seed, and resume',
  })
  .option('all-modes', { type: 'boolean', describe: 'play the suite in every mode' })
  .option('host', {
    choices: ['engine', 'v8'] as const,
    default: 'engine' as const,
    describe: 'what to test',
  })
  .option('verbose', { type: 'boolean', default: false, describe: 'show every failure' })
  .option('json', { type: 'boolean', default: false, describe: 'print the results as JSON' })
  .option('quiet', { type: 'boolean', default: false, describe: 'show no progress' })
  .conflicts('all-modes', ['mode', 'metering', 'executor'])
  .check(({ executor, metering, randomFuel }) => {
    if (executor === 'host' && randomFuel !== undefined)
      throw new Error('--random-fuel needs the interpreter: the host executor cannot resume');
    if (metering === 'off' && randomFuel !== undefined) throw new Error('--random-fuel needs --metering on');
    if (randomFuel !== undefined && !Number.isInteger(randomFuel))
      throw new Error('--random-fuel takes a whole number');
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
  const suite = process.env['WASM_TESTSUITE'];
  if (suite === undefined || suite === '') {
    console.log('conformance suite skipped: WASM_TESTSUITE does not name a folder of .wast files');
    return 0;
  }
  if (!statSync(suite, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`WASM_TESTSUITE: there is no folder "${suite}"`);
    return EXIT_USAGE;
  }
  const files = scriptFiles(suite).filter((file) => matchesFilePattern(options.filter ?? '**/*', file));
  if (files.length === 0) {
    console.error(`no .wast file in "${suite}" matches ${options.filter ?? '**'}`);
    return EXIT_USAGE;
  }
  const runs = options.host === 'v8' ? [await run(suite, files, `V8 ${process.versions.v8}`, v8Host)] : [];
  const plainRuns = new Map<string, RunResult>();
  for (const mode of options.host === 'engine' ? runModes() : []) {
    const result = await run(suite, files, runModeText(mode), (file) => embeddedHost(mode, file));
    const plain = plainRuns.get(mode.compilationMode);
    if (mode.metering && plain === undefined) plainRuns.set(mode.compilationMode, result);
    else if (mode.metering && plain !== undefined)
      failOnFuelDifferences(playedAlike(plain, result), playedAlike(result, plain));
    runs.push(result);
  }
  return report(runs);
}

/** The files that both runs played to the same extent: a host may lack some of the engine's features. */
function playedAlike(result: RunResult, other: RunResult): RunResult {
  const extentIn = ({ files }: RunResult, file: string) => {
    const played = files.find((one) => one.file === file);
    return JSON.stringify([played?.modules, ...(played?.skipped ?? [])]);
  };
  return {
    ...result,
    files: result.files.filter(({ file }) => extentIn(result, file) === extentIn(other, file)),
  };
}

function runModes(): RunMode[] {
  if (options.allModes) return allRunModes(options.randomFuel ?? 1);
  const mode: RunMode = {
    compilationMode: options.mode ?? 'lazy-translation',
    executor: 'interpreter',
    metering: options.metering !== 'off',
    randomFuelSeed: options.randomFuel,
  };
  if (options.executor !== 'host') return [mode];
  return mode.metering ? [mode, { ...mode, executor: 'host' }] : [{ ...mode, executor: 'host' }];
}

async function run(
  suite: string,
  files: readonly string[],
  mode: string,
  hostFor: (file: string) => ScriptHost,
): Promise<RunResult> {
  const format = `${mode} {bar} {value}/{total} files, {eta} s left`;
  const shown = process.stderr.isTTY && !options.quiet;
  const progress = new SingleBar({ format, clearOnComplete: true });
  if (shown) progress.start(files.length, 0);
  const result = await runSuite(suite, files, mode, hostFor, (done) => progress.update(done));
  if (shown) progress.stop();
  return result;
}

function report(runs: readonly RunResult[]): number {
  const totals = totalsOf(runs.flatMap((run) => run.files));
  if (options.json) {
    console.log(JSON.stringify({ runs: runs.map(runJson), totals }, undefined, 2));
    console.error(lastLine(totals));
    return totals.failed === 0 ? 0 : EXIT_FAILED;
  }
  for (const [index, run] of runs.entries()) {
    if (index === 0 || options.verbose) console.log(`${run.mode}\n\n${fileTable(run.files)}\n`);
  }
  for (const run of runs) {
    const failures = failureList(run, options.verbose ? Infinity : FAILURES_SHOWN);
    if (failures !== '') console.log(`${run.mode}:\n${failures}\n`);
  }
  const skips = skipList(totals);
  if (skips !== '') console.log(`${skips}\n`);
  console.log(`${modeTable(runs)}\n`);
  console.log(lastLine(totals));
  return totals.failed === 0 ? 0 : EXIT_FAILED;
}
