import { deepEqual, ok } from 'node:assert/strict';
import { steadyTimes } from '../../harness/dist/hunt/steady-times.js';
import type { TargetClient } from '../../harness/dist/targets/client.js';

interface Arm {
  /** Of the `n`-th call of all. */
  readonly nanoseconds: (call: number) => number;
  /** Calls after which the young generation is full. */
  readonly callsPerCollection?: number;
  readonly collectingNanoseconds?: number;
}

/** A target that takes what it is told to take. */
class ScriptedTarget {
  readonly asked: string[] = [];
  readonly blocks: string[] = [];
  private readonly calls = new Map<string, number>();

  constructor(private readonly arms: Readonly<Record<string, Arm>>) {}

  get client(): Pick<TargetClient, 'request'> {
    const request = (what: string, params: { arm: string; calls: number }) => {
      this.asked.push(what);
      return Promise.resolve(what === 'block' ? this.block(params) : {});
    };
    return { request } as unknown as Pick<TargetClient, 'request'>;
  }

  private block({ arm, calls }: { arm: string; calls: number }) {
    const { callsPerCollection = Infinity, collectingNanoseconds = 0, nanoseconds } = this.arms[arm]!;
    const before = this.calls.get(arm) ?? 0;
    this.calls.set(arm, before + calls);
    this.blocks.push(arm);
    let time = 0;
    for (let call = before; call < before + calls; call++) time += nanoseconds(call);
    const collections =
      Math.floor((before + calls) / callsPerCollection) - Math.floor(before / callsPerCollection);
    const collecting = collections * collectingNanoseconds;
    return {
      ...{ calls, bytes: calls, nanoseconds: time + collecting },
      ...{ collections, collectionNanoseconds: collecting },
    };
  }
}

const near = (value: number, wanted: number) =>
  ok(Math.abs(value / wanted - 1) < 0.02, `${value}, wanted ${wanted}`);

describe('times by which a hunt confirms what it found', () => {
  it('are those of calls that have warmed up, whatever the first ones took', async () => {
    const target = new ScriptedTarget({
      cold: { nanoseconds: (call) => (call < 300 ? 400_000 : 20_000) },
      beside: { nanoseconds: () => 200 },
    });
    deepEqual(await steadyTimes(target.client, ['cold', 'beside'], true), [20_000, 200]);
    ok(target.asked.includes('collect'));
  });

  it('have their share of collections, however few blocks meet one', async () => {
    // A collection of 8 ms in every 4,000 calls of 20 us: 2 us a call.
    const collected = { nanoseconds: () => 20_000, callsPerCollection: 4_000, collectingNanoseconds: 8e6 };
    const target = new ScriptedTarget({ collected, beside: { nanoseconds: () => 200 } });
    const [time, beside] = await steadyTimes(target.client, ['collected', 'beside'], false);
    ok(Math.abs(time! - 22_000) < 500, String(time));
    near(beside!, 200);
    ok(!target.asked.includes('collect'));
  });

  it('are of few calls where each takes a second', async () => {
    const target = new ScriptedTarget({
      slow: { nanoseconds: () => 1e9 },
      beside: { nanoseconds: () => 200 },
    });
    deepEqual(await steadyTimes(target.client, ['slow', 'beside'], false), [1e9, 200]);
    ok(target.blocks.filter((arm) => arm === 'slow').length < 6);
  });
});
