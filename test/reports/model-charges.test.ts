import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { DEFAULT_CHARGE_POLICY, Engine, ENGINE_VERSION } from '@wasm-dyno/engine';
import type { ModuleClosureRow, ProfileRecord } from '@wasm-dyno/reports';
import { modelCharges, modelChargesText, POLICY_UNLESS_TOLD } from '@wasm-dyno/reports/model-charges';
import { profileExample, withModels } from '../profile/profile-example.js';

const example = profileExample();
const PROFILE = withModels({ ...example, engine: { ...example.engine, version: ENGINE_VERSION } });
const RECORD = PROFILE as unknown as ProfileRecord;

function module(phase: ModuleClosureRow['phase'], functions: number, nanosecondsPerByte: number) {
  return {
    ...{ engine: 'embedded', temperature: 'warm', phase, module: `real/${functions}`, functions },
    ...{ bytes: 1000 * functions, corpusBytes: 2000 * functions, nanosecondsPerByte },
    ...{ chargedNanosecondsPerByte: 1, closure: 1, low: 1, high: 1 },
  } as ModuleClosureRow;
}

describe('what engines charge by the models of a profile', () => {
  it('is told as the engine charges it that loads the profile, unless told otherwise', () => {
    equal(POLICY_UNLESS_TOLD, DEFAULT_CHARGE_POLICY);
    const { costs } = new Engine({ profile: PROFILE });
    const told = modelCharges(RECORD, []);
    deepEqual(
      told.map(({ phase, chargeToTime }) => [phase, chargeToTime]),
      [
        ['validate', undefined],
        ['translate', undefined],
      ],
    );
    for (const { phase, functionFuel, multiplier } of told) {
      const charged = Number(costs.functionFuel(phase, 1000, 1000));
      const byBytes = (multiplier * 1000) / 64;
      ok(Math.abs(charged - functionFuel - byBytes) <= 1, `${phase}: ${charged} fuel`);
      ok(charged > Number(new Engine({ profile: example }).costs.functionFuel(phase, 1000, 1000)), phase);
    }
  });

  it('is summed over the modules of the corpus, each by the bytes that it stands for', () => {
    const [{ functionFuel, multiplier } = { functionFuel: NaN, multiplier: NaN }] = modelCharges(RECORD, []);
    const unit = RECORD.unit.nanosecondsPerByte.estimate;
    const perByte = (multiplier + (functionFuel * 64) / 1000) * unit;
    const rows = [module('validate', 1, perByte), module('validate', 30, perByte / 2), module('parse', 5, 1)];
    const [validate, translate] = modelCharges(RECORD, rows);
    ok(Math.abs(validate!.chargeToTime! / (31 / 16) - 1) < 0.01, String(validate!.chargeToTime));
    equal(translate!.chargeToTime, undefined);
    match(
      modelChargesText(RECORD, rows)!,
      /in place of these prices, .*chargePolicy p90\): validate x [\d,.]+ and \d+ fuel a function, 1\.9\d of what the corpus takes; translate x [\d,.]+ and \d+ fuel a function\.$/,
    );
  });

  it('is nothing of a profile without models, and of one that another engine exports', () => {
    equal(modelChargesText(example as unknown as ProfileRecord, []), undefined);
    const wasmi = { ...RECORD, engine: { ...RECORD.engine, name: 'wasmi' } };
    equal(modelChargesText(wasmi, []), undefined);
  });
});
