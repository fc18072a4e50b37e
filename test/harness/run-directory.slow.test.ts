import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import {
  CalibrationRunning,
  proveWritable,
  RowFile,
  RunDirectory,
  takeCalibrationLock,
  type Measurement,
  type RunRecord,
} from 'wasm-dyno';
import { MEASUREMENT_TABLE, readMeasurements, RecordedRunError, rowOrigin } from '@wasm-dyno/reports';
import { runRecord } from '../reports/run-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function row(process: number, round: number): Measurement {
  return {
    engine: 'embedded',
    process,
    round,
    phase: 'memset',
    arm: 'sweep, with a comma and a "quote"',
    pair: '',
    order: '',
    module: '',
    sizeClass: 'all',
    functions: 1,
    bytes: 64,
    calls: 1,
    nanoseconds: 10,
    overheadNanoseconds: 0,
    stratumBytes: 0,
    kernel: 'buffer-fill',
    regime: 'hot',
    temperature: 'warm',
    runDelayNanoseconds: undefined,
    involuntarySwitches: undefined,
    collectionNanoseconds: undefined,
    allocatedBytes: undefined,
    referenceBeforeNanoseconds: undefined,
    referenceAfterNanoseconds: undefined,
    flags: round % 2 === 0 ? [] : ['collection'],
  };
}

const record: RunRecord = { ...runRecord(), state: 'running', ended: null };
const slot = { slot: 0, engine: 'embedded', kind: 'warm' } as const;

function lines(name = 'measurements.csv'): string[] {
  return readFileSync(join(folder, name), 'utf8').split('\r\n').slice(1, -1);
}

describe('A run directory', () => {
  it('keeps the rows of complete processes and flags those of one that was cut short', () => {
    const run = RunDirectory.create(folder, record);
    for (let process = 0; process < 2; process++) {
      assert.equal(run.beginProcess(slot), process);
      run.append([row(process, 0), row(process, 1)]);
      if (process === 0) run.endProcess(process, { state: 'complete' });
    }
    run.close();
    const again = RunDirectory.reopen(folder);
    assert.deepEqual(
      again.record.processes.map(({ state }) => state),
      ['complete', 'interrupted'],
    );
    assert.equal(again.beginProcess(slot), 2, 'numbers are not used again');
    again.close();
    const flags = lines().map((line) => line.slice(line.lastIndexOf(',') + 1));
    assert.deepEqual(flags, ['', 'collection', 'interrupted', 'collection interrupted']);
  });

  it('survives being cut off at any byte: whole rows stay, each once, and the run goes on', () => {
    const run = RunDirectory.create(folder, record);
    run.beginProcess(slot);
    run.append(Array.from({ length: 20 }, (_, round) => row(0, round)));
    run.close();
    const path = join(folder, 'measurements.csv');
    const whole = readFileSync(path);
    const runJson = readFileSync(join(folder, 'run.json'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        writeFileSync(path, whole);
        writeFileSync(join(folder, 'run.json'), runJson);
        truncateSync(path, length);
        const kept = Math.max(0, whole.subarray(0, length).toString().split('\n').length - 2);
        const again = RunDirectory.reopen(folder);
        again.append([row(1, 0)]);
        again.close();
        const rounds = lines().map((line) =>
          line
            .replace(/"(?:[^"]|"")*"/g, '')
            .split(',')
            .slice(4, 6)
            .join('/'),
        );
        assert.deepEqual(rounds, [...Array.from({ length: kept }, (_, round) => `0/${round}`), '1/0']);
      }),
    );
  });

  it('refuses a folder that holds a run, and one that holds none when resuming', () => {
    RunDirectory.create(folder, record).close();
    assert.throws(() => RunDirectory.create(folder, record), /holds a run already.*--resume/);
    assert.throws(
      () => RunDirectory.reopen(join(folder, 'nothing')),
      /does not exist; name a directory that wasm-dyno calibrate wrote/,
    );
  });

  it('measures complete executions again whose rows were lost: an empty file, a torn row, a missing row', () => {
    const run = RunDirectory.create(folder, record);
    for (let process = 0; process < 2; process++) {
      run.beginProcess(slot);
      run.append([row(process, 0), row(process, 1)]);
      run.endProcess(process, { state: 'complete' });
    }
    run.close();
    const runJson = readFileSync(join(folder, 'run.json'));
    const whole = readFileSync(join(folder, 'measurements.csv'), 'utf8');
    const lastRow = whole.trimEnd().lastIndexOf('\n') + 1;
    for (const [kept, states] of [
      [0, ['interrupted', 'interrupted']],
      [whole.length - 10, ['complete', 'interrupted']],
      [lastRow, ['complete', 'interrupted']],
      [whole.length, ['complete', 'complete']],
    ] as const) {
      writeFileSync(join(folder, 'run.json'), runJson);
      writeFileSync(join(folder, 'measurements.csv'), whole.slice(0, kept));
      const again = RunDirectory.reopen(folder);
      again.close();
      assert.deepEqual(
        again.record.processes.map(({ state }) => state),
        states,
      );
      const lost = states.filter((state) => state === 'interrupted').length;
      const what =
        lost === 1 ? '1 complete process execution: it is' : `${lost} complete process executions: they are`;
      const warning = `measurements.csv lacks rows of ${what} measured again.`;
      assert.deepEqual(again.record.warnings, lost === 0 ? [] : [warning]);
      const { rows } = readMeasurements(folder);
      const flagged = new Set(
        rows.filter(({ flags }) => flags.includes('interrupted')).map(({ process }) => process),
      );
      assert.ok([...flagged].every((process) => states[process] === 'interrupted'));
    }
    writeFileSync(join(folder, 'measurements.csv'), '');
    assert.throws(
      () => readMeasurements(folder),
      (error: unknown) =>
        error instanceof RecordedRunError && /measurements\.csv is empty; restore/.test(error.message),
    );
  });

  it('takes no rows of other columns', () => {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, 'a,b\n');
    assert.throws(() => RowFile.open(path, MEASUREMENT_TABLE.of(rowOrigin(record))), /other columns/);
  });
});

describe('The place to write', () => {
  it('is made, tried out and left empty', () => {
    const path = join(folder, 'a', 'b');
    proveWritable(path, 1000);
    assert.throws(() => readFileSync(join(path, '.probe')), /ENOENT/);
  });

  it('is refused by name when it cannot be written', function () {
    if (process.platform !== 'linux') this.skip();
    // Nobody can make a folder there, root included; and it must not take for ever to find out.
    assert.throws(() => proveWritable('/proc/wasm-dyno', 10), /cannot write into \/proc\/wasm-dyno.*--out/);
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    assert.throws(() => proveWritable(join(folder, 'run'), 10), /cannot write into/);
  });
});

describe("The machine's lock", () => {
  it('is held by one, who is named to the next, and can be had again after', () => {
    const path = join(folder, 'lock');
    const unlock = takeCalibrationLock('/some/run', path);
    assert.throws(
      () => takeCalibrationLock('/other/run', path),
      (error: unknown) =>
        error instanceof CalibrationRunning &&
        error.holder.pid === process.pid &&
        /\/some\/run/.test(error.message) &&
        error.message.includes(String(process.pid)),
    );
    unlock();
    takeCalibrationLock('/other/run', path)();
  });

  it('is broken when its holder is gone, or its number belongs to another process now', async () => {
    const path = join(folder, 'lock');
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('close', resolve));
    writeFileSync(path, JSON.stringify({ pid: child.pid, since: 'then', directory: '/gone' }));
    takeCalibrationLock('/run', path)();
    writeFileSync(
      path,
      JSON.stringify({ pid: process.pid, startTicks: '1', since: 'then', directory: '/gone' }),
    );
    if (process.platform === 'linux') takeCalibrationLock('/run', path)();
    writeFileSync(path, 'torn');
    takeCalibrationLock('/run', path)();
  });
});
