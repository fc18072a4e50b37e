import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import {
  columnDescriptions,
  columnsOf,
  MEASUREMENT_TABLE,
  readRecordedRun,
  rowOrigin,
  runTableCsv,
  runTableParquet,
  RUN_TABLE_NAMES,
  SIZE_CLASS_NAMES,
  SUMMARY_TABLE,
  WARM_UP_TABLE,
} from '@wasm-dyno/reports';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

const PYTHON = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
const hasPandas = PYTHON !== undefined && spawnSync(PYTHON, ['-c', 'import pandas']).status === 0;

describe('the CSV files of a run', () => {
  let directory: string;
  let database: DuckDBConnection;
  const rows = [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)].map((row, i) =>
    i === 0 ? { ...row, module: 'quoted "name", with a comma; and =1+1' } : row,
  );

  before(async () => {
    directory = writeRunFolder({ rows });
    database = await (await DuckDBInstance.create(':memory:')).connect();
  });
  after(() => {
    database.closeSync();
    rmSync(directory, { recursive: true });
  });

  const ask = async (query: string) => (await database.runAndReadAll(query)).getRowObjectsJson();

  it('keep to RFC 4180: every line ends in CR LF and has a cell for every column', () => {
    for (const name of ['measurements.csv', 'summary.csv', 'warm-up.csv']) {
      const text = readFileSync(join(directory, name), 'utf8');
      assert.equal(text.replaceAll('\r\n', '').search(/[\r\n]/), -1, name);
      assert.ok(text.endsWith('\r\n'));
    }
  });

  it('are read by DuckDB in its strict mode, with types as documented', async () => {
    for (const { name, schema } of [MEASUREMENT_TABLE, SUMMARY_TABLE, WARM_UP_TABLE]) {
      const from = `read_csv('${join(directory, name)}', strict_mode = true)`;
      const types = new Map(
        (await ask(`describe select * from ${from}`)).map((row) => [row['column_name'], row['column_type']]),
      );
      assert.equal(types.get('runCreatedAt'), 'TIMESTAMP WITH TIME ZONE');
      for (const one of columnsOf(schema)) {
        const type = types.get(one.name);
        // Of a column without a single value nothing tells what it would hold.
        const isUnused = (await ask(`select count("${one.name}") as n from ${from}`))[0]!['n'] === '0';
        if (isUnused) continue;
        const isNumber = type === 'BIGINT' || type === 'DOUBLE';
        assert.equal(isNumber, one.kind === 'number', `${name}: ${one.name} is ${String(type)}`);
      }
    }
    const [first] = await ask(
      `select module, sizeClass from read_csv('${join(directory, 'measurements.csv')}') limit 1`,
    );
    assert.equal(first!['module'], rows[0]!.module);
    assert.equal(first!['sizeClass'], rows[0]!.sizeClass);
  });

  it('can be put together: rows of two machines stay apart by their run and machine', async () => {
    const other = writeRunFolder({ rows });
    try {
      const run = { ...runRecord(), createdAt: '2026-02-01T00:00:00Z' };
      const later = { ...run, machine: { ...run.machine, id: 'f'.repeat(16) } };
      const { summary } = readRecordedRun(other);
      writeFileSync(join(other, 'summary.csv'), SUMMARY_TABLE.text(summary, rowOrigin(later)));
      const files = [directory, other].map((one) => `'${join(one, 'summary.csv')}'`).join(', ');
      const found = await ask(
        `select run, machine, count(*) as n from read_csv([${files}]) group by all order by run`,
      );
      assert.deepEqual(
        found.map(({ machine, n }) => [machine, n]),
        [
          [runRecord().machine.id, String(summary.length)],
          ['f'.repeat(16), String(summary.length)],
        ],
      );
      assert.notEqual(found[0]!['run'], found[1]!['run']);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('are read by Python: pandas where it is installed, else the strict reader that comes with it', function () {
    if (PYTHON === undefined) return this.skip();
    const script = hasPandas
      ? `import pandas, sys\nf = pandas.read_csv(sys.argv[1])\nprint(len(f), f['nanoseconds'].dtype.kind, f['sizeClass'][0])`
      : `import csv, sys\nr = list(csv.DictReader(open(sys.argv[1], newline=''), strict=True))\nassert all(None not in x and None not in x.values() for x in r)\nprint(len(r), 'f' if float(r[0]['nanoseconds']) else '', r[0]['sizeClass'])`;
    const said = execFileSync(PYTHON, ['-c', script, join(directory, 'measurements.csv')], {
      encoding: 'utf8',
    });
    assert.match(said, new RegExp(`^${rows.length} [fi] ${rows[0]!.sizeClass.replace('+', '\\+')}\\s*$`));
  });

  it('name size classes as no spreadsheet names a date or a number', () => {
    for (const name of SIZE_CLASS_NAMES) {
      assert.ok(Number.isNaN(Number(name)), name);
      // 1-63 was the January of 1963.
      assert.doesNotMatch(name, /^\d{1,4}[-/. ]\d{1,4}$|^[=+@-]/, name);
    }
  });

  it('of earlier versions are read still: other names of size classes, other ends of lines, no run in the rows', () => {
    const [origin, header] = [rowOrigin(runRecord()), SUMMARY_TABLE.header()];
    const { summary } = readRecordedRun(directory);
    const text = header + SUMMARY_TABLE.lines(summary, origin);
    const earlier = text
      .split('\r\n')
      .map((line) => line.split(',').slice(3).join(','))
      .join('\n')
      .replaceAll('1..63B', '1-63')
      .replaceAll('65536B+', '65536+');
    assert.ok(earlier.includes(',1-63,'));
    assert.deepEqual(SUMMARY_TABLE.parse(earlier).rows, summary);
  });

  it('are told column by column, in 80 letters a line', () => {
    const text = columnDescriptions(80);
    for (const { schema } of [MEASUREMENT_TABLE, SUMMARY_TABLE, WARM_UP_TABLE])
      for (const { name, unit } of columnsOf(schema))
        assert.ok(text.includes(`\n  ${name}${unit === '' ? '' : ` [${unit}]`}\n`), name);
    for (const name of ['run', 'machine', 'runCreatedAt [ISO 8601]'])
      assert.ok(text.includes(`\n  ${name}\n`));
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  });

  it('come as Parquet too, with the same rows', async () => {
    const recorded = readRecordedRun(directory);
    const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
    try {
      for (const name of RUN_TABLE_NAMES) {
        const [csv, parquet] = [join(folder, `${name}.csv`), join(folder, `${name}.parquet`)];
        writeFileSync(csv, runTableCsv(recorded, name));
        writeFileSync(parquet, runTableParquet(recorded, name));
        const columns = (await ask(`describe select * from '${parquet}'`)).map((row) => row['column_name']);
        assert.deepEqual(
          columns,
          (await ask(`describe select * from '${csv}'`)).map((row) => row['column_name']),
        );
        const text = columns.map((one) => `coalesce(cast("${String(one)}" as varchar), '')`);
        const numeric = /(Nanoseconds|PerByte|ratio|low|high)/i;
        const exact = text.filter((_, i) => columns[i] === 'engine' || columns[i] === 'module');
        for (const list of exact) {
          const difference = await ask(
            `(select ${list} as x from '${csv}') except all (select ${list} as x from '${parquet}')`,
          );
          assert.deepEqual(difference, []);
        }
        for (const one of columns.filter((column) => numeric.test(String(column)))) {
          const [sums] = await ask(
            `select (select sum("${String(one)}"::double) from read_csv('${csv}', all_varchar = true)) as a, (select sum("${String(one)}") from '${parquet}') as b`,
          );
          assert.equal(sums!['a'], sums!['b'], `${name} ${String(one)}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
