import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  EFFORTS,
  extendPlan,
  functionStrata,
  moduleStrata,
  planArms,
  standingForCorpus,
  wholeCorpusStratum,
  curveStops,
  planColdGroups,
  planCurveArms,
  planProcesses,
  randomOrder,
  Random,
  sweepSizes,
  type Description,
  type PlannedEngine,
} from 'wasm-dyno';

const engines: PlannedEngine[] = ['a', 'b'].map((engine) => ({
  engine,
  coldGroups: ['parse/m', 'validate/all'],
  curvePairs: ['curve/validate/all'],
  secondOpinion: true,
}));

describe('The schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    const orders = (seed: number) => {
      const random = new Random(seed, 'process', 3);
      return Array.from({ length: 5 }, () => randomOrder(['p', 'q', 'r', 's'], random));
    };
    assert.deepEqual(orders(1), orders(1));
    assert.notDeepEqual(orders(1), orders(2));
    assert.notEqual(new Random(1, 'a').integer(0, 1e9), new Random(1, 'b').integer(0, 1e9));
  });

  it('has every pair once in each round, both orders and all places about equally often', () => {
    const pairs = ['p', 'q', 'r', 's'];
    const random = new Random(7, 'rounds');
    const first = new Map<string, number>();
    let ab = 0;
    for (let round = 0; round < 2000; round++) {
      const order = randomOrder(pairs, random);
      assert.deepEqual(order.map(({ pair }) => pair).sort(), pairs);
      first.set(order[0]!.pair, (first.get(order[0]!.pair) ?? 0) + 1);
      ab += order.filter((placed) => placed.order === 'ab').length;
    }
    // Within five standard deviations of fair.
    for (const pair of pairs)
      assert.ok(Math.abs(first.get(pair)! - 500) < 5 * Math.sqrt(2000 * 0.25 * 0.75), pair);
    assert.ok(Math.abs(ab - 4000) < 5 * Math.sqrt(8000 / 4));
  });

  it('puts each pair behind each other one about equally often, which two orders in turns do not', () => {
    const random = new Random(11, 'creation');
    const behind = new Map<string, number>();
    for (let process = 0; process < 1200; process++) {
      const order = randomOrder(['p', 'q', 'r'], random).map(({ pair }) => pair);
      for (const key of [`${order[0]}${order[1]}`, `${order[1]}${order[2]}`])
        behind.set(key, (behind.get(key) ?? 0) + 1);
    }
    assert.equal(behind.size, 6);
    for (const [key, count] of behind)
      assert.ok(Math.abs(count - 400) < 5 * Math.sqrt(400), `${key} ${count}`);
  });

  it('plans as many processes of each kind as the effort says, engines taking turns', () => {
    const plan = planProcesses(engines, EFFORTS.standard, 1);
    assert.deepEqual(
      plan.map(({ slot }) => slot),
      plan.map((_, i) => i),
    );
    const count = (kind: string) =>
      plan.filter((process) => process.engine === 'a' && process.kind === kind).length;
    const { processes, coldProcesses, sweepProcesses, curveProcesses, opinionProcesses } = EFFORTS.standard;
    assert.deepEqual(['warm', 'cold', 'sweep', 'curve', 'opinion'].map(count), [
      processes,
      2 * coldProcesses,
      sweepProcesses,
      curveProcesses,
      opinionProcesses,
    ]);
    const warm = plan.filter(({ kind }) => kind === 'warm').map(({ engine }) => engine);
    assert.deepEqual(warm.slice(0, 4), ['a', 'b', 'b', 'a']);
    assert.ok(new Set(plan.map(({ environmentBytes }) => environmentBytes)).size > 20);
  });

  it('extends a plan without changing what was planned', () => {
    const plan = planProcesses(engines, EFFORTS.quick, 1);
    const longer = extendPlan(plan, 20, 1);
    assert.deepEqual(longer.slice(0, plan.length), plan);
    const added = longer.slice(plan.length);
    assert.equal(added.length, 2 * (20 - EFFORTS.quick.processes));
    assert.ok(added.every(({ kind }) => kind === 'warm'));
    assert.deepEqual(extendPlan(longer, 20, 1), longer);
  });

  it('sweeps from 8 bytes to what was asked for, and stays within the memory', () => {
    assert.deepEqual(sweepSizes(4, 1, 1000, 1e9, 2 ** 30), [8, 32, 128, 512, 1000]);
    assert.equal(sweepSizes(2, 4, 32 << 20, 64 << 20, 2 ** 30).at(-1), 16 << 20);
    assert.equal(sweepSizes(2, 4, 1 << 30, 2 ** 40, 2 ** 30).at(-1), 2 ** 30);
  });

  it('sweeps no further than an effort has time for, however large the cache that many cores share', () => {
    const shared = 480 * 2 ** 20;
    const largest = (effort: 'quick' | 'standard' | 'thorough') => {
      const { mostSweepBytes, sweepCaches, sweepFactor } = EFFORTS[effort];
      return sweepSizes(sweepFactor, sweepCaches, shared, 2 ** 35, mostSweepBytes).at(-1);
    };
    assert.equal(largest('quick'), 128 * 2 ** 20);
    assert.equal(largest('standard'), 128 * 2 ** 20);
    assert.equal(largest('thorough'), 2 ** 30);
  });
});

const COLD_TARGET: Description = {
  protocol: 1,
  engine: 'an engine',
  version: '1',
  flags: [],
  features: [],
  phases: ['parse', 'validate', 'translate', 'compile'],
  executes: false,
  memset: [{ kernel: 'loop', regimes: ['hot'] }],
  clock: { name: 'a clock', resolutionNanoseconds: 1 },
  fuel: null,
};

describe('Strata', () => {
  const moduleOf = (name: string, sizes: readonly number[]) => ({
    name,
    moduleBytes: 100 + sizes.reduce((sum, size) => sum + size, 0),
    bodyBytes: sizes.reduce((sum, size) => sum + size, 0),
    functions: sizes.map((bodyBytes, index) => ({ index, bodyBytes })),
  });
  const modules = fc
    .array(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 40 }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((lists) => lists.map((sizes, i) => moduleOf(`m${i}`, sizes)));

  it('stand for all bytes of the corpus, each sample inside its class, no function twice', () => {
    fc.assert(
      fc.property(modules, (corpus) => {
        const strata = functionStrata(corpus, { bytes: 4096, leastFunctions: 2, mostFunctions: 64 });
        const total = corpus.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
        assert.equal(
          strata.reduce((sum, { stratumBytes }) => sum + stratumBytes, 0),
          total,
        );
        for (const { parts, sizes, sizeClass } of strata) {
          const named = parts.flatMap(({ module, functions }) =>
            functions!.map((index) => `${module} ${index}`),
          );
          assert.equal(new Set(named).size, named.length);
          assert.equal(named.length, sizes.length);
          const [, least, most = Infinity] = /^(\d+)(?:\.\.(\d+))?B/
            .exec(sizeClass)!
            .map((part) => (part === undefined ? undefined : Number(part)));
          assert.ok(sizes.every((size) => size >= least! && size <= most!));
        }
      }),
    );
  });

  it('have every module in each of its classes, and stand for what real modules have of them', () => {
    const named = (name: string, sizes: readonly number[]) => ({ ...moduleOf(name, sizes), name });
    const many = (size: number, count: number) => Array.from({ length: count }, () => size);
    const corpus = [
      named('generated/arithmetic', [...many(32, 400), ...many(9000, 8)]),
      named('generated/memory', [...many(32, 400), ...many(9000, 8)]),
      named('generated/tables', [...many(32, 400), ...many(9000, 8)]),
      named('real/one', [...many(40, 30), 300]),
      named('real/two', many(50, 3)),
      named('probes/functions', many(2, 5000)),
    ];
    const strata = functionStrata(corpus, { bytes: 640, leastFunctions: 1, mostFunctions: 64 });
    const of = (sizeClass: string) => strata.find((stratum) => stratum.sizeClass === sizeClass)!;
    assert.deepEqual(
      strata.map(({ sizeClass }) => sizeClass),
      ['1..63B', '256..1023B', '4096..16383B'],
    );
    const modulesOf = (sizeClass: string) => of(sizeClass).parts.map(({ module }) => module);
    assert.deepEqual(new Set(modulesOf('1..63B')), new Set(corpus.slice(0, 5).map(({ name }) => name)));
    const counts = new Map(of('1..63B').parts.map(({ module, functions }) => [module, functions!.length]));
    assert.ok(counts.get('real/one')! + counts.get('real/two')! >= of('1..63B').sizes.length / 2 - 1);
    // Ties of size go to no family because of its name.
    assert.deepEqual(modulesOf('4096..16383B').length, 3);
    assert.deepEqual(
      strata.map(({ stratumBytes }) => stratumBytes),
      [30 * 40 + 3 * 50, 300, 1],
    );
    const whole = wholeCorpusStratum(corpus, { bytes: 1e6, leastFunctions: 1, mostFunctions: 1e6 })!;
    assert.deepEqual(whole.parts.map(({ module }) => module).sort(), ['real/one', 'real/two']);
    assert.equal(whole.stratumBytes, 30 * 40 + 300 + 3 * 50);
    assert.equal(
      whole.partBytes!.reduce((sum, bytes) => sum + bytes),
      whole.stratumBytes,
    );
  });

  it('of real modules, a generated one beside them and the probes are parsed, and no probe is compiled', () => {
    const corpus = [...['real/a', 'real/b', 'generated/c', 'probes/d', 'probes/e']].map((name, i) => ({
      ...moduleOf('', [100 + i]),
      name,
    }));
    const arms = planArms({ ...COLD_TARGET, combinesModules: true }, corpus, EFFORTS.standard);
    const weights = (phase: string) =>
      arms
        .filter((arm) => arm.phase === phase)
        .map(({ module, stratumBytes }) => `${module} ${stratumBytes > 0}`);
    assert.deepEqual(weights('parse'), [
      'real/a true',
      'real/b true',
      'generated/c false',
      'probes/d false',
      'probes/e false',
    ]);
    // Nothing else is compared beside those that stand for nothing; where all do, beside all.
    const weighing = standingForCorpus(arms).filter(({ phase }) => phase === 'parse');
    assert.deepEqual(
      weighing.map(({ module }) => module),
      ['real/a', 'real/b'],
    );
    const weightless = arms.filter(({ stratumBytes }) => stratumBytes === 0);
    assert.deepEqual(standingForCorpus(weightless), weightless);
    for (const { parts } of arms.filter(({ phase }) => phase !== 'parse'))
      assert.ok(parts.every(({ module }) => !module.startsWith('probes/')));
    const program = arms.find(({ name }) => name === 'validate/all')!;
    assert.deepEqual(program.partBytes, [100, 101]);
  });

  it('of modules share out all modules that may be sampled', () => {
    fc.assert(
      fc.property(modules, fc.integer({ min: 1, max: 6 }), (corpus, count) => {
        const sample = { modules: count, mostBytes: Infinity };
        const strata = moduleStrata(corpus, sample, ({ moduleBytes }) => moduleBytes);
        assert.equal(strata.length, Math.min(count, corpus.length));
        const total = corpus.reduce((sum, { moduleBytes }) => sum + moduleBytes, 0);
        assert.equal(
          strata.reduce((sum, { stratumBytes }) => sum + stratumBytes, 0),
          total,
        );
      }),
    );
  });

  it('are met by cold processes phase after phase where functions go one by one, and whole modules each alone', () => {
    const description = COLD_TARGET;
    const phasesOf = (combinesModules: boolean, corpus: Parameters<typeof planColdGroups>[1]) =>
      planColdGroups({ ...description, combinesModules }, corpus, EFFORTS.standard).map((group) => {
        const [first] = group;
        for (const { parts, sizes } of group) assert.deepEqual([parts, sizes], [first!.parts, first!.sizes]);
        return group.map(({ phase }) => phase).join(' ');
      });
    fc.assert(
      fc.property(modules, (corpus) => {
        const alone = (phase: string) =>
          Array.from({ length: Math.min(EFFORTS.standard.coldModules, corpus.length) }, () => phase);
        const together = phasesOf(true, corpus).slice(alone('parse').length);
        // Small corpora have the same sample for several sizes.
        assert.ok(together.length >= 1 && together.length <= EFFORTS.standard.coldSampleBytes.length);
        assert.ok(
          together.every((group) => /^(validate )+(translate ?)+$/.test(`${group} `.replace(/ $/, ' '))),
        );
        assert.deepEqual(phasesOf(true, corpus).slice(0, alone('parse').length), alone('parse'));
        assert.deepEqual(
          phasesOf(false, corpus),
          description.phases.flatMap((phase) => alone(phase)),
        );
      }),
    );
  });

  it('of first calls are of several sizes, so that a constant can be told from a price per byte', () => {
    const corpus = [
      moduleOf(
        'm',
        Array.from({ length: 2000 }, (_, i) => 20 + (i % 400)),
      ),
    ];
    const groups = planColdGroups({ ...COLD_TARGET, combinesModules: true }, corpus, EFFORTS.standard);
    const sizes = groups
      .filter(([first]) => first!.phase === 'validate')
      .map((group) => {
        assert.deepEqual(
          group.map(({ phase }) => phase),
          ['validate', 'translate'],
        );
        for (const { stratumBytes, bytesPerCall } of group) assert.equal(stratumBytes, bytesPerCall);
        return group[0]!.bytesPerCall;
      });
    assert.equal(sizes.length, EFFORTS.standard.coldSampleBytes.length);
    sizes.forEach((bytes, i) => assert.ok(Math.abs(bytes / EFFORTS.standard.coldSampleBytes[i]! - 1) < 0.3));
  });

  it('of the warm-up curve have each function once, and stops at one, ten, hundred, thousand', () => {
    const corpus = [moduleOf('m', [10, 20, 30]), moduleOf('n', [40, 50])];
    const target = { ...COLD_TARGET, combinesModules: true, stopsCurves: true };
    const curves = planCurveArms(target, corpus, EFFORTS.standard);
    assert.deepEqual(
      curves.map(({ phase }) => phase),
      ['parse', 'validate', 'translate'],
    );
    const [parse, validate] = curves;
    assert.equal(parse!.parts.length, 2);
    const named = validate!.parts.map(({ module, functions }) => `${module} ${functions![0]}`);
    assert.deepEqual(named.sort(), ['m 0', 'm 1', 'm 2', 'n 0', 'n 1']);
    assert.deepEqual(planCurveArms(target, corpus, EFFORTS.standard), curves);
    const stops = curveStops(5302);
    for (const stop of [1, 2, 3, 10, 100, 1000, 5302]) assert.ok(stops.includes(stop), String(stop));
    assert.ok(stops.every((stop, i) => i === 0 || stop > stops[i - 1]!));
    assert.deepEqual(curveStops(1), [1]);
  });
});
