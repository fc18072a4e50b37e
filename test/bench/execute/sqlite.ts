import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';

import type { KernelFunction, Namespace } from './engines.js';

const require = createRequire(import.meta.url);

interface Database {
  run(sql: string, parameters?: readonly unknown[]): void;
  exec(sql: string): readonly { readonly values: readonly (readonly unknown[])[] }[];
  close(): void;
}

type InitSqlJs = (options: object) => Promise<{ readonly Database: new () => Database }>;

/**
 * SQLite by the package sql.js, with its own glue code, unchanged, over the `WebAssembly` namespace given. The function makes a
 * database of that many hundred rows, asks it, and gives the answers as text.
 */
export async function loadSqlite(namespace: Namespace): Promise<KernelFunction> {
  const file = require.resolve('sql.js/dist/sql-wasm.js');
  const glue = vm.compileFunction(
    readFileSync(file, 'utf8'),
    ['exports', 'require', 'module', '__filename', '__dirname', 'WebAssembly'],
    { filename: file },
  );
  const module: { exports: unknown } = { exports: {} };
  glue.call(module.exports, module.exports, require, module, file, dirname(file), namespace);
  const wasmBinary = readFileSync(file.replace(/\.js$/, '.wasm'));
  const { Database } = await (module.exports as InitSqlJs)({ wasmBinary });
  return (hundreds) => {
    const database = new Database();
    try {
      return ask(database, hundreds * 100);
    } finally {
      database.close();
    }
  };
}

function ask(database: Database, rows: number): string {
  database.run(`
    CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT, country INTEGER, people INTEGER, height REAL);
    CREATE TABLE country (id INTEGER PRIMARY KEY, name TEXT);
    CREATE INDEX city_country ON city (country);
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      INSERT INTO country SELECT i, 'country ' || (i * 7919 % 1000) FROM n;
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
      INSERT INTO city SELECT i, printf('%08x', i * 2654435761 % 4294967296), i * 31 % 40 + 1,
        i * 104729 % 1000003, (i * 37 % 1009) / 7.0 FROM n;
  `);
  const answers = [
    `SELECT country.name, count(*), sum(people), round(avg(height), 6) FROM city JOIN country ON country.id = city.country
      GROUP BY country.id HAVING sum(people) > 1000 ORDER BY 3 DESC, 1 LIMIT 10`,
    `SELECT name FROM city WHERE name LIKE '%ab%' ORDER BY name LIMIT 10`,
    `SELECT a.id, max(b.people) FROM city a JOIN city b ON b.country = a.country AND b.id < a.id
      WHERE a.id % 97 = 0 GROUP BY a.id ORDER BY a.id LIMIT 20`,
    `SELECT count(DISTINCT people % 101), round(sum(height * people), 3) FROM city`,
  ].map((sql) => database.exec(sql).map(({ values }) => values));
  database.run(
    'UPDATE city SET people = people + 1 WHERE country % 3 = 0; DELETE FROM city WHERE id % 5 = 0',
  );
  const left = database.exec('SELECT count(*), sum(people) FROM city').map(({ values }) => values);
  return JSON.stringify([answers, left]);
}
