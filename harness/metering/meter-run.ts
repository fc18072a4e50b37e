import { join } from 'node:path';

import {
  EXECUTION_FILE,
  METERING_FILE,
  METERING_PROGRAM_TABLE,
  RUN_FILES,
  type ExecutionTableTimes,
  type MeteringRecord,
  readRunRecord,
  rowOrigin,
  type RowOrigin,
} from '@wasm-dyno/reports/recorded-run';
import { lastLevelCacheBytes, machineFingerprint } from '../machine/fingerprint.js';
import { corpusFiles } from '../measure/corpus-files.js';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { takeCalibrationLock } from '../run-directory/lock.js';
import { refuseUnnamedPrograms } from '../targets/named-programs.js';
import { ENGINE_NAME } from '@wasm-dyno/engine';
import type { TargetCommand } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';
import { chargedPrograms } from './charged-programs.js';
import { executionTables } from './execution-spreads.js';
import { measureMetering, type MeteringOptions, type MeteringSettings } from './measure-metering.js';

/** The run was made on another machine, or from another corpus: its times cannot be set beside what is measured now. */
export class RunChanged extends Error {
  override readonly name = 'RunChanged';
}

/**
 * Measures the metering of a run's engines, on its corpus, and adds `metering.json` and `metering-programs.csv` to its directory.
 * @param named the run's engines as the user names them again, which programs of the user's own need
 * @throws RunChanged, ProgramNotNamed, UnknownTarget, CalibrationRunning
 */
export async function meterRun(
  directory: string,
  settings: Pick<MeteringSettings, 'processes' | 'effort'>,
  options: MeteringOptions = {},
  named: readonly string[] = [],
): Promise<MeteringRecord> {
  const run = readRunRecord(directory);
  const machine = await machineFingerprint();
  if (machine.id !== run.machine.id) {
    throw new RunChanged(
      `${directory} was measured on machine ${run.machine.id}, this is ${machine.id}: calibrate here`,
    );
  }
  refuseUnnamedPrograms(run.options.engines, named, directory);
  const engines = run.engines.filter(({ failure }) => failure === null).map(({ name }) => name);
  const commands = run.options.engines
    .filter((text) => engines.includes(text.split('=')[0]!))
    .map(resolveTarget);
  const unlock = takeCalibrationLock(directory);
  try {
    const corpus = await corpusFiles(run.options.corpora, run.options.modules);
    try {
      if (corpus.digest !== run.corpusDigest) {
        throw new RunChanged(`the corpus of ${directory} has changed since: calibrate again`);
      }
      const record = await measureMetering(
        {
          ...settings,
          engines: withBothExecutors(commands),
          executionTables: tablesOf(directory),
          modules: corpus.files,
          seed: run.seed,
          machine: machine.id,
          lastLevelCacheBytes: lastLevelCacheBytes(machine),
        },
        options,
      );
      writeAtomically(join(directory, RUN_FILES.meteringPrograms), meteringCsv(record, rowOrigin(run)));
      writeAtomically(join(directory, RUN_FILES.metering), METERING_FILE.text(record));
      return record;
    } finally {
      corpus.remove();
    }
  } finally {
    unlock();
  }
}

/** Programs by engine and way of charging, as a CSV file. */
export function meteringCsv(
  { engines, executionTables: tables = [] }: MeteringRecord,
  origin: RowOrigin,
): string {
  return METERING_PROGRAM_TABLE.text(chargedPrograms(engines, tables), origin);
}

/** The embedded engine executes in two ways: what one fuel buys is told of both. */
function withBothExecutors(commands: readonly TargetCommand[]): TargetCommand[] {
  return commands.flatMap((command) =>
    command.name === ENGINE_NAME
      ? [
          command,
          {
            ...command,
            name: `${ENGINE_NAME}-host`,
            arguments: [...command.arguments, '--executor=host'],
          },
        ]
      : [command],
  );
}

/** By the run's own costs of classes, where it measured them. */
function tablesOf(directory: string): ExecutionTableTimes[] {
  const record = EXECUTION_FILE.read(join(directory, EXECUTION_FILE.name));
  return record === undefined ? [] : executionTables(record);
}
