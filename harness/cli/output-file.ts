import { closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { RUN_FILES } from '@wasm-dyno/reports/recorded-run';
import { onEnding } from '../console/ending.js';
import { AtomicFile, writeWhole } from '../run-directory/atomic-file.js';
import { makeFolder } from '../run-directory/make-folder.js';
import { CommandFailure, ExitCode } from './exit-code.js';

/**
 * Writes what `--out` names, whole or not at all: what was there before is there still when the disk is full.
 *
 * @param inputs what the text was made from: none of it is written over
 * @throws CommandFailure naming the file and the mend
 */
export function writeOutputFile(
  path: string,
  text: string | Uint8Array,
  inputs: readonly string[] = [],
): void {
  refuseOverwriting(path, inputs);
  replaceFile(path, text);
}

/** As {@link writeOutputFile}, of a file that is to be changed: a profile that is signed, say. */
export function replaceFile(path: string, text: string | Uint8Array): void {
  try {
    const file = begunFile(path);
    try {
      file.write(text);
      file.finish();
    } finally {
      file.abandon();
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * As {@link writeOutputFile}, of a text that comes a piece at a time: where it breaks off, or a signal ends this, nothing of it is left.
 *
 * @throws CommandFailure naming the file and the mend; what `pieces` throws
 */
export async function writeOutputPieces(path: string, pieces: AsyncIterable<string>): Promise<void> {
  refuseOverwriting(path);
  const tried = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  let file: WrittenFile | undefined;
  // Heard before there is a file: a signal that nobody hears would leave it.
  const forget = onEnding((signal) => {
    file?.abandon();
    // As if nobody had listened.
    process.kill(process.pid, signal);
  });
  try {
    const written = (file = tried(() => begunFile(path)));
    for await (const piece of pieces) tried(() => written.write(piece));
    tried(() => written.finish());
  } finally {
    file?.abandon();
    forget();
  }
}

type WrittenFile = Pick<AtomicFile, 'write' | 'finish' | 'abandon'>;

/** A link stays one. Pipes and devices take what comes, and folders refuse it. */
function begunFile(path: string): WrittenFile {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return new AtomicFile(path);
  if (status.isFile()) return new AtomicFile(realpathSync(path), status.mode & 0o777);
  const file = openSync(path, 'w');
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  const write = (text: string | Uint8Array): void => writeWhole(file, text);
  return { write, finish: close, abandon: close };
}

/**
 * Before anything is measured or read: nothing of a run's record is written over, nor what the text is made from.
 *
 * @throws CommandFailure naming the file and the mend
 */
export function refuseOverwriting(path: string, inputs: readonly string[] = []): void {
  const place = realPath(path);
  if (isOfRecord(place)) throw refusal(path, 'is a file of a recorded run, and is not written over');
  // What is not there yet is none of them.
  if (existsSync(path) && inputs.some((input) => leadsTo(input, path)))
    throw refusal(path, 'is what the text would be made from, and is not written over');
}

/**
 * As {@link refuseOverwriting}, and refuses a place where no file can be: before minutes are spent on what would be written there.
 *
 * @throws CommandFailure naming the file and the mend
 */
export function refuseOutput(path: string, inputs: readonly string[] = []): void {
  refuseOverwriting(path, inputs);
  if (isFolder(path)) throw refusal(path, 'cannot be written: is a folder');
  if (!isFolder(dirname(resolve(path))))
    throw refusal(path, `cannot be written: there is no folder ${dirname(path)}`);
}

/** Makes the folder that `--out` names, and those around it. @throws CommandFailure naming the folder and the mend */
export function makeOutputFolder(path: string): void {
  if (existsSync(path) && !isFolder(path)) throw refusal(path, 'is a file; a folder is made here');
  try {
    makeFolder(resolve(path));
  } catch (error) {
    throw refusal(path, `cannot be made: ${systemReason(error)}`);
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Whether two paths are of one file, by whatever links. */
export function leadsTo(path: string, file: string): boolean {
  return existsSync(path) && realPath(path) === realPath(file);
}

/** A file that a calibration, or what is run on its directory, reads back. */
function isOfRecord(path: string): boolean {
  const name = basename(path);
  const isKnown = RECORDED.has(name) || /^profile-.+\.json$/.test(name);
  return isKnown && existsSync(join(dirname(path), RUN_FILES.run));
}

const RECORDED: ReadonlySet<string> = new Set(Object.values(RUN_FILES));

/** Where a path leads in the end; the file itself need not be there. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    return existsSync(dirname(full)) ? join(realpathSync(dirname(full)), basename(full)) : full;
  }
}

function unwritable(path: string, error: unknown): CommandFailure {
  return refusal(path, `cannot be written: ${systemReason(error)}`);
}

function refusal(path: string, reason: string): CommandFailure {
  return new CommandFailure(ExitCode.Failed, `${path}: ${reason}; name another place with --out`);
}
