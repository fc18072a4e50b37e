import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { COST_BEHAVIOUR } from '@wasm-dyno/engine';
import { BUILD, digestOf, digestWith, ENGINE, readSource } from './replaced-sources.js';

const SCHEDULE = 'fuel/schedule.ts';

/** Where the numbers of a source stand: not in comments, and not in names. */
function numbersOf(source: string): { readonly at: number; readonly text: string }[] {
  const code = source.replace(/\/\*[^]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ' '));
  return [...code.matchAll(/(?<![\w$.'"])(?:0x[\da-f_]+|\d[\d_]*)(?=n?\b)/g)].map(({ 0: text, index }) => ({
    at: index,
    text,
  }));
}

describe('the digest of cost behaviour', function () {
  this.timeout(600_000);

  it('is of the sources as they are, comments, layout and what tells of charges aside', async () => {
    assert.equal(await digestOf(), COST_BEHAVIOUR);
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [path.join(BUILD, 'build-cost-behaviour.mjs'), ENGINE],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), COST_BEHAVIOUR);
    for (const [file, before, after] of [
      ['fuel/operator-classes.ts', '/** Classes of operators', '// Other words.\n\n/** Classes of operators'],
      [
        'interpreter/bulk-operators.ts',
        '/** Charges for `bytes` bytes',
        '/** Charges, in\n * other words, for `bytes` bytes',
      ],
      ['monitor/monitor-report.ts', 'const NORMAL_QUANTILE = 1.96', 'const NORMAL_QUANTILE = 2'],
    ] as const)
      assert.equal(await digestWith(file, before, after), COST_BEHAVIOUR, file);
  });

  it('is another where an operator is of another class, costs another default, or is rounded otherwise', async () => {
    const changes = [
      ['fuel/operator-classes.ts', "br_table: 'branch-table'", "br_table: 'branch'"],
      ['fuel/operator-classes.ts', "if (operation === 'mul') return `${type}-multiplication`;", ''],
      ['fuel/execution-costs.ts', '      return TABLE_ELEMENT_FUEL;', '      return OPERATOR_FUEL + 1;'],
      ['fuel/schedule.ts', '  Operator.Drop,\n', ''],
      ['fuel/profile-execution.ts', 'Math.round(estimate / unit)', 'Math.ceil(estimate / unit)'],
      // What a block is charged is the core's.
      ['core/front-end-bytes.ts', 'FRONT_END_BYTES', 'FRONT_END_BYTES /* other */'],
    ] as const;
    const digests = [COST_BEHAVIOUR];
    for (const [file, before, after] of changes) digests.push(await digestWith(file, before, after));
    assert.equal(new Set(digests).size, changes.length + 1);
  });

  it('is another where anything is charged otherwise, by size, by number or by profile, on either executor', async () => {
    const changes = [
      [
        'interpreter/bulk-operators.ts',
        'bytesFuel(bytes, bytesPerFuel)',
        'bytesFuel(2 * bytes, bytesPerFuel)',
      ],
      ['interpreter/bulk-operators.ts', 'count * execution.tableElements', 'execution.tableElements'],
      ['interpreter/bulk-operators.ts', "step === 'memory.grow'", "step === 'memory.fill'"],
      ['interpreter/bulk-operators.ts', "pages * memory.pageBytes, 'memory.grow'", "pages, 'memory.grow'"],
      ['interpreter/bulk-operators.ts', "count, 'table.grow'", "0, 'table.grow'"],
      ['interpreter/interpreter-execution.ts', 'charged.validate + charged.translate', 'charged.translate'],
      ['interpreter/description/javascript/frame.ts', 'fuel = (fuel - cost) | 0;', 'fuel = (fuel - 1) | 0;'],
      ['host-executor/injection/metered-helpers.ts', 'bytesPerFuel - 1)', 'bytesPerFuel)'],
      ['host-executor/injection/metered-helpers.ts', "of: 'growthBytes', bytes", "of: 'bulkBytes', bytes"],
      [
        'host-executor/injection/body-injector.ts',
        'charges.chargeByCall(INVALID_CALL_FUEL)',
        'charges.chargeByCall(2)',
      ],
      ['runtime/instantiation-fuel.ts', 'MEMORY_FUEL + bytesFuel(', 'bytesFuel('],
      ['runtime/module.ts', "compilationMode === 'eager' ? 0n", "compilationMode === 'lazy' ? 0n"],
      ['validate/body-weight.ts', 'operator === Operator.Br ? 1 : JOINS_OF_A_CONDITION', '1'],
      ['translate/function-translator.ts', 'localsFuel(declared, ', 'localsFuel(0, '],
      ['fuel/cost-layers.ts', 'moduleWeight(module.length, entries)', 'module.length'],
      ['fuel/profile-prices.ts', 'Math.ceil(ruled', 'Math.floor(ruled'],
      ['wasi/call/charge.ts', 'count * WASI_FUEL.request', 'WASI_FUEL.request'],
      ['wasi/files/open-folder.ts', 'charge.entries(names.length)', 'charge.entries(1)'],
    ] as const;
    const digests = [COST_BEHAVIOUR];
    for (const [file, before, after] of changes) digests.push(await digestWith(file, before, after));
    const twice = changes.filter((_, i) => digests.indexOf(digests[i + 1]!) !== i + 1);
    assert.deepEqual(twice, []);
  });

  it('is another where any price of the schedule is', async () => {
    const source = readSource(SCHEDULE);
    const numbers = numbersOf(source);
    assert.ok(numbers.length > 50, `${numbers.length}`);
    const same: string[] = [];
    for (const { at, text } of numbers) {
      const other = String(Number(text.replaceAll('_', '')) + 1);
      const changed = source.slice(0, at) + other + source.slice(at + text.length);
      if ((await digestOf({ [SCHEDULE]: changed })) === COST_BEHAVIOUR)
        same.push(`${text} in ${source.slice(source.lastIndexOf('\n', at) + 1, source.indexOf('\n', at))}`);
    }
    assert.deepEqual(same, []);
  });
});
