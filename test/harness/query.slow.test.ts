import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { BUNDLE_KIND } from '@wasm-dyno/engine';
import { readRecordedRun, rowOrigin, runTableParquet, type RunRecord } from '@wasm-dyno/reports';
import { QueryRefused, RunDatabase } from '../../harness/dist/query/index.js';
import { environment, PROGRAM, wasmDyno } from '../cli/command-line.js';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { runRecord, writeRunFolder } from '../reports/run-folder.js';

const MACHINES = 20;
const RUNS = 100;

/** One recorded run again and again, each time of another run, machine and day. */
function renamedRun(recorded: string, into: string, number: number): void {
  const record = runRecord();
  const machine = (0xa000 + (number % MACHINES)).toString(16).padStart(16, '0');
  const createdAt = new Date(Date.UTC(2026, 1, 1 + number)).toISOString();
  const renamed: RunRecord = { ...record, createdAt, machine: { ...record.machine, id: machine } };
  const [before, after] = [rowOrigin(record), rowOrigin(renamed)];
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(recorded)) {
    const text = readFileSync(join(recorded, name), 'utf8')
      .replaceAll(before.run, after.run)
      .replaceAll(before.machine, after.machine)
      .replaceAll(before.runCreatedAt, after.runCreatedAt);
    writeFileSync(join(into, name), text);
  }
}

describe('wasm-dyno query', function () {
  this.timeout(600_000);
  let folder: string;
  let recorded: string;
  let rowsOfRun: number;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-fleet-'));
    const rows = [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)];
    rowsOfRun = rows.length;
    recorded = writeRunFolder({ rows });
    for (let i = 0; i < RUNS; i++) renamedRun(recorded, join(folder, 'fleet', `run-${i}`), i);
  });
  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(recorded, { recursive: true });
  });

  const ask = async (query: string, ...sources: string[]) => {
    const scratch = mkdtempSync(join(folder, 'scratch-'));
    const database = await RunDatabase.open(sources, scratch);
    try {
      const { columns, rows } = await database.ask(query);
      const found: Record<string, unknown>[] = [];
      for await (const some of rows)
        found.push(...some.map((row) => Object.fromEntries(row.map((cell, i) => [columns[i]!, cell]))));
      return found;
    } finally {
      database.close();
    }
  };
  const refused = async (query: string, ...sources: string[]) => {
    const error = await ask(query, ...sources).then(
      () => assert.fail(`answered: ${query}`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof QueryRefused, String(error));
    assert.ok(!error.message.includes('\n'), error.message);
    return error.message;
  };
  const fleet = () => join(folder, 'fleet');

  it('counts the rows of a hundred runs, by machine', async () => {
    const counted = await ask(
      'select machine, count(distinct run) as runs, count(*) as n from measurements group by machine order by machine',
      fleet(),
    );
    assert.equal(counted.length, MACHINES);
    for (const { runs, n } of counted)
      assert.deepEqual([runs, n], [RUNS / MACHINES, (RUNS / MACHINES) * rowsOfRun]);
    assert.equal(counted[0]!['machine'], '000000000000a000');
  });

  it('has the summary of each run with its numbers as numbers, and times as they were written', async () => {
    const { summary } = readRecordedRun(recorded);
    const expected = summary.filter(({ phase }) => phase === 'translate').map(({ ratio }) => ratio);
    const found = await ask(
      `select ratio, runCreatedAt from summary where phase = 'translate' and run like 'run-20260203%' and ratio is not null`,
      fleet(),
    );
    assert.deepEqual(
      found.map(({ ratio }) => ratio),
      expected.filter((one) => one !== undefined),
    );
    assert.equal(found[0]!['runCreatedAt'], '2026-02-03T00:00:00Z');
  });

  it('has profiles, their prices, and run records, which go together by machine', async () => {
    const profile = JSON.parse(readFileSync(join(recorded, 'profile.json'), 'utf8')) as {
      policies: { warm: { phases: Record<string, { multiplier: { estimate: number }; verdict: string }> } };
    };
    const { translate } = profile.policies.warm.phases;
    const [row] = await ask(
      `select count(*) as n, count(distinct p.machine) as machines, any_value(p.multiplier) as multiplier, any_value(p.verdict) as verdict
        from prices p where policy = 'warm' and phase = 'translate'`,
      fleet(),
    );
    assert.deepEqual(row, {
      n: RUNS,
      machines: MACHINES,
      multiplier: translate!.multiplier.estimate,
      verdict: translate!.verdict,
    });
    const [joined] = await ask(
      'select count(*) as n, min(r.effort) as effort, min(p."cpuModel") as cpu from runs r join profiles p using (machine)',
      fleet(),
    );
    assert.deepEqual(joined, {
      n: RUNS * (RUNS / MACHINES),
      effort: 'standard',
      cpu: runRecord().machine.cpuModel,
    });
  });

  it('takes patterns, single files, Parquet and bundles, and counts no row twice', async () => {
    const count = 'select count(*) as n from summary';
    const { summary } = readRecordedRun(recorded);
    const of = async (...sources: string[]) => (await ask(count, ...sources))[0]!['n'];
    const one = join(fleet(), 'run-7');
    assert.equal(await of(one), summary.length);
    assert.equal(await of(one, join(one, 'summary.csv'), `${one}/../run-7`), summary.length);
    assert.equal(await of(join(fleet(), 'run-1?')), 10 * summary.length);
    assert.equal(await of(join(fleet(), 'run-1?', 'summary.csv')), 10 * summary.length);

    const other = join(folder, "odd [1] it's");
    mkdirSync(other, { recursive: true });
    writeFileSync(
      join(other, 'node-7.summary.parquet'),
      runTableParquet(readRecordedRun(recorded), 'summary'),
    );
    assert.equal(await of(other, one), 2 * summary.length);
    writeFileSync(join(other, 'summary.csv'), readFileSync(join(one, 'summary.csv')));
    writeFileSync(join(other, 'summary.parquet'), runTableParquet(readRecordedRun(one), 'summary'));
    assert.equal(await of(other), 2 * summary.length);
    const sums = 'select sum(ratio) as a, sum("phaseNanosecondsPerByte") as b from summary';
    assert.deepEqual(
      await ask(sums, join(other, 'node-7.summary.parquet')),
      await ask(sums, join(recorded, 'summary.csv')),
    );

    const bundle = join(folder, 'profiles.json');
    const text = readFileSync(join(recorded, 'profile.json'), 'utf8');
    writeFileSync(bundle, `{"kind": "${BUNDLE_KIND}", "schemaVersion": 1, "profiles": [${text}, ${text}]}`);
    assert.deepEqual(await ask('select count(*) as n from profiles', bundle), [{ n: 2 }]);
    symlinkSync(join(recorded, 'profile.json'), join(other, 'linked.json'));
    assert.deepEqual(await ask('select count(*) as n from profiles', other), [{ n: 1 }]);
  });

  it('reads runs of earlier versions beside newer: what a file lacks is empty, what it has more stays', async () => {
    const early = join(folder, 'early');
    mkdirSync(early);
    const lines = readFileSync(join(recorded, 'summary.csv'), 'utf8').split('\r\n');
    const more = lines.map((line, i) =>
      line === '' ? '' : `${line.split(',').slice(3).join(',')},${i === 0 ? 'later' : 'x'}`,
    );
    writeFileSync(join(early, 'summary.csv'), more.join('\n'));
    const rows = lines.length - 2;
    const [row] = await ask(
      'select count(*) as n, count(run) as named, count(later) as more, typeof(any_value(ratio)) as type from summary',
      early,
      join(fleet(), 'run-0'),
    );
    assert.deepEqual(row, { n: 2 * rows, named: rows, more: rows, type: 'DOUBLE' });
    assert.deepEqual(await ask('select * from execution_counts', early), []);
  });

  it('answers in a table, as CSV of RFC 4180, and into a file', async () => {
    const query = `select 'a, "b"' as text, null as none, 1/3 as third, count(*) as n from runs`;
    const csv = await wasmDyno(['query', query, fleet(), '--csv']);
    assert.equal(csv.stdout, `text,none,third,n\r\n"a, ""b""",,0.3333333333333333,${RUNS}\r\n`);
    const table = await wasmDyno(['query', query, fleet()]);
    assert.match(table.stdout, /^text +none +third +n\na, "b" +0\.333333 +100\n1 row\n$/);
    const wide = await wasmDyno(['query', 'select record from profiles limit 1', join(fleet(), 'run-0')]);
    assert.match(wide.stdout, /^record\n\{.{56}\.\.\.\n1 row\n$/);
    const out = join(folder, 'answer.csv');
    assert.deepEqual((await wasmDyno(['query', query, fleet(), '--csv', '--out', out])).stdout, '');
    assert.equal(readFileSync(out, 'utf8'), csv.stdout);
    const json = await wasmDyno(['query', query, join(fleet(), 'run-0'), '--json'], folder);
    assert.deepEqual(JSON.parse(json.stdout), [{ text: 'a, "b"', none: null, third: 1 / 3, n: 1 }]);
    const both = await wasmDyno(['query', query, fleet(), '--json', '--csv']);
    assert.deepEqual([both.code, both.stderr.split(';')[0]], [2, 'wasm-dyno: one of --json and --csv']);
    const wrong = await wasmDyno(['query', 'select nope from runs', fleet()], folder);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^wasm-dyno: Binder Error: .*nope[^\n]*\n$/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('wasm-dyno-query-')),
      [],
    );
    const columns = await ask('describe runs', fleet());
    assert.ok(columns.some((one) => one['column_name'] === 'effort'));
  });

  it('reads a run that goes on or was killed: whole rows alone, however it ends', async () => {
    const text = readFileSync(join(recorded, 'measurements.csv'), 'utf8');
    const lines = text.split('\r\n');
    const count = 'select count(*) as n, any_value(source) as source from measurements';
    const torn = join(folder, 'torn');
    mkdirSync(torn);
    const file = join(torn, 'measurements.csv');
    const whole = lines.slice(0, 11).join('\r\n');
    for (const end of [`\r\n${lines[11]!.slice(0, -20)}`, `\r\n${lines[11]!.slice(0, 3)}`, '\r\n']) {
      writeFileSync(file, whole + end);
      assert.deepEqual(await ask(count, torn), [{ n: 10, source: file }]);
    }
    for (const begun of [`${lines[0]!}\r\n`, lines[0]!.slice(0, 30), '']) {
      writeFileSync(file, begun);
      assert.deepEqual((await ask(count, torn, join(fleet(), 'run-0')))[0]!['n'], rowsOfRun);
    }
  });

  it('answers every query of its page', async () => {
    const page = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8');
    const queries = [...page.matchAll(/^wasm-dyno query (["'])(.*?)\1 fleet\//gms)].map(
      ([, , query]) => query!,
    );
    assert.ok(queries.length >= 7);
    for (const query of queries) await ask(query, join(fleet(), 'run-0'), join(fleet(), 'run-1'));
  });

  it('only asks: nothing else is read, written, loaded or changed', async () => {
    const before = readFileSync(join(fleet(), 'run-0', 'summary.csv'));
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'secret');
    for (const query of [
      `select * from read_text('${secret}')`,
      `select * from '${secret}'`,
      `select * from glob('${folder}/*')`,
      `copy (select 1) to '${join(fleet(), 'run-0', 'summary.csv')}'`,
      `copy (select 1) to '${join(folder, 'written.csv')}'`,
      `explain analyze copy (select 1) to '${join(fleet(), 'run-0', 'summary.csv')}'`,
      `attach '${join(folder, 'written.db')}'`,
      'install httpfs',
      'load httpfs',
      'set enable_external_access = true',
      'drop view summary',
      'create table t (x int)',
      'select 1; select 2',
      'call pragma_version()',
      '',
      ' ; ',
      '-- nothing',
      '/* nothing */',
      'pivot runs on effort using count(*)',
      'selec 1',
      'select nope from summary',
    ])
      await refused(query, join(fleet(), 'run-0'));
    assert.deepEqual(readFileSync(join(fleet(), 'run-0', 'summary.csv')), before);
    assert.ok(!existsSync(join(folder, 'written.csv')) && !existsSync(join(folder, 'written.db')));
  });

  it('writes an answer as it comes: no more than some rows are held, and no text holds them all', () => {
    // As JSON and as CSV of one text this takes several times as much.
    const query = `select range as n, 'some text of a row' as t, range * 1.5 as x from range(300000)`;
    const told = (form: string, ...ending: readonly string[]) => {
      const words = [PROGRAM, 'query', query, join(fleet(), 'run-0'), form, ...ending];
      const outcome = spawnSync(process.execPath, ['--max-old-space-size=64', ...words], {
        env: environment(folder),
        maxBuffer: 1 << 28,
        encoding: 'utf8',
      });
      assert.equal(outcome.status, 0, outcome.stderr);
      return outcome.stdout;
    };
    const rows = JSON.parse(told('--json')) as readonly object[];
    assert.equal(rows.length, 300_000);
    assert.deepEqual(rows.at(-1), { n: 299_999, t: 'some text of a row', x: 449_998.5 });
    const out = join(folder, 'many');
    assert.equal(told('--json', '--out', out), '');
    assert.equal(readFileSync(out, 'utf8'), `${JSON.stringify(rows, undefined, 2)}\n`);
    told('--csv', '--out', out);
    const lines = readFileSync(out, 'utf8').split('\r\n');
    assert.deepEqual([lines.length, lines[300_000]], [300_002, '299999,some text of a row,449998.5']);
    rmSync(out);
  });

  it('shows as many rows in a table as people look through, and says how to get the others', async () => {
    const { stdout } = await wasmDyno(['query', 'from range(10000)', fleet()], folder);
    assert.match(stdout, /^ *range\n *0\n[^]*\n *9999\n10,000 rows\n$/);
    const { stdout: cut } = await wasmDyno(['query', 'from range(10001)', fleet()], folder);
    assert.match(cut, /\n *9999\nthe first 10,000 rows; --csv and --json give all of them\n$/);
    const { stdout: none } = await wasmDyno(['query', 'from range(0)', fleet(), '--json'], folder);
    assert.equal(none, '[]\n');
  });

  it('stops asking when nobody reads any more, or the device is full', function () {
    if (process.platform !== 'linux') this.skip();
    // An answer that would take hours.
    const asked = `"$0" "$1" query 'select range as n from range(100000000000)' "$2" --csv`;
    const shell = (command: string) =>
      spawnSync('bash', ['-c', command, process.execPath, PROGRAM, join(fleet(), 'run-0')], {
        env: environment(folder),
        encoding: 'utf8',
      });
    const closed = shell(`${asked} | head -1; exit \${PIPESTATUS[0]}`);
    assert.deepEqual([closed.status, closed.stdout, closed.stderr], [0, 'n\r\n', '']);
    const full = shell(`${asked} > /dev/full`);
    assert.deepEqual(
      [full.status, full.stderr],
      [1, 'wasm-dyno: standard output: no space left on the device\n'],
    );
  });

  it('leaves nothing of a file that a signal ends', async function () {
    if (process.platform === 'win32') this.skip();
    const place = mkdtempSync(join(folder, 'ended-'));
    const words = ['select range as n from range(100000000000)', join(fleet(), 'run-0'), '--csv', '--out'];
    const child = spawn(process.execPath, [PROGRAM, 'query', ...words, join(place, 'rows.csv')], {
      env: environment(folder),
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    while (child.exitCode === null && readdirSync(place).length === 0) await setTimeout(20);
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
    assert.deepEqual(readdirSync(place), []);
  });

  it('leaves nothing of a file that a signal ends in the moment it is made', function () {
    if (process.platform === 'win32') this.skip();
    const place = mkdtempSync(join(folder, 'ended-at-once-'));
    const endedAtOnce = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { openSync } = fs;
      fs.openSync = (path, ...others) => {
        const file = openSync(path, ...others);
        if (String(path).endsWith('.new')) process.kill(process.pid, 'SIGINT');
        return file;
      };
      syncBuiltinESMExports();`;
    const words = ['--import', `data:text/javascript,${encodeURIComponent(endedAtOnce)}`, PROGRAM, 'query'];
    const query = ['select range as n from range(100000000000)', join(fleet(), 'run-0'), '--csv'];
    const { signal } = spawnSync(process.execPath, [...words, ...query, '--out', join(place, 'rows.csv')], {
      env: environment(folder),
      stdio: 'ignore',
    });
    assert.equal(signal, 'SIGINT');
    assert.deepEqual(readdirSync(place), []);
  });

  it('names a source that is not there, holds nothing, or is broken', async () => {
    assert.match(await refused('select 1', join(folder, 'nowhere')), /nowhere: no such file or folder/);
    assert.match(await refused('select 1', join(folder, 'no*where')), /no\*where: matches no file of a run/);
    writeFileSync(join(folder, 'other.txt'), '');
    assert.match(await refused('select 1', join(folder, 'other.txt')), /its name does not tell/);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    assert.match(await refused('select 1', empty), /empty: has no file of a run; looked for \w+/);
    writeFileSync(join(empty, 'profile.json'), '{"kind": "wasm-dyno-profile", ');
    assert.match(await refused('from profiles', empty), /profile\.json: is no JSON/);
    writeFileSync(join(empty, 'summary.csv'), 'phase,ratio\r\nparse,much\r\n');
    assert.match(
      await refused('select ratio from summary', empty),
      /Could not convert string 'much' to DOUBLE/,
    );
    assert.match(await refused('select 1', 's3://bucket/run'), /only http and https are fetched/);
  });

  describe('over HTTP', () => {
    let server: Server;
    let address: string;
    const asked: string[] = [];
    before(async () => {
      server = createServer((request, response) => {
        asked.push(request.url!);
        const { pathname } = new URL(request.url!, 'http://host');
        if (pathname.startsWith('/broken')) return void response.writeHead(503).end();
        const file = join(folder, decodeURIComponent(pathname));
        if (!existsSync(file)) return void response.writeHead(404).end();
        response.end(readFileSync(file));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    it('fetches a run directory, and a file whose address is signed', async () => {
      const [row] = await ask(
        'select count(*) as n, any_value(source) as source from measurements',
        `${address}/fleet/run-3`,
        `${address}/fleet/run-4/`,
      );
      assert.equal(row!['n'], 2 * rowsOfRun);
      const [signed] = await ask(
        'select machine, source from profiles',
        `${address}/fleet/run-5/profile.json?signature=secret`,
      );
      assert.deepEqual(signed, {
        machine: '000000000000a005',
        source: `${address}/fleet/run-5/profile.json`,
      });
      assert.ok(asked.includes('/fleet/run-5/profile.json?signature=secret'));
    });

    it('tells what cannot be fetched, and no signature', async () => {
      const message = await refused('select 1', `${address}/broken/summary.csv?signature=secret`);
      assert.match(message, /broken\/summary\.csv: cannot be fetched: the server answers 503/);
      assert.doesNotMatch(message, /secret/);
      assert.match(await refused('select 1', `${address}/fleet/none/`), /has no file of a run/);
      assert.match(
        await refused('select 1', `${address}/fleet/none/summary.csv`),
        /there is no such file \(404\)/,
      );
      assert.match(await refused('select 1', 'http://127.0.0.1:1/summary.csv'), /cannot be fetched: /);
    });
  });
});
