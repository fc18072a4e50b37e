import assert from 'node:assert/strict';
import fs from 'node:fs';

import { Engine, Func, Linker, Store, ValueType, type Instance, type Value } from '@wasm-dyno/engine';

import { packageFile } from '../js-api/load-glue.js';

const ROW = 100;
const DONE = 101;

/** SQLite as sql.js compiles it, over the native API with a host of a few lines: no file system, only memory. */
function openSqlite(): { instance: Instance; store: Store } {
  const engine = new Engine();
  const store = new Store(engine);
  const module = engine.compile(fs.readFileSync(packageFile('sql.js', 'dist/sql-wasm-debug.wasm')));
  const memory = () => instance.getMemory('memory')!;
  const answers: Record<string, (...values: Value[]) => Value> = {
    emscripten_date_now: () => 1.7e12,
    emscripten_get_now: () => 5,
    emscripten_get_heap_max: () => 2 ** 31,
    emscripten_resize_heap: (bytes) =>
      memory().grow(Math.ceil((Number(bytes) >>> 0) / 65_536) - memory().pages) < 0 ? 0 : 1,
    __assert_fail: () => {
      throw new Error('an assertion of SQLite failed');
    },
    environ_sizes_get: (countAt, bytesAt) => {
      const view = new DataView(memory().buffer);
      view.setUint32(countAt as number, 0, true);
      view.setUint32(bytesAt as number, 0, true);
      return 0;
    },
  };
  const linker = new Linker(engine);
  for (const { module: from, name, type } of module.imports) {
    if (type.kind !== 'function') continue;
    const { results } = type.type;
    const nothing = (): Value => (results[0] === ValueType.I64 ? 0n : results.length > 0 ? 0 : undefined);
    linker.define(
      from,
      name,
      Func.wrap(store, type.type, (_caller, ...values) => (answers[name] ?? nothing)(...values)),
    );
  }
  const instance: Instance = linker.instantiate(store, module);
  const call = (name: string, ...values: Value[]) => instance.getFunction(name)!.call(...values)[0];
  call('emscripten_stack_init');
  call('__set_stack_limits', call('emscripten_stack_get_base'), call('emscripten_stack_get_end'));
  call('__wasm_call_ctors');
  return { instance, store };
}

/** Runs statements and gives the rows of the last query as text. */
function query(instance: Instance, statements: readonly string[]): (string | null)[][] {
  const call = (name: string, ...values: Value[]) => instance.getFunction(name)!.call(...values)[0] as number;
  const bytes = () => new Uint8Array(instance.getMemory('memory')!.buffer);
  const allocate = (text: string): number => {
    const encoded = new TextEncoder().encode(`${text}\0`);
    const at = call('malloc', encoded.length);
    bytes().set(encoded, at);
    return at;
  };
  const textAt = (at: number): string => {
    const memory = bytes();
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  };
  const slot = call('malloc', 8);
  const pointer = () => new DataView(bytes().buffer).getUint32(slot, true);
  assert.equal(call('sqlite3_open', allocate(':memory:'), slot), 0);
  const database = pointer();
  const rows: (string | null)[][] = [];
  for (const sql of statements) {
    rows.length = 0;
    assert.equal(
      call('sqlite3_prepare_v2', database, allocate(sql), -1, slot, 0),
      0,
      textAt(call('sqlite3_errmsg', database)),
    );
    const statement = pointer();
    let state: number;
    while ((state = call('sqlite3_step', statement)) === ROW) {
      const columns = call('sqlite3_column_count', statement);
      rows.push(
        Array.from({ length: columns }, (_, i) => {
          const at = call('sqlite3_column_text', statement, i);
          return at === 0 ? null : textAt(at);
        }),
      );
    }
    assert.equal(state, DONE, textAt(call('sqlite3_errmsg', database)));
    call('sqlite3_finalize', statement);
  }
  call('sqlite3_close_v2', database);
  return rows;
}

describe('SQLite over the native API', () => {
  it('answers queries through a small host shim', () => {
    const { instance, store } = openSqlite();
    const rows = query(instance, [
      'create table city(name text primary key, people integer, area real)',
      `insert into city values ('Basel', 178120, 23.91), ('Genève', 203856, 15.93), ('Chur', 38293, null), ('Zug', 31345, 21.61)`,
      `with ranked as (select name, people, row_number() over (order by people desc) as place from city)
       select place, upper(name), people, printf('%.2f', people / area) from ranked join city using (name, people) where place <> 2 order by 1`,
    ]);
    assert.deepEqual(rows, [
      ['1', 'GENèVE', '203856', '12796.99'],
      ['3', 'CHUR', '38293', '0.00'],
      ['4', 'ZUG', '31345', '1450.49'],
    ]);
    assert.ok(store.consumedFuel > 100_000n);
  });

  it('costs the same fuel every time', () => {
    const consumed = [1, 2].map(() => {
      const { instance, store } = openSqlite();
      query(instance, ['select max(value), group_concat(value) from (select 3 as value union select 8)']);
      return store.consumedFuel;
    });
    assert.equal(consumed[0], consumed[1]);
  });
});
