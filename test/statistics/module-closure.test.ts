import assert from 'node:assert/strict';
import { estimateRun, Random, normal, type Measurement } from 'wasm-dyno';
import { INVENTED_COSTS, inventedRows, inventedSweep } from '../reports/run-example.js';

/** Modules of an invented corpus, and how many times as dear as others their code is. */
const MODULES = [
  { module: 'real/cheap', functions: 50, bytes: 20_000, dearness: 0.8 },
  { module: 'real/usual', functions: 40, bytes: 40_000, dearness: 1 },
  { module: 'real/dear', functions: 10, bytes: 5000, dearness: 1.5 },
] as const;

const PROCESSES = 12;

/** Rows of passes, and of the arm of all their functions together, as if of a class. */
function programRows(): Measurement[] {
  const random = new Random(3);
  const [example] = inventedRows({ seed: 1, processes: 1, rounds: 1 });
  const { perByte, perFunction } = INVENTED_COSTS.phases.translate!;
  return Array.from({ length: PROCESSES * 8 }, (_, i) => {
    const common = {
      ...example!,
      process: Math.floor(i / 8),
      round: i % 8,
      calls: 1,
      sizeClass: 'all' as const,
    };
    const timed = MODULES.map(({ bytes, dearness, functions, module }): Measurement => {
      const nanoseconds =
        dearness * (perByte * bytes + perFunction * functions) * Math.exp(0.01 * normal(random));
      const names = {
        phase: 'translate' as const,
        arm: `translate/${module}`,
        module,
        kernel: '',
        regime: '' as const,
      };
      return { ...common, ...names, pair: '', order: '', functions, bytes, nanoseconds, stratumBytes: bytes };
    });
    const sum = (value: (row: Measurement) => number) => timed.reduce((total, row) => total + value(row), 0);
    const whole = {
      ...common,
      module: '3 modules',
      functions: sum((row) => row.functions),
      bytes: sum((row) => row.bytes),
    };
    const pair = { ...whole, pair: 'translate/all', stratumBytes: whole.bytes };
    return [
      ...timed,
      {
        ...pair,
        phase: 'translate' as const,
        arm: 'translate/all',
        nanoseconds: sum((row) => row.nanoseconds),
      },
      {
        ...pair,
        phase: 'memset' as const,
        arm: 'memset/all',
        nanoseconds: 5 * whole.functions + 0.01 * whole.bytes,
      },
    ];
  }).flat();
}

describe('the closure over modules', () => {
  const rows = [
    ...inventedRows({ seed: 1, processes: PROCESSES, rounds: 8, drift: 0.02 }),
    ...inventedSweep(2),
  ];
  const estimates = estimateRun([...rows, ...programRows()]);
  const closures = estimates.modules.filter(({ phase }) => phase === 'translate');

  it('has charge / time of each, by its dearness, and adds up to 1', () => {
    assert.deepEqual(
      closures.map(({ module }) => module),
      ['real/cheap', 'real/dear', 'real/usual'],
    );
    const time = closures.reduce((sum, row) => sum + row.corpusBytes * row.nanosecondsPerByte, 0);
    const charge = closures.reduce((sum, row) => sum + row.corpusBytes * row.chargedNanosecondsPerByte, 0);
    assert.ok(Math.abs(charge / time - 1) < 0.02, `${charge / time}`);
    const level = closures.find(({ module }) => module === 'real/usual')!.closure;
    for (const { module, dearness } of MODULES) {
      const { closure, low, high } = closures.find((row) => row.module === module)!;
      assert.ok(Math.abs((closure * dearness) / level - 1) < 0.03, `${module} ${closure}`);
      assert.ok(low <= closure && closure <= high);
    }
  });

  it('adds up to 1 where a phase leaves garbage: passes meet no collection, and charges pay for it', () => {
    const collecting = [...rows, ...programRows()].map((row) =>
      row.phase === 'translate' && row.pair !== '' && row.round === 2
        ? { ...row, nanoseconds: 2 * row.nanoseconds, collectionNanoseconds: row.nanoseconds }
        : row,
    );
    const { modules, prices } = estimateRun(collecting);
    const priceOf = (from: typeof prices) => from.find(({ phase }) => phase === 'translate')!;
    const dearer =
      priceOf(prices).corpusNanosecondsPerByte.estimate /
      priceOf(estimates.prices).corpusNanosecondsPerByte.estimate;
    assert.ok(Math.abs(dearer / 1.125 - 1) < 0.01, `${dearer}`);
    const ofTranslate = modules.filter(({ phase }) => phase === 'translate');
    const time = ofTranslate.reduce((sum, row) => sum + row.corpusBytes * row.nanosecondsPerByte, 0);
    const charge = ofTranslate.reduce((sum, row) => sum + row.corpusBytes * row.chargedNanosecondsPerByte, 0);
    assert.ok(Math.abs(charge / time - 1) < 0.02, `${charge / time}`);
  });

  it('tells how far other modules move price and ratio', () => {
    const { corpusInterval, leaveOneModuleOut, multiplier } = estimates.prices.find(
      ({ phase }) => phase === 'translate',
    )!;
    assert.equal(corpusInterval!.modules, 3);
    assert.ok(corpusInterval!.low < multiplier.estimate && multiplier.estimate < corpusInterval!.high);
    assert.deepEqual(
      [leaveOneModuleOut!.lowWithout, leaveOneModuleOut!.highWithout],
      ['real/dear', 'real/cheap'],
    );
    const all = estimates.ratios.find(
      ({ phase, sizeClass, regime }) => phase === 'translate' && sizeClass === 'all' && regime === 'hot',
    )!;
    const moved = corpusInterval!.high / multiplier.estimate;
    assert.ok(Math.abs(all.corpusHigh! / all.ratio / moved - 1) < 1e-9);
  });

  it('knows no modules of first calls', () => {
    assert.deepEqual(
      estimates.modules.filter(({ temperature }) => temperature === 'cold'),
      [],
    );
  });
});
