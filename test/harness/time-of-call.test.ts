import { equal, ok } from 'node:assert/strict';

import { BlockRunner } from '../../harness/dist/process/block.js';
import type { TargetClient } from '../../harness/dist/targets/client.js';
import type { BlockResult, Methods } from '../../harness/dist/targets/protocol.js';

/** A target whose blocks take what `block` says of so many calls; it keeps count of what it was asked for. */
function simulatedTarget(block: (calls: number) => Pick<BlockResult, 'nanoseconds' | 'overheadNanoseconds'>) {
  const asked: number[] = [];
  const client = {
    pid: undefined,
    timedRequest: (_method: 'block', { calls }: Methods['block']['params']) => {
      asked.push(calls);
      const result: BlockResult = { calls, bytes: 0, ...block(calls) };
      return Promise.resolve({ result, outsideNanoseconds: 1e12 });
    },
  } as unknown as TargetClient;
  return { runner: new BlockRunner(client, 1), asked };
}

describe('the time of a call, from blocks', () => {
  it('is that of a block long enough to tell, at four times as many calls each time', async () => {
    const { asked, runner } = simulatedTarget((calls) => ({ nanoseconds: 250 * calls }));
    equal(await runner.timeOfCall('arm', 10_000), 250);
    equal(asked.join(), '1,4,16,64');
  });

  it('is what is left when what the target subtracts is taken off', async () => {
    const { runner } = simulatedTarget((calls) => ({
      nanoseconds: 250 * calls,
      overheadNanoseconds: 1_000 * calls,
    }));
    equal(await runner.timeOfCall('arm', 10_000), 250);
  });

  it('is a sixteenth of all that a block takes where nothing is left: that is no reason for ever more calls', async () => {
    for (const left of [0, -5]) {
      const { asked, runner } = simulatedTarget((calls) => ({
        nanoseconds: left,
        overheadNanoseconds: 8_000 * calls,
      }));
      const time = await runner.timeOfCall('arm', 10_000);
      ok(time > 499 && time <= 500, String(time));
      equal(asked.join(), '1,4,16,64');
    }
  });

  it('comes to an end on a target that takes no time at all', async () => {
    const { asked, runner } = simulatedTarget(() => ({ nanoseconds: 0 }));
    const time = await runner.timeOfCall('arm', 10_000);
    ok(time > 0 && time < 1e-6, String(time));
    ok(asked.length < 14 && asked.every((calls) => calls <= 4 ** 11));
  });
});
