import { deepEqual, equal, ok } from 'node:assert/strict';
import { createWebAssembly, Engine, Store } from '@wasm-dyno/engine';
import { loadGlue, packageFile } from '../js-api/load-glue.js';

type Rows = { readonly columns: string[]; readonly values: unknown[][] }[];

interface SqlJs {
  readonly Database: new () => { run(sql: string): unknown; exec(sql: string): Rows; close(): void };
}

type InitSqlJs = (options: { locateFile: (file: string) => string }) => Promise<SqlJs>;

const SQL_GLUE = packageFile('sql.js', 'dist/sql-wasm.js');
const SQL_MODULE = packageFile('sql.js', 'dist/sql-wasm.wasm');
const locateFile = () => SQL_MODULE;

/** A database with an index, an aggregate, a recursive query and a failure. */
function queries({ Database }: SqlJs): unknown[] {
  const database = new Database();
  database.run(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x REAL); CREATE INDEX by_name ON t (name)',
  );
  database.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO t SELECT i, 'row ' || (i * 7919 % 300), i / 7.0 FROM n`);
  const found: unknown[] = [
    database.exec("SELECT id, x FROM t WHERE name BETWEEN 'row 1' AND 'row 12' ORDER BY name"),
    database.exec('SELECT count(*), sum(x), group_concat(name) FROM t GROUP BY id % 5'),
  ];
  try {
    database.exec('SELECT * FROM missing');
  } catch (error) {
    found.push(String(error));
  }
  database.close();
  return found;
}

describe('host executor on real modules', function () {
  this.timeout(600_000);

  // The glue names database files by a random number, and fuel is so exact that the number's digits show.
  const { random } = Math;
  before(() => {
    Math.random = () => 0.5;
  });
  after(() => {
    Math.random = random;
  });

  it('runs SQLite through its own glue: the same rows and the same fuel as the interpreter', async () => {
    const engine = new Engine();
    const store = new Store(engine);
    const interpreted = await loadGlue<InitSqlJs>(SQL_GLUE, createWebAssembly({ store }))({ locateFile });
    const expected = queries(interpreted);

    const namespace = createWebAssembly({ executor: 'host' });
    const injected = await loadGlue<InitSqlJs>(SQL_GLUE, namespace)({ locateFile });
    deepEqual(queries(injected), expected);
    const { consumedFuel } = namespace.store;
    ok(consumedFuel > 1_000_000n, `${consumedFuel} fuel consumed`);
    equal(consumedFuel, store.consumedFuel);
  });
});
