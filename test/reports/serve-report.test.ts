import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveReport, type ServedReport } from 'wasm-dyno';
import { RecordedRunError, type RunRecord } from '@wasm-dyno/reports';
import { LIVE_NOW, writeLiveRun } from './live-run.js';
import { inventedRows, inventedSweep } from './run-example.js';

const rows = [...inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 }), ...inventedSweep(2)];

function ask(address: string, options: { method?: string; host?: string; path?: string } = {}) {
  const { method = 'GET', host, path = '' } = options;
  return new Promise<{ status: number; text: string; type: string }>((resolve, reject) => {
    request(
      `${address}${path}`,
      { method, agent: false, ...(host === undefined ? {} : { headers: { host } }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode!, text, type: response.headers['content-type'] ?? '' }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

describe('a page that follows a run', () => {
  let directory: string;
  let served: ServedReport;
  let now: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
    writeLiveRun(directory, rows, 3);
    now = LIVE_NOW;
    served = await serveReport(directory, { lingerMilliseconds: 0, now: () => now });
  });
  afterEach(async () => {
    served.close();
    await served.closed;
    rmSync(directory, { recursive: true });
  });

  it('tells what is done, the time left and the prices, and goes on with the run', async () => {
    assert.match(served.address, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, text, type } = await ask(served.address);
    assert.deepEqual([status, type], [200, 'text/html; charset=utf-8']);
    assert.match(text, /3 of 12 process executions, about 27 s left/);
    assert.match(text, /embedded warm translate/);
    writeLiveRun(directory, rows, 10);
    const part = await ask(served.address, { path: 'part' });
    assert.match(part.text, /10 of 12 process executions, about 6 s left/);
    assert.match(part.text, /embedded warm translate<\/span><\/td>.*?\+-[\d.]+%/s);
    writeLiveRun(directory, rows, 11);
    assert.match((await ask(served.address, { path: 'part' })).text, /How the intervals narrow/);
  });

  it("tells the time that the calibration itself expects, which knows the budget, and not the mean's", async () => {
    writeLiveRun(directory, rows, 6, 'running', 7);
    const part = async () => (await ask(served.address, { path: 'part' })).text;
    assert.match(await part(), /6 of 12 process executions, about 7 s left; last word at 12:00:00 UTC/);
    now += 5000;
    assert.match(await part(), /about 2 s left/);
    now += 5000;
    assert.match(await part(), /to be over any moment/);
    now += 300_000;
    assert.match(await part(), /5 min ago: it may have been killed, and goes on with calibrate --resume/);
  });

  it('counts what was left out for want of time as over', async () => {
    writeLiveRun(directory, rows, 6, 'running', 7);
    const file = join(directory, 'run.json');
    const run = JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
    writeFileSync(file, JSON.stringify({ ...run, progress: { ...run.progress, done: 9 } }));
    assert.match((await ask(served.address, { path: 'part' })).text, /9 of 12 process executions/);
  });

  it('only reads, and answers this machine alone', async () => {
    const before = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.equal((await ask(served.address, { method })).status, 405);
    assert.equal((await ask(served.address, { host: 'somebody.example' })).status, 403);
    assert.equal((await ask(served.address, { path: 'measurements.csv' })).status, 404);
    assert.deepEqual(
      readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8')),
      before,
    );
  });

  it('closes with the run', async () => {
    writeLiveRun(directory, rows, 12, 'finished');
    const { text } = await ask(served.address, { path: 'part' });
    assert.match(text, /data-ended>The run has ended: Everything planned was measured\./);
    await served.closed;
    await assert.rejects(ask(served.address), /ECONNREFUSED/);
  });

  it('is of a run that goes on: one that has ended has a report', async () => {
    const other = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
    try {
      writeLiveRun(other, rows, 12, 'finished');
      await assert.rejects(
        serveReport(other),
        (error) =>
          error instanceof RecordedRunError && /write its report with --format html/.test(error.message),
      );
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
