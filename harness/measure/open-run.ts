import { ENGINE_VERSION } from '@wasm-dyno/engine';
import {
  RUN_SCHEMA_VERSION,
  type RecordedEngine,
  type RecordedLimits,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { helperThreads, processLimits } from '../machine/process-limits.js';
import { knownReferenceTimes } from '../run-directory/reference-times.js';
import { RunDirectory } from '../run-directory/run-directory.js';
import { EFFORTS } from '../schedule/effort.js';
import {
  recordedOptions,
  type CalibrationListener,
  type CalibrationSettings,
} from './calibration-settings.js';
import type { Prepared } from './prepare-run.js';

/** The run's directory: a new one with its record, or the one to go on with. */
export function openDirectory(
  prepared: Prepared,
  settings: CalibrationSettings,
  resumed: RunRecord | undefined,
): RunDirectory {
  if (resumed !== undefined) {
    const directory = RunDirectory.reopen(settings.directory);
    const { execution } = settings;
    if (execution !== directory.record.options.execution)
      directory.update({ options: { ...directory.record.options, ...(execution && { execution }) } });
    return directory;
  }
  const record = newRecord(prepared, settings);
  tellSkipped(record, prepared.tell);
  return RunDirectory.create(settings.directory, record);
}

/** Adds to the record what this start of the run found of machine and process. */
export function noteStart(directory: RunDirectory, { fitness }: Prepared): void {
  directory.update({
    fitness: [...directory.record.fitness, fitness],
    limits: [...(directory.record.limits ?? []), recordedLimits()],
  });
}

function recordedLimits(): RecordedLimits {
  const limits = processLimits();
  return { ...limits, helperThreads: helperThreads(limits) ?? null };
}

function newRecord({ machine, corpus, looked }: Prepared, settings: CalibrationSettings): RunRecord {
  const effort = EFFORTS[settings.effort];
  const now = new Date().toISOString();
  return {
    kind: 'wasm-dyno-run',
    schemaVersion: RUN_SCHEMA_VERSION,
    tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
    createdAt: now,
    updatedAt: now,
    state: 'running',
    seed: settings.seed,
    options: recordedOptions(settings),
    machine,
    fitness: [],
    engines: withKnownReferenceTimes(looked.engines, machine.id),
    corpora: corpus.corpora,
    corpusDigest: corpus.digest,
    modules: corpus.modules,
    skippedModules: [...corpus.skipped, ...looked.skipped],
    plan: {
      processes: 0,
      warmProcesses: effort.processes,
      rounds: effort.rounds,
      blockNanoseconds: effort.blockNanoseconds,
      budgetSeconds: effort.budgetSeconds * settings.engines.length,
      estimatedSeconds: 0,
      looks: [],
    },
    processes: [],
    secondOpinions: [],
    ended: null,
    warnings: [],
  };
}

function withKnownReferenceTimes(engines: readonly RecordedEngine[], machineId: string): RecordedEngine[] {
  const known = knownReferenceTimes(machineId, engines);
  return engines.map((engine) => ({ ...engine, referenceNanoseconds: known.get(engine.name) ?? null }));
}

function tellSkipped({ skippedModules }: RunRecord, tell: CalibrationListener): void {
  for (const { module, reason, offset } of skippedModules) {
    const place = offset === null || reason.includes('offset') ? '' : ` (at offset ${offset})`;
    tell({ kind: 'notice', message: `skipped ${module}: ${reason}${place}` });
  }
}
