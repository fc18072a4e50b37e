import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import {
  PROFILE_PHASES,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicyName,
} from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';
import type { ComparisonSource } from '@wasm-dyno/reports';
import {
  readBlocks,
  readRunRecord,
  RecordedRunError,
  RUN_FILES,
  unfinishedText,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { SYSTEMATIC_FLOOR, type EstimatedPrice, type RunEstimates } from '../estimate/index.js';
import { estimatesOfRun } from '../estimate/estimates-so-far.js';
import {
  pricesOf,
  pricesOfPhase,
  unitPrice,
  type NamedEstimate,
  type PriceOf,
} from '../profile/prices-of.js';

/** A price to be compared; `processPrices` where the process executions' own are at hand. */
export interface ComparedPrice extends NamedEstimate {
  readonly engine: string;
  readonly of?: PriceOf | 'unit';
  readonly policy?: ProfilePolicyName;
  readonly processPrices?: readonly number[];
}

/** What two sources must have in common for a change of price to be the engine's: by name, in words. */
export type Conditions = Readonly<Record<string, string>>;

/** A run or a profile, as far as comparing goes. */
export interface PricedSource {
  /** As it was named. */
  readonly path: string;
  readonly form: 'run' | 'profile';
  readonly createdAt: string;
  readonly machine: ComparisonSource['machine'];
  /** Name, version and flags of each. */
  readonly engines: readonly string[];
  readonly prices: readonly ComparedPrice[];
  /** What no interval sees, as a part of each price. */
  readonly systematicFloor: number;
  /** Must be alike. */
  readonly conditions: Conditions;
  /** Are told where they differ: they may be what is compared. */
  readonly circumstances: Conditions;
  /** Sentences on a run that has not come to its end, or has lost rows. */
  readonly notices?: readonly string[];
}

/**
 * Reads a run directory or a profile.
 *
 * @throws RecordedRunError, ProfileError naming the file and the mend
 */
export function readPricedSource(path: string): PricedSource {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const isRunFile = basename(path) === RUN_FILES.run;
  if (isDirectory || isRunFile) return sourceOfRun(isDirectory ? path : resolve(path, '..'), path);
  return sourceOfProfile(readProfile(path), path);
}

export function sourceOfProfile(profile: HardwareProfile, path: string): PricedSource {
  const { engine, machine, corpora, baseline, systematicFloor } = profile;
  return {
    path,
    form: 'profile',
    createdAt: profile.createdAt,
    machine: shownMachine(machine),
    engines: [[engine.name, engine.version, ...engine.flags].join(' ')],
    prices: [
      { ...unitPrice(profile.unit.nanosecondsPerByte), of: 'unit' as const },
      ...pricesOf(profile),
    ].map((price) => ({ ...price, engine: engine.name })),
    systematicFloor,
    conditions: {
      corpora: corporaText(corpora),
      [`memset of ${engine.name}`]: `${baseline.kernel} (${baseline.regime})`,
    },
    circumstances: {
      ...machineWords(machine),
      [engine.name]: [engine.version, ...engine.flags].join(' '),
    },
  };
}

function sourceOfRun(directory: string, path: string): PricedSource {
  const record = readRunRecord(directory);
  const { rows, notices } = readBlocks(directory, record);
  const unfinished = unfinishedText(record);
  if (rows.length === 0) {
    const reason = unfinished === undefined ? `has no rows in ${RUN_FILES.measurements}` : `is ${unfinished}`;
    const mend = unfinished === undefined ? 'name a profile of it instead' : 'finish it with --resume';
    throw new RecordedRunError(`${directory} ${reason}: it has no prices; ${mend}`);
  }
  const estimates = estimatesOfRun(record, rows);
  const described = record.engines.flatMap(({ name, description }) =>
    description === null ? [] : [{ name, description }],
  );
  const prices = described.flatMap(({ name, description }) =>
    enginePrices(name, description.memset[0]?.kernel, estimates),
  );
  return {
    path,
    form: 'run',
    createdAt: record.createdAt,
    machine: shownMachine(record.machine),
    engines: described.map(({ name, description }) =>
      [name, description.version, ...description.flags].join(' '),
    ),
    prices,
    systematicFloor: SYSTEMATIC_FLOOR,
    conditions: {
      corpora: corporaText(record.corpora),
      ...Object.fromEntries(
        described.map(({ name, description }) => [
          `memset of ${name}`,
          `${description.memset[0]?.kernel} (hot)`,
        ]),
      ),
    },
    circumstances: {
      ...machineWords(record.machine),
      ...Object.fromEntries(
        described.map(({ name, description }) => [
          name,
          [description.version, ...description.flags].join(' '),
        ]),
      ),
    },
    notices: [
      ...(unfinished === undefined ? [] : [`${path} is ${unfinished}: its prices are made of those.`]),
      ...notices.map((notice) => `${path}: ${notice}`),
    ],
  };
}

/** Against the memset that its fuel is counted in. */
function enginePrices(engine: string, kernel: string | undefined, estimates: RunEstimates): ComparedPrice[] {
  const units = estimates.units.filter(({ record }) => record.engine === engine && record.kernel === kernel);
  const priced = estimates.prices.filter((price) => price.engine === engine && price.kernel === kernel);
  const [unit] = units;
  // Without its unit no price is one.
  if (unit === undefined) return [];
  return [
    ...units.map(({ record, byProcess }) => ({
      ...{ engine, of: 'unit' as const, processPrices: [...byProcess.values()] },
      ...unitPrice(record.nanosecondsPerByte),
    })),
    ...priced.flatMap((price) =>
      isProfilePhase(price.phase)
        ? pricesOfPhase(price.temperature, price.phase, price, unit.record.nanosecondsPerByte).map((one) => ({
            ...{ engine, processPrices: processPrices(price, one.of) },
            ...one,
          }))
        : [],
    ),
  ];
}

function isProfilePhase(phase: string): phase is ProfilePhase {
  return (PROFILE_PHASES as readonly string[]).includes(phase);
}

function processPrices({ byProcess }: EstimatedPrice, of: PriceOf): number[] {
  switch (of) {
    case 'corpus':
      return byProcess.map(({ corpusMultiplier }) => corpusMultiplier);
    case 'multiplier':
      return byProcess.map(({ multiplier }) => multiplier);
    case 'byte':
      return byProcess.map(({ perByte }) => perByte);
    case 'function':
      return byProcess.map(({ constants, unitPerByte }) => (constants.function ?? 0) / unitPerByte);
  }
}

/** By digest, whatever their order. */
function corporaText(corpora: RunRecord['corpora']): string {
  return corpora
    .map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`)
    .sort()
    .join(', ');
}

function shownMachine({
  id,
  cpuModel,
  logicalCores,
  nodeVersion,
}: RunRecord['machine']): ComparisonSource['machine'] {
  return { id, cpuModel, logicalCores, nodeVersion };
}

function machineWords({ id, cpuModel, nodeVersion }: RunRecord['machine']): Conditions {
  return { machine: `${cpuModel} (${id})`, Node: nodeVersion };
}
