import assert from 'node:assert/strict';

import { COST_BEHAVIOUR } from '@wasm-dyno/engine';
import { digestOf, readSource } from './replaced-sources.js';

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
