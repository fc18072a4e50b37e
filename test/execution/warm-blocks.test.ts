import assert from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora/random';
import { executePrograms, type ExecutableFile } from '../../harness/dist/metering/execute-programs.js';
import type { Session } from '../../harness/dist/process/session.js';

/** A large program's call takes longer than a block, and half as long again where another program ran before. */
const NANOSECONDS: Readonly<Record<string, number>> = { small: 1e4, large: 5e6 };

describe('the blocks that programs are timed in', () => {
  it('are warm, whatever ran before them', async () => {
    let last = '';
    const run = (arm: string, count: number) => {
      const cold = arm === last ? 0 : NANOSECONDS[arm]! / 2;
      last = arm;
      return Promise.resolve({ nanoseconds: NANOSECONDS[arm]! * count + cold, fuel: String(7 * count) });
    };
    const session = {
      blocks: { run, know: () => undefined },
      client: { name: 'of a test', request: () => Promise.resolve({ results: ['1'] }) },
      load: () => Promise.resolve(),
    } as unknown as Session;
    const files = Object.keys(NANOSECONDS).map((name): ExecutableFile => ({
      program: { name, export: 'run', arguments: [], results: ['1'] },
      path: '',
    }));
    const effort = { rounds: 5, blockNanoseconds: 1e6, warmUpNanoseconds: 1e6 };
    const { times } = await executePrograms(session, files, new Random(1), effort);
    assert.deepEqual(
      times
        .map(({ program, nanosecondsPerCall, fuelPerCall }) => [program, nanosecondsPerCall, fuelPerCall])
        .sort(),
      Object.entries(NANOSECONDS)
        .map(([name, nanoseconds]) => [name, nanoseconds, 7n])
        .sort(),
    );
  });
});
