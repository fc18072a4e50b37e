import assert from 'node:assert/strict';

import { Engine, EXECUTION_CLASSES, ProfileError } from '@wasm-dyno/engine';
import { profileExample } from './profile-example.js';

describe('the cost behaviour that profiles are bound to', () => {
  it('refuses a profile whose executing was priced by other classes, and tells so where it is used all the same', () => {
    const example = profileExample();
    const { unit } = example;
    const nanoseconds = {
      ...{ estimate: 0, low: 0, high: 0, confidenceLevel: 0.95, processes: 8 },
    };
    const [name] = EXECUTION_CLASSES;
    const classes = { [name!]: { nanoseconds, fuel: 0 } };
    const execution = {
      chargedExecutor: 'interpreter',
      executors: { interpreter: { classes, kernels: 10, programs: 3 } },
    };
    const engine = { ...example.engine, costBehaviour: 'cd'.repeat(32) };
    const profile = { ...example, unit, engine, execution } as typeof example;
    assert.throws(
      () => new Engine({ profile }),
      (error) => error instanceof ProfileError && error.problems[0]!.kind === 'cost-behaviour',
    );
    const { notices } = new Engine({ profile, profileCheck: 'warn' });
    assert.match(notices.join('\n'), /engine of other costs .*; used all the same/);
  });
});
