import { linkSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { readRegularText, systemReason } from '@wasm-dyno/engine/node/regular-file';
import { isAlive, ownIdentity, type ProcessIdentity } from '../machine/process-identity.js';
import { ownFolder } from './own-folder.js';

/** Who holds the lock. */
export interface LockHolder extends ProcessIdentity {
  /** UTC. */
  readonly since: string;
  /** The run directory it writes. */
  readonly directory: string;
}

/** Another calibration runs on this machine: they would measure each other. */
export class CalibrationRunning extends Error {
  override readonly name = 'CalibrationRunning';
  constructor(
    readonly holder: LockHolder,
    readonly path: string,
  ) {
    super(
      `another calibration runs on this machine: process ${holder.pid}, since ${holder.since}, into ${holder.directory}; ` +
        'wait for it, or end it',
    );
  }
}

/** One per machine and user: a home may be shared by machines. */
export function lockPath(): string {
  return join(ownFolder(), `calibration-${os.hostname().replace(/[^\w.-]/g, '_')}.lock`);
}

/** Each attempt ends in the lock, in its living holder, or in a stale one removed: others may take it in between, but not for ever. */
const ATTEMPTS = 16;
const LONGEST_LOCK_BYTES = 64 * 1024;

/**
 * Takes the machine's lock for a calibration; a lock whose process is gone is broken.
 * @returns a function that gives it back
 * @throws CalibrationRunning; Error naming the lock when something that is no lock is in its place
 */
export function takeCalibrationLock(directory: string, path = lockPath()): () => void {
  const own: LockHolder = { ...ownIdentity(), since: new Date().toISOString(), directory };
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
  try {
    for (let attempt = 0; !isTaken(draft, path); attempt++) {
      if (attempt === ATTEMPTS) throw inTheWay(path, 'it comes back as often as it is removed');
      breakStale(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** A link appears with its content or not at all, and only where there was none. */
function isTaken(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw inTheWay(path, systemReason(error));
  }
}

function breakStale(path: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && isAlive(holder)) throw new CalibrationRunning(holder, path);
  // Moved aside first: of two that break it only one succeeds, and a fresh lock taken in between is put back.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw inTheWay(path, systemReason(error));
  }
  const moved = readHolder(aside);
  if (moved !== undefined && isAlive(moved)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/** Undefined when there is none, or nobody's. @throws Error when it is no file at all: nobody's lock, and nothing to wait for */
function readHolder(path: string): LockHolder | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (status.isDirectory()) throw inTheWay(path, 'it is a folder');
  // Links, pipes and devices are moved away unread.
  if (!status.isFile()) return undefined;
  try {
    const holder = JSON.parse(readRegularText(path, LONGEST_LOCK_BYTES)) as LockHolder | null;
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function inTheWay(path: string, reason: string): Error {
  return new Error(`cannot take the lock ${path}: ${reason}; remove it if no calibration runs`);
}
