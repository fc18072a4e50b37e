import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  InsufficientDataError,
  buildProfile,
  checkCoverage,
  estimateFiles,
  estimateRun,
  profileText,
  verificationRecord,
  type Measurement,
} from 'wasm-dyno';
import {
  MEASUREMENT_TABLE,
  WARM_UP_TABLE,
  profileFile,
  rowOrigin,
  type ProcessRecord,
  type RunRecord,
} from '@wasm-dyno/reports';
import { profileExample } from '../profile/profile-example.js';

const example = profileExample();

/** `run.json` as a calibration of some engines leaves it. */
export function runRecord(engines: readonly string[] = ['embedded']): RunRecord {
  return {
    kind: 'wasm-dyno-run',
    schemaVersion: 2,
    createdAt: '2026-01-31T11:56:00Z',
    updatedAt: '2026-01-31T12:00:00Z',
    state: 'finished',
    seed: 1,
    tool: example.tool,
    machine: example.machine,
    engines: engines.map((name) => ({
      name,
      command: [],
      description: {
        protocol: 1,
        engine: name,
        version: '0.1.0',
        flags: ['--expose-gc'],
        features: [],
        phases: ['parse', 'validate', 'translate'],
        executes: true,
        memset: [{ kernel: 'wasm-memory-fill-loop', regimes: ['hot', 'memory'] }],
        clock: { name: 'hrtime', resolutionNanoseconds: 1 },
        fuel: null,
      },
      failure: null,
      referenceNanoseconds: 1000,
    })),
    corpora: example.corpora,
    corpusDigest: 'ab'.repeat(32),
    options: {
      modules: [],
      corpora: ['generated'],
      engines,
      effort: 'standard',
      precision: null,
      policy: 'warm',
    },
    fitness: [{ fit: true, checks: [{ name: 'load', state: 'fit', seen: '0.00 of 8 cores busy' }] }],
    plan: {
      processes: 12,
      warmProcesses: 12,
      rounds: 4,
      blockNanoseconds: 1_000_000,
      budgetSeconds: 240,
      estimatedSeconds: 200,
      looks: [],
    },
    processes: [],
    secondOpinions: [],
    ended: { reason: 'plan-complete', sentence: 'Everything planned was measured.' },
    skippedModules: [
      { module: 'broken|<b>.wasm', engine: null, reason: 'magic header not detected', offset: 0 },
    ],
    warnings: [],
  };
}

export interface RunFolder {
  /** Rows as if all of one engine; each engine gets them. */
  readonly rows: readonly Measurement[];
  readonly engines?: readonly string[];
  readonly force?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

/** The same of every run, and not made twice. */
let coverage: ReturnType<typeof checkCoverage> | undefined;

/** Writes a run directory as calibrating leaves it, into the temporary folder, and gives its path. */
export function writeRunFolder({
  rows,
  engines = ['embedded'],
  force = false,
  files = {},
}: RunFolder): string {
  const directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
  const all = engines.flatMap((engine) => rows.map((row) => ({ ...row, engine })));
  const estimates = estimateRun(all);
  coverage ??= checkCoverage({ seed: 1, experiments: 300, rounds: 5 });
  const verification = verificationRecord([coverage], {
    tool: example.tool,
    machine: example.machine.id,
    engine: null,
    seed: 1,
  });
  const warmUp = Array.from({ length: 200 }, (_, call) => ({
    engine: engines[0]!,
    process: 500,
    phase: 'translate' as const,
    arm: 'translate 256-1023',
    call,
    functions: 1,
    bytes: 500,
    nanoseconds: 9000 + 200_000 / (call + 1),
  }));
  const profiles = engines.flatMap((name, index) => {
    try {
      const { unit, ...info } = example;
      const profile = buildProfile(estimates, {
        ...info,
        unitDefinition: unit.definition,
        engine: { ...example.engine, name },
        kernel: 'wasm-memory-fill-loop',
        createdAt: new Date('2026-01-31T12:00:00Z'),
        force,
      });
      return [[profileFile(name, index === 0), profileText(profile)]];
    } catch (error) {
      if (error instanceof InsufficientDataError) return [];
      throw error;
    }
  });
  const origin = rowOrigin(runRecord(engines));
  const written = {
    'run.json': JSON.stringify(runRecord(engines)),
    'measurements.csv': MEASUREMENT_TABLE.text(all, origin),
    'warm-up.csv': WARM_UP_TABLE.text(warmUp, origin),
    'verification.json': JSON.stringify(verification),
    ...(Object.fromEntries(profiles) as Record<string, string>),
    ...estimateFiles(estimates, origin),
    ...files,
  };
  for (const [name, text] of Object.entries(written)) writeFileSync(join(directory, name), text);
  return directory;
}

/** A warm process that was measured to its end. */
export function completeProcess(process: number): ProcessRecord {
  return {
    process,
    slot: process,
    engine: 'embedded',
    kind: 'warm',
    state: 'complete',
    startedAt: '2026-01-31T11:57:00Z',
    seconds: 3,
    rounds: 4,
    waitedSeconds: 0,
    stealShare: null,
    othersBusyCores: null,
    failure: null,
  };
}
