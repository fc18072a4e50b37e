import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { operatorName } from '@wasm-dyno/engine/operators';

import * as schedule from '../../engine/dist/fuel/schedule.js';

const page = readFileSync(new URL('../../docs/fuel.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const { WASI_FUEL, DEFAULT_BYTES_PER_FUEL } = schedule;
const wasiBytes = (bytes: number) => schedule.wasiBytesFuel(bytes, DEFAULT_BYTES_PER_FUEL);

/** How a row of the page's tables begins, and what of the schedule it tells. */
const TOLD: readonly (readonly [row: string, ...numbers: number[]])[] = [
  ['operator, unless', schedule.OPERATOR_FUEL],
  ['`br`, `br_if`', schedule.OPERATOR_FUEL, schedule.FREE_RESULTS],
  ['`call`, `call_indirect`', schedule.FREE_ARGUMENTS, schedule.FREE_RESULTS, schedule.VECTOR_FUEL],
  ['`return_call`', schedule.FREE_ARGUMENTS, schedule.VECTOR_FUEL],
  ['entering a function', schedule.LOCAL_BYTES, schedule.RARE_LOCAL_BYTES],
  ['`table.fill`', schedule.TABLE_ELEMENT_FUEL],
  ['`memory.grow`', schedule.GROWTH_FUEL],
  ['`table.grow`', schedule.GROWTH_FUEL, schedule.TABLE_ELEMENT_FUEL],
  ['instance', schedule.INSTANCE_FUEL],
  ['memory of its own', schedule.MEMORY_FUEL],
  ['table of its own', schedule.TABLE_FUEL, schedule.TABLE_ELEMENT_FUEL],
  ['global of its own', schedule.GLOBAL_FUEL],
  ['function of its own', schedule.FUNCTION_FUEL],
  ['import, export, segment', schedule.ENTITY_FUEL],
  ['name of an import or export', longestPlainName()],
  ["imported function's type", schedule.FREE_IMPORTED_VALUES, schedule.VECTOR_FUEL],
  ['operator of a constant expression', schedule.CONSTANT_OPERATOR_FUEL],
  ['parsing', schedule.DEFAULT_MODULE_FUEL],
  ['later call of an invalid body', schedule.INVALID_CALL_FUEL],
  [
    '`default`',
    schedule.DEFAULT_MULTIPLIER_THOUSANDTHS / 1000,
    schedule.DEFAULT_MODULE_FUEL,
    schedule.DEFAULT_VALIDATE_FUNCTION_FUEL + schedule.DEFAULT_TRANSLATE_FUNCTION_FUEL,
  ],
  ['declared locals', bytesFor({ locals: 1e6 }, schedule.validationWeight)],
  ['counted values beyond', 1e6 / (schedule.validationWeight(work({ values: 1e6 + 256 })) - stopBytes())],
  ['being stopped for them', stopBytes()],
  ['a join of control', schedule.VALUES_OF_A_JOIN, schedule.JOINED_LOCALS_PER_VALUE],
  ['values of joins and operators beyond', bytesOfJoinValue()],
  ['call', WASI_FUEL.call],
  ['request to the host about an open', WASI_FUEL.request],
  ['request to the host by a name', WASI_FUEL.lookUp],
  ['file or folder that is opened', WASI_FUEL.opening],
  ['entry that is made', WASI_FUEL.change],
  ['wait for the disk', WASI_FUEL.sync],
  ['component of a path', WASI_FUEL.component],
  ['request for random numbers', WASI_FUEL.random],
  ['entry of a folder when', WASI_FUEL.entry],
  ['subscription of', WASI_FUEL.subscription],
  ['buffer of a read or write', WASI_FUEL.item],
  [`${DEFAULT_BYTES_PER_FUEL} bytes (\`bytesPerFuel\`) of buffers`, wasiBytes(DEFAULT_BYTES_PER_FUEL)],
  [`${DEFAULT_BYTES_PER_FUEL} bytes of paths`, wasiBytes(schedule.WASI_SLOW_FACTOR * DEFAULT_BYTES_PER_FUEL)],
  ['sleep of more than', WASI_FUEL.sleep],
  [`${schedule.SLEEP_NANOSECONDS_PER_FUEL} ns that a sleep`, 1],
];

/** The most characters that a name may have whose price does not rise with their number. */
function longestPlainName(): number {
  let units = 1;
  while (schedule.namesFuel([units, units], 1) === 2 * units) units++;
  return units - 1;
}

/** The work of a body of no bytes. */
function work(more: Partial<schedule.BodyWork>): schedule.BodyWork {
  return { bytes: 0, parameters: 0, locals: 0, values: 0, joins: 0, dear: 0, ...more };
}

/** So many of something count as a byte. */
function bytesFor(more: { locals: number }, weight: (work: schedule.BodyWork) => number): number {
  return more.locals / weight(work(more));
}

/** Bytes that a body counts as where one value goes beyond what its bytes pay for. */
function stopBytes(): number {
  return schedule.validationWeight(work({ values: 257 })) - schedule.validationWeight(work({ values: 256 }));
}

/** Bytes that a value of joins counts as beyond what is free. */
function bytesOfJoinValue(): number {
  const counted = (joins: number) => schedule.translationWeight(work({ joins }));
  return (counted(2e6) - counted(1e6)) / (1e6 * schedule.VALUES_OF_A_JOIN);
}

describe("the fuel page's tables", () => {
  for (const [start, ...numbers] of TOLD) {
    it(`tell what the schedule says of: ${start}`, () => {
      const told = rows.filter(([first]) => first!.startsWith(start));
      const exact = told.filter(([first]) => first === start);
      const [row] = exact.length > 0 ? exact : told;
      ok(row !== undefined, 'no such row');
      const text = row.join(' ').replaceAll(/(\d),(?=\d{3})/g, '$1');
      for (const number of numbers)
        ok(new RegExp(`(?<![\\d.])${number}(?![\\d.]\\d)`).test(text), `${number}: ${text}`);
    });
  }

  it('tell of each operator how many values it counts as, and of no other', () => {
    const told = new Map(
      [...page.matchAll(/^- (\d+) values: ((?:.+\n)+?)(?=- |\n)/gm)].flatMap(([, values, names]) =>
        names!.split(',').map((name): [string, number] => [name.trim(), Number(values)]),
      ),
    );
    const counted = [...schedule.valuesOfOperator.entries()].filter(([, values]) => values > 0);
    deepEqual(
      new Map([...told].sort()),
      new Map(
        counted
          .map(([operator, values]): [string, number] => [`\`${operatorName(operator)}\``, values])
          .sort(),
      ),
    );
  });
});
