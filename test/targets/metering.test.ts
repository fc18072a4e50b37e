import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import {
  expandTargets,
  measureMetering,
  resolveTarget,
  targetNames,
  UnknownTarget,
  type ExecutionEffort,
  type TargetCommand,
} from 'wasm-dyno';
import { METERING_PROGRAM_TABLE, type MeteredEngine, type MeteringRecord } from '@wasm-dyno/reports';
import { chargedPrograms } from '../../harness/dist/metering/charged-programs.js';
import { executionSpreads } from '../../harness/dist/metering/execution-spreads.js';
import { meteringCsv } from '../../harness/dist/metering/index.js';
import { targetOrSkip } from './rust-target.js';

const QUICK: ExecutionEffort = { rounds: 2, blockNanoseconds: 1e5, warmUpNanoseconds: 1e5 };
const SQLITE = fileURLToPath(new URL('../../node_modules/sql.js/dist/sql-wasm.wasm', import.meta.url));

function meter(...engines: TargetCommand[]): Promise<MeteringRecord> {
  return measureMetering({
    engines,
    modules: [{ name: 'sqlite', path: SQLITE }],
    processes: 1,
    seed: 1,
    machine: 'test',
    lastLevelCacheBytes: 1 << 25,
    effort: QUICK,
  });
}

describe('names of targets', () => {
  it('let v8 stand for its variants, each once', () => {
    assert.deepEqual(expandTargets(['wasmi', 'v8', 'v8-lazy', 'x=./x']), [
      'wasmi',
      'v8-validate',
      'v8-lazy',
      'v8-liftoff',
      'v8-turbofan',
      'x=./x',
    ]);
    assert.ok(targetNames().includes('v8'));
    assert.throws(
      () => resolveTarget('v8'),
      (error) => error instanceof UnknownTarget && /v8-liftoff/.test(error.message),
    );
  });
});

describe('metering', function () {
  this.timeout(600_000);

  const fuelOf = ({ programs }: MeteredEngine): number[] =>
    programs.map(({ fuelPerCall }) => Number(fuelPerCall));

  it('runs every program on the embedded engine and on V8, whose fuel nobody counts', async () => {
    const { engines, programs, notices } = await meter(
      resolveTarget('embedded'),
      resolveTarget('v8-liftoff'),
    );
    assert.deepEqual(notices, []);
    const [embedded, v8] = engines;
    for (const engine of [embedded!, v8!]) {
      assert.deepEqual(
        engine.programs.map(({ program }) => program),
        programs.map(({ name }) => name),
      );
      for (const { nanosecondsPerCall, verdict } of engine.programs) {
        assert.ok(nanosecondsPerCall.estimate > 0);
        // One process carries no interval.
        assert.equal(verdict, 'insufficient-data');
      }
    }
    assert.ok(fuelOf(embedded!).every((fuel) => fuel > 1000));
    assert.equal(embedded!.memsetFuelPerByte, 1 / 64);
    assert.equal(v8!.overall, null);
    assert.ok(v8!.programs.every(({ fuelPerCall }) => fuelPerCall === null));
  });

  it('reads back what Wasmi charges, and finds the same operators in Wasmtime as in the embedded engine', async function () {
    const rust = ['wasmi', 'wasmtime'].map((name) => targetOrSkip(this, name) && resolveTarget(name));
    const { engines } = await meter(resolveTarget('embedded'), ...rust);
    const [embedded, wasmi, wasmtime] = engines as [MeteredEngine, MeteredEngine, MeteredEngine];
    assert.deepEqual(
      wasmi.charges.map(({ mode, bodyBytes, fuel }) => [mode, Number(fuel) / bodyBytes]),
      [
        ['eager', 0],
        ['lazy-translation', 7],
        ['lazy', 9],
      ],
    );
    assert.equal(wasmi.memsetFuelPerByte, 1 / 64);
    assert.equal(wasmtime.memsetFuelPerByte, 1);
    // Both count executed operators; they differ in what filling (64 times) and entering a function costs.
    for (const [i, fuel] of fuelOf(wasmtime).entries()) {
      const ratio = fuel / fuelOf(embedded)[i]!;
      assert.ok(ratio > 0.99 && ratio < 1.1, `${wasmtime.programs[i]!.program}: ${ratio}`);
    }
  });

  it('tells of a target that computes wrongly, and goes on', async () => {
    const wrong = { ...resolveTarget('embedded'), name: 'wrong' };
    const liar = fileURLToPath(new URL('./fixtures/wrong-answers.mjs', import.meta.url));
    const { engines, notices } = await meter(
      { name: 'wrong', command: process.execPath, arguments: [liar, wrong.command, ...wrong.arguments] },
      resolveTarget('v8-liftoff'),
    );
    assert.deepEqual(
      engines.map(({ name }) => name),
      ['v8-liftoff'],
    );
    assert.match(notices.join('\n'), /"wrong".* computes \S+ wrongly/);
  });
});

describe('how evenly charges are worth time', () => {
  const estimate = (value: number) => ({
    ...{ estimate: value, low: value, high: value, confidenceLevel: 0.95, processes: 8 },
  });
  const engine = (name: string, times: readonly number[], fuel: readonly (string | null)[]) =>
    ({
      name,
      version: '1',
      memsetFuelPerByte: null,
      charges: [],
      overall: fuel[0] === null ? null : { nanosecondsPerFuel: estimate(1), verdict: 'ok' },
      programs: times.map((time, i) => ({
        ...{ program: `p${i}`, nanosecondsPerCall: estimate(time), fuelPerCall: fuel[i]!, verdict: 'ok' },
      })),
    }) as MeteredEngine;

  it('is told of each engine by one fuel an operator and by each table', () => {
    const tables = [
      {
        executor: 'interpreter' as const,
        programs: [10, 40, 90].map((nanoseconds, i) => ({ program: `p${i}`, nanoseconds })),
      },
      {
        executor: 'host' as const,
        programs: [1, 1, 2].map((nanoseconds, i) => ({ program: `p${i}`, nanoseconds })),
      },
    ];
    const engines = [
      engine('embedded', [10, 40, 90], ['10', '10', '10']),
      engine('v8', [1, 2, 3], [null, null, null]),
    ];
    const spreads = executionSpreads(chargedPrograms(engines, tables));
    assert.equal(spreads.length, 6);
    const of = (name: string, charge: string) =>
      spreads.find((one) => one.engine === name && one.charge === charge)!.percentile90To10;
    assert.equal(of('embedded', 'interpreter'), 1);
    assert.ok(of('embedded', 'one-per-operator') > 4 && of('embedded', 'host') > 2);
    // What V8 does not count, the embedded engine did.
    assert.ok(of('v8', 'one-per-operator') > 2 && of('v8', 'one-per-operator') < 3);
    assert.ok(spreads.every(({ programs }) => programs === 3));
    assert.deepEqual(
      executionSpreads(chargedPrograms(engines, [])).map(({ charge }) => charge),
      ['one-per-operator', 'one-per-operator'],
    );
  });

  it('is written down as a row per program, engine and way of charging', () => {
    const engines = [engine('embedded', [10, 40, 90], ['10', '10', '30'])];
    const executionTables = [{ executor: 'host' as const, programs: [{ program: 'p1', nanoseconds: 20 }] }];
    const origin = { run: 'r', machine: 'm', runCreatedAt: '2026-01-31T12:00:00Z' };
    const text = meteringCsv({ engines, executionTables } as unknown as MeteringRecord, origin);
    const { rows, torn } = METERING_PROGRAM_TABLE.parse(text);
    assert.equal(torn, false);
    assert.deepEqual(
      rows.map((row) => [
        ...[row.engine, row.program, row.charge, row.nanosecondsPerCall],
        ...[row.fuelPerCall, row.chargedNanosecondsPerCall, row.relativeTimePerCharge],
      ]),
      [
        ['embedded', 'p0', 'one-per-operator', 10, 10, undefined, 1 / 3],
        ['embedded', 'p1', 'one-per-operator', 40, 10, undefined, 4 / 3],
        ['embedded', 'p2', 'one-per-operator', 90, 30, undefined, 1],
        ['embedded', 'p1', 'host', 40, undefined, 20, 1],
      ],
    );
    assert.match(text, /^run,machine,runCreatedAt,engine,program,charge,processes,nanosecondsPerCall,/);
  });
});
