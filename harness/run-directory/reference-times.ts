import { dirname } from 'node:path';

import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import type { ReferenceTimes } from '@wasm-dyno/reports/noise';
import { writeAtomically } from './atomic-file.js';
import { machineStatePath } from './machine-state.js';
import { makeFolder } from './make-folder.js';
import type { RecordedEngine } from '@wasm-dyno/reports/recorded-run';

/** A machine may have become another one since: a new clock limit, a new host under the virtual machine. */
const OLDEST_MILLISECONDS = 30 * 24 * 3600 * 1000;

interface KnownTime {
  readonly nanoseconds: number;
  /** UTC. */
  readonly seenAt: string;
}

/**
 * The engines' reference loops at their best in earlier runs on this machine: a run that is disturbed from beginning to end would
 * not notice by itself. Empty when nothing is known, or it is too old, or cannot be read.
 */
export function knownReferenceTimes(machineId: string, engines: readonly RecordedEngine[]): ReferenceTimes {
  const kept = readKept(machineId);
  const oldest = Date.now() - OLDEST_MILLISECONDS;
  return new Map(
    engines.flatMap((engine) => {
      const known = kept[keyOf(engine)];
      return isKnownTime(known) && known.nanoseconds > 0 && Date.parse(known.seenAt) >= oldest
        ? [[engine.name, known.nanoseconds]]
        : [];
    }),
  );
}

/**
 * Keeps what this run has seen, where it is another time than what is kept: it is by the same rule no slower, unless the kept one turned out
 * to be of another machine. It is no loss when it cannot be written.
 */
export function keepReferenceTimes(
  machineId: string,
  engines: readonly RecordedEngine[],
  seen: ReferenceTimes,
): void {
  const kept = { ...readKept(machineId) };
  const known = knownReferenceTimes(machineId, engines);
  let changed = false;
  for (const engine of engines) {
    const nanoseconds = seen.get(engine.name);
    if (nanoseconds === undefined || nanoseconds === known.get(engine.name)) continue;
    kept[keyOf(engine)] = { nanoseconds, seenAt: new Date().toISOString() };
    changed = true;
  }
  if (!changed) return;
  try {
    const path = machineStatePath(machineId, 'reference-times');
    makeFolder(dirname(path));
    writeAtomically(path, `${JSON.stringify(kept, undefined, 2)}\n`);
  } catch {
    // The next run learns it again.
  }
}

/** Another build of an engine has another loop. */
function keyOf({ name, description }: RecordedEngine): string {
  return [name, description?.version ?? '', ...(description?.flags ?? [])].join(' ');
}

const LONGEST_STATE_BYTES = 4 * 1024 * 1024;

function isKnownTime(value: unknown): value is KnownTime {
  const { nanoseconds, seenAt } = (value ?? {}) as Partial<Record<keyof KnownTime, unknown>>;
  return typeof nanoseconds === 'number' && typeof seenAt === 'string';
}

/** Whatever stands in the file: each entry has still to be looked at. */
function readKept(machineId: string): Record<string, unknown> {
  try {
    const kept = JSON.parse(
      readRegularText(machineStatePath(machineId, 'reference-times'), LONGEST_STATE_BYTES),
    ) as unknown;
    return typeof kept === 'object' && kept !== null && !Array.isArray(kept)
      ? (kept as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
