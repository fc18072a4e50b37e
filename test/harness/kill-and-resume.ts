import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readRunRecord } from 'wasm-dyno';
import { Random } from '@wasm-dyno/corpora/random';
import { readMeasurements } from '@wasm-dyno/reports';

const program = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));

export interface Killing {
  /** Arguments of `calibrate` that start the run. */
  readonly start: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** After how many milliseconds each attempt is killed; the attempt after the last goes to its end. */
  readonly moments: readonly number[];
}

/**
 * Starts a calibration, kills it (SIGKILL) at each of the moments, goes on with `--resume`, and lets the last attempt end. Checks that
 * no row of a process that had ended is lost, changed or doubled, and that each planned process is there exactly once.
 * @returns how many attempts were really cut short
 */
export async function killAndResume({ start, directory, environment, moments }: Killing): Promise<number> {
  let kills = 0;
  const kept = new Map<string, string>();
  for (const moment of [...moments, Infinity]) {
    const begun = existsSync(join(directory, 'run.json'));
    const args = begun ? ['calibrate', '--resume', directory, '--force', '--quiet'] : start;
    const { signal, code, errors } = await attempt(args, environment, moment);
    if (signal === 'SIGKILL') kills++;
    // 3: measured to the end, on a machine so busy that no unit of fuel was found.
    else assert.ok(code === 0 || code === 3, errors);
    if (existsSync(join(directory, 'run.json'))) {
      for (const [key, line] of rowsOfEndedProcesses(directory)) kept.set(key, line);
    }
    if (signal === null) break;
  }
  checkComplete(directory);
  const final = rowsOfEndedProcesses(directory);
  for (const [key, line] of kept) assert.equal(final.get(key), line, `row ${key} stays as it was`);
  return kills;
}

async function attempt(args: readonly string[], environment: NodeJS.ProcessEnv, moment: number) {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const timer = Number.isFinite(moment) ? setTimeout(() => child.kill('SIGKILL'), moment) : undefined;
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    // Not `close`: a target that outlives its harness for a moment still holds the pipe.
    child.on('exit', (...ended) => resolve(ended)),
  );
  clearTimeout(timer);
  return { code, signal, errors };
}

/** Lines of `measurements.csv` by process, round and arm. */
function rowsOfEndedProcesses(directory: string): Map<string, string> {
  const complete = new Set(
    readRunRecord(directory)
      .processes.filter(({ state }) => state === 'complete')
      .map(({ process }) => process),
  );
  const text = readFileSync(join(directory, 'measurements.csv'), 'utf8');
  const [, ...lines] = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const { rows } = readMeasurements(directory);
  assert.equal(rows.length, lines.length);
  return new Map(
    rows.flatMap(({ process, round, arm }, i) =>
      complete.has(process) ? [[`${process} ${round} ${arm}`, lines[i]!]] : [],
    ),
  );
}

function checkComplete(directory: string): void {
  const { state, plan, processes } = readRunRecord(directory);
  assert.equal(state, 'finished');
  const complete = processes.filter((process) => process.state === 'complete');
  assert.deepEqual(
    complete.map(({ slot }) => slot).sort((a, b) => a - b),
    Array.from({ length: plan.processes }, (_, slot) => slot),
    'each planned process is complete exactly once',
  );
  const { rows } = readMeasurements(directory);
  const keys = rows.map(({ process, round, arm }) => `${process} ${round} ${arm}`);
  assert.equal(new Set(keys).size, keys.length, 'no row twice');
  for (const kind of ['warm', 'sweep']) {
    const counts = complete
      .filter((process) => process.kind === kind)
      .map(({ process }) => rows.filter((row) => row.process === process).length);
    assert.equal(new Set(counts).size, 1, `${kind} processes have equal rows`);
  }
  const whole = new Set(complete.map(({ process }) => process));
  assert.ok(rows.every(({ process, flags }) => flags.includes('interrupted') !== whole.has(process)));
}

/** `npm run kills -- [TIMES] [SEED]`: as many calibrations, each killed at up to three random moments. */
async function main(times: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-kills-'));
  // A lock of its own: other runs on this machine are no concern here.
  const environment = {
    ...process.env,
    TMPDIR: folder,
    XDG_STATE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
    NO_COLOR: '1',
  };
  const random = new Random(seed);
  let kills = 0;
  let runs = 0;
  try {
    while (kills < times) {
      const directory = join(folder, `run-${runs}`);
      const start = [
        'calibrate',
        '--effort',
        'smoke',
        '--corpus',
        'generated',
        '--quiet',
        '--force',
        '--out',
        directory,
      ];
      const moments = Array.from({ length: random.integer(1, 3) }, () => random.integer(200, 5200));
      kills += await killAndResume({ start, directory, environment, moments });
      runs++;
      rmSync(directory, { recursive: true, force: true });
      process.stderr.write(`${kills} kills in ${runs} runs, no row lost or doubled\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(
    `seed ${seed}: ${kills} kills in ${runs} runs, all resumed to complete runs, no row lost or doubled\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 1));
}
