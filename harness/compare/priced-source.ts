import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { PROFILE_PHASES, type HardwareProfile } from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';
import { readRunRecord, RecordedRunError, RUN_FILES, type RunRecord } from '@wasm-dyno/reports/recorded-run';
import { SYSTEMATIC_FLOOR } from '../estimate/index.js';
import { estimatesSoFar } from '../measure/estimates-so-far.js';
import { MULTIPLIER_UNIT, priceName, pricesOf, type Price } from '../profile/prices-of.js';

/** A price to be compared; `processPrices` where the process executions' own are at hand. */
export interface ComparedPrice extends Omit<Price, 'policy' | 'phase'> {
  readonly engine: string;
  readonly processPrices?: readonly number[];
}

/** What two sources must have in common for a change of price to be the engine's: by name, in words. */
export type Conditions = Readonly<Record<string, string>>;

/** A run or a profile, as far as comparing goes. */
export interface PricedSource {
  /** As it was named. */
  readonly path: string;
  readonly prices: readonly ComparedPrice[];
  /** What no interval sees, as a part of each price. */
  readonly systematicFloor: number;
  /** Must be alike. */
  readonly conditions: Conditions;
  /** Are told where they differ: they may be what is compared. */
  readonly circumstances: Conditions;
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
    prices: pricesOf(profile).map((price) => ({ ...price, engine: engine.name })),
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
  const file = (name: keyof typeof RUN_FILES) => join(directory, RUN_FILES[name]);
  if (!existsSync(file('measurements')))
    throw new RecordedRunError(`${directory} has no ${RUN_FILES.measurements}; name a profile of it instead`);
  const { ratios } = estimatesSoFar({ record, file });
  const described = record.engines.flatMap(({ name, description }) =>
    description === null ? [] : [{ name, description }],
  );
  const prices = described.flatMap(({ name: engine, description }) =>
    ratios
      .filter((ratio) => {
        const isOurs = ratio.engine === engine && ratio.kernel === description.memset[0]?.kernel;
        const isPrice = (PROFILE_PHASES as readonly string[]).includes(ratio.phase);
        return isOurs && isPrice && ratio.regime === 'hot' && ratio.sizeClass === 'all';
      })
      .map((ratio): ComparedPrice => {
        const { low, high, confidenceLevel, processes, processRatios } = ratio;
        return {
          engine,
          name: priceName(ratio.temperature, ratio.phase),
          unit: MULTIPLIER_UNIT,
          estimate: ratio.ratio,
          low,
          high,
          confidenceLevel,
          processes,
          processPrices: processRatios,
        };
      }),
  );
  return {
    path,
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
  };
}

/** By digest, whatever their order. */
function corporaText(corpora: RunRecord['corpora']): string {
  return corpora
    .map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`)
    .sort()
    .join(', ');
}

function machineWords({ id, cpuModel, nodeVersion }: RunRecord['machine']): Conditions {
  return { machine: `${cpuModel} (${id})`, Node: nodeVersion };
}
