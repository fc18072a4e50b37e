import assert from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora/random';
import { executePrograms, type ExecutableFile } from '../../harness/dist/metering/execute-programs.js';
import type { Flag } from '@wasm-dyno/reports/noise';
import type { Session } from '../../harness/dist/process/session.js';

/** A large program's call takes longer than a block, and half as long again where another program ran before. */
const NANOSECONDS: Readonly<Record<string, number>> = { small: 1e4, large: 5e6 };

describe('the blocks that programs are timed in', () => {
  /** What a call of each program is found to take, where `look` tells of its n-th timed block. */
  async function timesWhere(look: (arm: string, block: number) => { flags: Flag[]; part: number }) {
    let last = '';
    const blocks: Record<string, number> = { small: 0, large: 0 };
    const run = (arm: string, calls: number) => {
      const isCold = arm !== last;
      last = arm;
      const { flags, part } = look(arm, isCold ? -1 : blocks[arm]!++);
      const nanoseconds = NANOSECONDS[arm]! * (calls + part + (isCold ? 0.5 : 0));
      return Promise.resolve({ nanoseconds, fuel: String(7 * calls), flags });
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
    const effort = { rounds: 12, blockNanoseconds: 1e6, warmUpNanoseconds: 1e6 };
    const { times } = await executePrograms(session, files, new Random(1), effort);
    return Object.fromEntries(times.map(({ nanosecondsPerCall, program }) => [program, nanosecondsPerCall]));
  }

  it('are warm, whatever ran before them', async () => {
    assert.deepEqual(await timesWhere(() => ({ flags: [], part: 0 })), NANOSECONDS);
  });

  it('count where nobody took the core away, if some do', async () => {
    const interrupted = (flag: Flag) =>
      timesWhere((arm, block) =>
        arm === 'large' && block % 3 > 0 ? { flags: [flag], part: 3 } : { flags: [], part: 0 },
      );
    assert.deepEqual(await interrupted('preempted'), NANOSECONDS);
    assert.deepEqual(await interrupted('run-delay'), NANOSECONDS);
    const always = await timesWhere(() => ({ flags: ['preempted'], part: 0 }));
    assert.deepEqual(always, NANOSECONDS);
  });
});
