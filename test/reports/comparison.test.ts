import assert from 'node:assert/strict';

import {
  ALL_PROGRAMS,
  compareEngines,
  comparisonText,
  fuelCosts,
  meteringText,
  translateToValidate,
  type ComparedRun,
  type MeteringRecord,
  type SummaryRow,
} from '@wasm-dyno/reports';
import { profileExample } from '../profile/profile-example.js';

const { machine, tool } = profileExample();

function row(
  engine: string,
  phase: SummaryRow['phase'],
  ratio: number,
  more: Partial<SummaryRow> = {},
): SummaryRow {
  return {
    engine,
    phase,
    temperature: 'warm',
    sizeClass: 'all',
    kernel: engine === 'wasmi' ? 'native-memset' : 'wasm-memory-fill-loop',
    regime: 'hot',
    ratio,
    low: ratio * 0.9,
    high: ratio * 1.1,
    confidenceLevel: 0.96,
    processes: 12,
    pairs: 144,
    phaseNanosecondsPerByte: ratio / 100,
    memsetNanosecondsPerByte: 0.01,
    basis: 'all',
    disturbedShare: 0,
    ratioOfAllPairs: ratio,
    flaggedShare: 0,
    verdict: 'ok',
    reasons: [],
    ...more,
  } as SummaryRow;
}

const RUN: ComparedRun = {
  run: {
    machine,
    engines: [
      { name: 'wasmi', about: 'an interpreter', description: { version: '2.0.0' } },
      { name: 'v8-lazy', description: { version: '11.3' } },
    ],
  },
  summary: [
    // Another kernel, another regime and a size class must not get into the comparison.
    row('wasmi', 'validate', 600),
    row('wasmi', 'validate', 20, { regime: 'first-touch', memsetNanosecondsPerByte: 0.5 }),
    row('wasmi', 'validate', 999, { sizeClass: '1..63B' }),
    row('wasmi', 'translate', 1800, { verdict: 'noisy' }),
    row('wasmi', 'translate', 9000, { temperature: 'cold' }),
    row('v8-lazy', 'compile', 400),
    row('v8-lazy', 'compile', 50, { kernel: 'uint8array-fill' }),
  ],
};

const estimate = (value: number) => ({
  estimate: value,
  low: value * 0.9,
  high: value * 1.1,
  confidenceLevel: 0.96,
  processes: 12,
});

const METERING: MeteringRecord = {
  kind: 'wasm-dyno-metering',
  schemaVersion: 2,
  createdAt: '2026-01-31T12:00:00Z',
  tool,
  machine: machine.id,
  seed: 1,
  processes: 12,
  programs: [{ name: 'sha256', description: 'a hash', source: 'package@1.0.0' }],
  engines: [
    {
      name: 'wasmi',
      version: '2.0.0',
      programs: [
        { program: 'sha256', nanosecondsPerCall: estimate(5000), fuelPerCall: '1000', verdict: 'ok' },
      ],
      overall: { nanosecondsPerFuel: estimate(5), verdict: 'ok' },
      memsetFuelPerByte: 1 / 64,
      charges: [
        { mode: 'lazy', phases: ['validate', 'translate'], functions: 2, bodyBytes: 100, fuel: '900' },
        { mode: 'eager', phases: ['validate', 'translate'], functions: 2, bodyBytes: 100, fuel: '0' },
        { mode: 'unmeasured', phases: ['parse'], functions: 2, bodyBytes: 100, fuel: '100' },
      ],
    },
    {
      name: 'v8-lazy',
      version: '11.3',
      programs: [{ program: 'sha256', nanosecondsPerCall: estimate(50), fuelPerCall: null, verdict: 'ok' }],
      overall: null,
      memsetFuelPerByte: null,
      charges: [],
    },
  ],
  notices: [],
};

describe('engines side by side', () => {
  const rows = compareEngines(RUN);

  it('stand with the whole corpus, warm, each against its own first memset', () => {
    assert.deepEqual(
      rows.map(({ engine, phase, ratio, kernel, regime }) => [engine, phase, ratio, kernel, regime]),
      [
        ['wasmi', 'validate', 600, 'native-memset', 'hot'],
        ['wasmi', 'translate', 1800, 'native-memset', 'hot'],
        ['wasmi', 'validate + translate', 2400, 'native-memset', 'hot'],
        ['v8-lazy', 'compile', 400, 'wasm-memory-fill-loop', 'hot'],
      ],
    );
    assert.equal(rows[1]!.cold!.ratio, 9000);
    assert.equal(compareEngines(RUN, 'first-touch').length, 1);
  });

  it('add up phases no narrower and no better than their parts', () => {
    const [validate, translate, both] = rows;
    assert.ok(Math.abs(both!.low - (validate!.low + translate!.low)) < 1e-9);
    assert.ok(Math.abs(both!.high - (validate!.high + translate!.high)) < 1e-9);
    assert.equal(both!.verdict, 'noisy');
  });

  it('tell translate : validate, with both intervals in its own', () => {
    const [quotient, ...others] = translateToValidate(rows);
    assert.deepEqual(others, []);
    assert.equal(quotient!.engine, 'wasmi');
    assert.ok(Math.abs(quotient!.estimate - 3) < 1e-9);
    assert.ok(quotient!.low < 2.5 && quotient!.high > 3.6);
  });

  it('print as one aligned table that names memset, regime and verdict', () => {
    const text = comparisonText(RUN);
    const lines = text.split('\n');
    assert.match(lines[1]!, /^engine +phase +verdict +ns\/byte +ratio +interval/);
    assert.match(text, /^v8-lazy +compile +ok +4 +400 +360 to 440$/m);
    assert.match(text, /^v8-lazy +compile .*wasm-memory-fill-loop \(hot\)$/m);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.match(text, /compare ns\/byte across engines/);
    assert.match(text, /^translate : validate: wasmi 3 /m);
    assert.match(text, /^wasmi: an interpreter\.$/m);
    assert.ok(!text.includes('\u001b'));
  });
});

describe('what is charged, and what it takes', () => {
  const costs = fuelCosts({ ...RUN, metering: METERING });
  const time = (engine: string, what: string): number | undefined =>
    costs.find((cost) => cost.engine === engine && cost.what.startsWith(what))?.nanosecondsPerFuel?.estimate;

  it('sets executing, compiling and filling beside each other as time per fuel', () => {
    assert.equal(time('wasmi', 'sha256'), 5);
    assert.equal(time('wasmi', ALL_PROGRAMS), 5);
    // (6 + 18) ns per byte for 9 fuel per byte.
    assert.ok(Math.abs(time('wasmi', 'lazy')! - 24 / 9) < 1e-9);
    assert.ok(Math.abs(time('wasmi', 'hot')! - 0.64) < 1e-9);
  });

  it('tells what is free, and leaves out what was not timed', () => {
    const eager = costs.find(({ what }) => what === 'eager')!;
    assert.equal(eager.nanosecondsPerFuel, undefined);
    assert.equal(eager.charged, 'nothing');
    assert.ok(!costs.some(({ what }) => what === 'unmeasured'));
    assert.match(meteringText({ ...RUN, metering: METERING }), /^wasmi +compile +eager +noisy +free$/m);
  });

  it("times an engine without fuel against another's fuel, and says whose", () => {
    assert.equal(time('v8-lazy', 'sha256'), 0.05);
    assert.match(costs.find(({ engine }) => engine === 'v8-lazy')!.charged, /1,000 fuel \(wasmi's\)/);
  });

  it('is silent where nothing was metered', () => {
    assert.equal(meteringText({ ...RUN, metering: undefined }), '');
  });
});
