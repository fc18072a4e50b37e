import assert from 'node:assert/strict';
import { Engine } from '@wasm-dyno/engine';
import { NestComparison } from './nest-comparison.js';
import { nestProgram } from './nest-program.js';

const PROGRAMS = 15;

describe('fuzzing of nested calls', () => {
  it('finds no divergence in programs of fixed seeds, which do what they are for', async () => {
    const comparison = new NestComparison();
    let resumptions = 0;
    let innerOutOfFuel = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const result = await comparison.compare(seed);
      assert.equal(result.divergence, undefined, `seed ${seed}`);
      resumptions += result.resumptions;
      innerOutOfFuel += result.innerOutOfFuel;
    }
    assert.ok(resumptions > 100, `${resumptions} resumptions`);
    assert.ok(innerOutOfFuel > 5, `${innerOutOfFuel} calls ran out of fuel in an embedder function`);
  });

  it('makes the same program of a seed each time', async () => {
    assert.deepEqual((await nestProgram(7)).texts, (await nestProgram(7)).texts);
    assert.notDeepEqual((await nestProgram(7)).texts, (await nestProgram(8)).texts);
  });

  it('sees an executor that charges otherwise', async () => {
    const dear = new Engine({ executor: 'host', fuelCosts: { translateMultiplier: 26 } });
    const { divergence } = await new NestComparison(new Engine(), dear).compare(1);
    assert.match(divergence ?? '', /^host executor: fuel of call 0: \d+ instead of \d+$/);
  });
});
