import assert from 'node:assert/strict';
import { CostTable, parseProfile } from '@wasm-dyno/engine';
import {
  InsufficientDataError,
  buildProfile,
  estimateRun,
  profileText,
  type ProfileRunInfo,
} from 'wasm-dyno';
import { profileExample } from './profile-example.js';
import {
  INVENTED_COSTS,
  INVENTED_STRATA,
  inventedRows,
  inventedSweep,
  trueRatio,
} from '../reports/run-example.js';

const example = profileExample();
const info: ProfileRunInfo = {
  tool: example.tool,
  engine: example.engine,
  machine: example.machine,
  corpora: example.corpora,
  seed: 1,
  options: { effort: 'standard' },
  kernel: 'wasm-memory-fill-loop',
  createdAt: new Date('2026-01-31T12:00:00Z'),
};

describe('building a profile', () => {
  const warm = [...inventedRows({ seed: 1 }), ...inventedSweep(2)];
  const cold = inventedRows({
    seed: 3,
    processes: 60,
    rounds: 1,
    temperature: 'cold',
    oneArmPerProcess: true,
  });

  it('carries the hot ratios over the whole corpus, warm and cold', () => {
    const profile = buildProfile(estimateRun([...warm, ...cold]), info);
    assert.deepEqual(parseProfile(profileText(profile)), profile);
    for (const policy of ['warm', 'cold'] as const) {
      for (const phase of ['validate', 'translate'] as const) {
        const price = profile.policies[policy]!.phases[phase]!;
        const { multiplier, multiplierThousandths, rule } = price;
        assert.ok(Math.abs(price.equalBytesRatio.ratio / trueRatio(phase, 'hot') - 1) < 0.03);
        assert.equal(rule, 'estimate-rounded-up');
        const exact = multiplier.estimate * 1000;
        assert.ok(multiplierThousandths >= exact && multiplierThousandths < exact + 1.001);
      }
    }
    assert.equal(profile.policies.warm.phases.parse, undefined);
    assert.equal(profile.policies.warm.sizeClasses.length, 6);
    assert.equal(profile.baseline.segments.length, 1);
    assert.equal(profile.baseline.kneesBytes.length, 0);
    assert.equal(profile.systematicFloor, 0.03);
    assert.equal(profile.verdict, 'ok');
    assert.equal(profile.forced, false);
    assert.equal(profile.createdAt, '2026-01-31T12:00:00.000Z');
  });

  it('gives a memset of main memory its own multipliers', () => {
    const profile = buildProfile(estimateRun(warm), { ...info, regime: 'memory' });
    assert.equal(profile.baseline.regime, 'memory');
    const { ratio } = profile.policies.warm.phases.translate!.equalBytesRatio;
    assert.ok(Math.abs(ratio / trueRatio('translate', 'memory') - 1) < 0.02);
  });

  it('makes charges that add up to the total cost', () => {
    const profile = buildProfile(estimateRun(warm), info);
    const costs = new CostTable({ profile });
    // The corpus of the invented machine: its functions' translate time in units of 64 bytes of its memset.
    const { perFunction, perByte } = INVENTED_COSTS.phases['translate']!;
    let charged = 0;
    let time = 0;
    for (const { sizes, stratumBytes } of INVENTED_STRATA) {
      const times = stratumBytes / sizes.reduce<number>((sum, size) => sum + size, 0);
      for (const size of sizes) {
        charged += times * Number(costs.compileFuel('translate', size));
        time += times * (perFunction + perByte * size);
      }
    }
    assert.ok(Math.abs(charged / (time / (64 * INVENTED_COSTS.memset.hot!.perByte)) - 1) < 0.02);
  });

  it('is refused on insufficient data, and says so when forced', () => {
    const estimates = estimateRun([...inventedRows({ seed: 1, processes: 3 }), ...inventedSweep(2)]);
    assert.throws(
      () => buildProfile(estimates, info),
      (error: unknown) =>
        error instanceof InsufficientDataError &&
        /validate \(warm\): 3 process executions cannot carry the interval/.test(error.message) &&
        /--force\.$/.test(error.message),
    );
    const forced = buildProfile(estimates, { ...info, force: true });
    assert.equal(forced.forced, true);
    assert.equal(forced.verdict, 'insufficient-data');
    assert.equal(forced.warnings.length, 2);
  });

  it('says no width of a price that too few processes carry no interval of, and insufficient before noisy', () => {
    const one = estimateRun([...inventedRows({ seed: 1, processes: 1 }), ...inventedSweep(1)]);
    const { warnings } = buildProfile(one, { ...info, force: true });
    const validate = warnings.find((warning) => warning.startsWith('validate (warm)'))!;
    assert.match(validate, /1 process execution cannot carry the interval/);
    assert.doesNotMatch(validate, /0\.0%|known to/);
    const units = one.units.map((unit) => ({
      ...unit,
      record: { ...unit.record, isInCache: false, verdict: 'insufficient-data' as const },
    }));
    const forced = buildProfile({ ...one, units }, { ...info, force: true });
    const told = forced.warnings.find((warning) => warning.startsWith('validate (warm)'))!;
    assert.match(told, /The unit of fuel is insufficient: known to /);
    assert.doesNotMatch(told, /leaves the cache/);
  });

  it('is not marked as forced when force was not needed', () => {
    assert.equal(buildProfile(estimateRun(warm), { ...info, force: true }).forced, false);
  });

  it('leaves insufficient cold starts out', () => {
    const few = inventedRows({ seed: 3, processes: 3, rounds: 1, temperature: 'cold' });
    const profile = buildProfile(estimateRun([...warm, ...few]), info);
    assert.equal(profile.policies.cold, undefined);
    assert.ok(profile.warnings.includes('The cold starts are insufficient and left out.'));
  });

  it('is refused, forced or not, when nothing was measured', () => {
    for (const force of [false, true]) {
      assert.throws(
        () => buildProfile(estimateRun([]), { ...info, force }),
        /No phase of embedded was measured/,
      );
      assert.throws(
        () => buildProfile(estimateRun(warm), { ...info, force, engine: { ...info.engine, name: 'wasmi' } }),
        InsufficientDataError,
      );
    }
  });
});
