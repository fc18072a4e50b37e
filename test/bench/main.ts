// npm run bench: the engine beside its peers. See docs/performance.md.
import { writeFile } from 'node:fs/promises';

import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

import type { BenchOptions, SuiteOutcome } from './bench-options.js';
import { coldSuite } from './cold/cold-suite.js';
import { compileSuite } from './compile/compile-suite.js';
import { countingSuite } from './counting/counting-suite.js';
import { distributionSuite } from './execute/distribution-suite.js';
import { driftSuite } from './drift/drift-suite.js';
import { executeSuite } from './execute/execute-suite.js';
import { fuelSuite } from './fuel/fuel-suite.js';
import { growthSuite } from './growth/growth-suite.js';
import { describeMachine, machineText } from './machine.js';
import { monitorSuite } from './monitor/monitor-suite.js';
import { progressLine } from './progress.js';
import { startSuite } from './start/start-suite.js';
import { unpaidSuite } from './unpaid/unpaid-suite.js';
import { buildWorkers } from './worker-process.js';

interface Suite {
  readonly run: (options: BenchOptions) => Promise<SuiteOutcome>;
  /** Fresh processes of each kind: in a quick run, and in one to quote from. */
  readonly processes: { readonly quick: number; readonly full: number };
}

const SUITES = {
  cold: { run: coldSuite, processes: { quick: 1, full: 7 } },
  compile: { run: compileSuite, processes: { quick: 1, full: 7 } },
  counting: { run: countingSuite, processes: { quick: 1, full: 7 } },
  execute: { run: executeSuite, processes: { quick: 1, full: 7 } },
  distribution: { run: distributionSuite, processes: { quick: 5, full: 20 } },
  start: { run: startSuite, processes: { quick: 8, full: 40 } },
  growth: { run: growthSuite, processes: { quick: 1, full: 3 } },
  fuel: { run: fuelSuite, processes: { quick: 1, full: 1 } },
  monitor: { run: monitorSuite, processes: { quick: 1, full: 7 } },
  drift: { run: driftSuite, processes: { quick: 1, full: 4 } },
  unpaid: { run: unpaidSuite, processes: { quick: 1, full: 3 } },
} satisfies Record<string, Suite>;
type SuiteName = keyof typeof SUITES;
const SUITE_NAMES = Object.keys(SUITES) as SuiteName[];

const parsed = await yargs(hideBin(process.argv))
  .scriptName('npm run bench --')
  .usage('$0 [suites..] [options]')
  .command('$0 [suites..]', 'Measure the engine beside its peers', (command) =>
    command.positional('suites', {
      array: true,
      choices: SUITE_NAMES,
      describe: 'What to measure; everything unless told',
    }),
  )
  .option('quick', { type: 'boolean', default: false, describe: 'See that all works; nothing to quote from' })
  .option('processes', { type: 'number', describe: 'Fresh processes of each kind' })
  .option('only', {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Only rows whose name or group contains one of these',
  })
  .option('profile', {
    type: 'string',
    requiresArg: true,
    describe: 'A calibration of this machine, which `drift` needs',
  })
  .option('json', { type: 'string', describe: 'Also write every measurement to this file' })
  .check(
    ({ processes }) =>
      processes === undefined ||
      (Number.isInteger(processes) && processes > 0) ||
      '--processes takes a whole number from 1 on',
  )
  .strict()
  .exitProcess(false)
  .fail((message, error) => {
    process.stderr.write(`bench: ${message ?? error.message}\n`);
    process.exit(2);
  })
  .parseAsync();
if (!('help' in parsed && parsed.help) && !('version' in parsed && parsed.version)) await bench();

async function bench(): Promise<void> {
  const wanted = parsed['suites'] as SuiteName[] | undefined;
  const names = wanted === undefined || wanted.length === 0 ? SUITE_NAMES : wanted;
  const machine = describeMachine();
  process.stdout.write(`${machineText(machine)}\n`);
  await buildWorkers();
  const only = parsed.only?.map((part) => part.toLowerCase());
  const suites: Record<string, { processes: number; records: readonly object[] }> = {};
  const failures: string[] = [];
  for (const name of names) {
    const suite: Suite = SUITES[name];
    const processes = parsed.processes ?? (parsed.quick ? suite.processes.quick : suite.processes.full);
    const outcome = await suite.run({
      processes,
      quick: parsed.quick,
      profile: parsed.profile,
      matches: (...texts) =>
        only === undefined || texts.some((text) => only.some((part) => text.toLowerCase().includes(part))),
      progress: (steps) => progressLine(steps),
    });
    process.stdout.write(`\n${outcome.text}\n`);
    suites[name] = { processes, records: outcome.records };
    failures.push(...outcome.failures);
    if (parsed.json !== undefined) {
      await writeFile(parsed.json, `${JSON.stringify({ machine, quick: parsed.quick, suites, failures })}\n`);
    }
  }
  for (const failure of failures) process.stderr.write(`bench: ${failure}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
