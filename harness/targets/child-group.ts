import { ChildProcess, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { PassThrough } from 'node:stream';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process that has ended wrote last is there within so long, unless a child of its own holds the pipe. */
const LAST_WORDS_MILLISECONDS = 200;

/**
 * Starts a target in a process group of its own: Ctrl-C does not reach it, and it can be ended with all its children. One that cannot be started
 * has no process id and emits `error`, whatever was in the way.
 */
export function spawnGroup(
  command: string,
  commandArguments: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ChildProcessWithoutNullStreams {
  try {
    return withPipes(
      spawn(command, [...commandArguments], {
        env: environment,
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      }),
    );
  } catch (error) {
    // Node emits some errors of the system's and throws the others.
    const never = withPipes(new ChildProcess());
    process.nextTick(() => never.emit('error', error));
    return never;
  }
}

/** Where no more files may be open Node gives a child without pipes. */
function withPipes(child: ChildProcess): ChildProcessWithoutNullStreams {
  child.stdin ??= new PassThrough();
  child.stdout ??= new PassThrough();
  child.stderr ??= new PassThrough();
  return child as ChildProcessWithoutNullStreams;
}

/** Ends a target's process and all that it started. */
export function killGroup(child: ChildProcess): void {
  // One that has ended took its group along, and its number may be another's by now.
  if (child.exitCode === null && child.signalCode === null) signalGroup(child);
}

function signalGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    // Windows has no groups.
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/**
 * Calls back once when the process has ended and what it wrote has been read. Children that it left behind are ended, and do not keep
 * anybody waiting though they hold its pipes.
 */
export function onEnd(child: ChildProcessWithoutNullStreams, end: (ending: Ending) => void): void {
  child.once('exit', () => {
    const timer = setTimeout(() => {
      signalGroup(child);
      child.stdout.destroy();
      child.stderr.destroy();
    }, LAST_WORDS_MILLISECONDS);
    child.once('close', () => clearTimeout(timer));
  });
  child.once('close', (code, signal) => {
    signalGroup(child);
    end({ code, signal });
  });
}
