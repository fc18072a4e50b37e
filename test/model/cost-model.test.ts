import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generateCorpus, Random } from '@wasm-dyno/corpora';
import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { bodyFeatures, parseModule } from '@wasm-dyno/engine/phases';
import { readCensus, CensusError, takeCensus, type Census } from '../../harness/dist/census/index.js';
import { modelReportText, type ModelReport } from '../../harness/dist/model/index.js';
import { MODEL_KINDS, predicted, type Observation } from '../../harness/dist/model/cost-model.js';
import { heldOut } from '../../harness/dist/model/held-out.js';
import { temporaryFolder } from '../../harness/dist/machine/temporary-folder.js';
import { resolveTarget } from '../../harness/dist/targets/registry.js';
import { wasmDyno } from '../cli/command-line.js';

const kind = (name: string) => MODEL_KINDS.find((each) => each.name === name)!;

/** Functions of six modules whose time is known: 70 ns, 5 ns a byte and 30 ns a call, each off by up to `noise`. */
function observations(noise: number): Observation[] {
  const random = new Random(5, 'observations');
  return Array.from({ length: 600 }, (_, i): Observation => {
    const bytes = Math.round(Math.exp(2 + 7 * random.uniform()));
    const calls = Math.round((bytes / 20) * random.uniform());
    const operators = Math.round(bytes / 2);
    const off = 1 + noise * (2 * random.uniform() - 1);
    return {
      module: `m${i % 6}`,
      toolchain: i % 2 === 0 ? 'rust' : 'go',
      features: {
        bytes,
        operators,
        locals: 0,
        variables: operators - calls,
        constants: 0,
        memory: 0,
        control: 0,
        calls,
        others: 0,
        listValues: 0,
      },
      nanoseconds: (70 + 5 * bytes + 30 * calls) * off,
    };
  });
}

describe('a cost model', () => {
  it('finds the prices that times are made of', () => {
    const model = kind('+ groups').fit(observations(0), 0.01);
    const price = (of: string) => model.prices.find((each) => each.of === of)!.nanoseconds;
    const [{ features, nanoseconds }] = observations(0) as [Observation];
    ok(Math.abs(predicted(model, features) / nanoseconds - 1) < 1e-6);
    ok(Math.abs(price('function') - 70) < 0.1, String(price('function')));
    ok(price('calls') > 29 && price('calls') < 36);
  });

  it('has no price below zero, and is not led astray by a few wild times', () => {
    const wild = observations(0.1).map((each, i) =>
      i % 60 === 0 ? { ...each, nanoseconds: 40 * each.nanoseconds } : each,
    );
    const { prices } = kind('constant + bytes').fit(wild, 0.01);
    ok(prices.every(({ nanoseconds }) => nanoseconds >= 0));
    const bytes = prices.find(({ of }) => of === 'bytes')!.nanoseconds;
    ok(bytes > 5 && bytes < 8, String(bytes));
  });

  it('is tried on what it has not seen: more careful policies undercharge less, safe nothing of what it knows', () => {
    const tried = heldOut(kind('constant + bytes'), observations(0.2), 'module', 0.01);
    deepEqual(
      tried.map(({ policy }) => policy),
      ['typical', 'p90', 'p99', 'safe'],
    );
    for (const [before, after] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      ok(tried[after]!.factor >= tried[before]!.factor);
      ok(tried[after]!.undercharged <= tried[before]!.undercharged);
    }
    ok(tried[0]!.undercharged > 0.2 && tried[2]!.undercharged < 0.03);
    equal(tried[3]!.undercharged, 0);
    ok(tried[0]!.leastOfModules > 0.9 && tried[0]!.mostOfModules < 1.1);
    const exact = heldOut(kind('+ groups'), observations(0), 'toolchain', 0.01)[0]!;
    ok(exact.medianError < 1e-6 && exact.worst < 1.000001);
  });

  it('at a flat price charges by the memset alone', () => {
    const { prices } = kind('flat 25x').fit([], 0.01);
    deepEqual(prices, [{ of: 'bytes', nanoseconds: 0.25 }]);
  });
});

describe('features of a body', () => {
  it('count every operator once', () => {
    for (const { bytes, functions } of generateCorpus({ maximumBodyBytes: 512 }).modules) {
      const parsed = parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
      for (const { bodyBytes, index } of functions) {
        const features = bodyFeatures(parsed, index);
        equal(features.bytes, bodyBytes);
        const { calls, constants, control, memory, operators, others, variables } = features;
        equal(calls + constants + control + memory + others + variables, operators);
        ok(operators > 0 && operators <= bodyBytes);
      }
    }
  });
});

describe('a census', function () {
  this.timeout(180_000);
  let folder: string;
  let census: Census;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-census-test-'));
    const files = temporaryFolder('corpus');
    try {
      census = await takeCensus({
        target: resolveTarget('embedded'),
        tiers: [],
        seed: 1,
        processes: 2,
        passes: 1,
        folder: files.path,
      });
    } finally {
      files.remove();
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has every function, with a time of each process and phase', () => {
    deepEqual(
      census.modules.map(({ name }) => name),
      generateCorpus({ check: 'parse' }).modules.map(({ name }) => `generated/${name}`),
    );
    for (const { closure, functions } of census.modules) {
      ok(closure.validate.length === 2 && closure.translate.every((ratio) => ratio > 0));
      for (const { nanoseconds } of functions)
        for (const times of Object.values(nanoseconds))
          ok(times.length === 2 && times.every((time) => time >= 1));
    }
  });

  it('is read back, and reported by the command', async () => {
    writeFileSync(path.join(folder, 'census.json'), JSON.stringify(census));
    deepEqual(readCensus(folder), census);
    const { code, stdout } = await wasmDyno(['model', folder, '--json']);
    equal(code, 0);
    const report = JSON.parse(stdout) as ModelReport;
    equal(
      report.functions,
      census.modules.reduce((sum, { functions }) => sum + functions.length, 0),
    );
    const prices = report.phases.flatMap(({ models }) => models.flatMap((model) => model.prices));
    ok(prices.every(({ filledByteThousandths }) => Number.isSafeInteger(filledByteThousandths)));
    const text = modelReportText(report);
    match(text, /validate, each module charged by what the others say/);
    match(text, /flat 25x +p99/);
  });

  it('that is none is told in a line with the mend', async () => {
    throws(
      () => readCensus(path.join(folder, 'nowhere')),
      (error) => error instanceof CensusError && /make one with wasm-dyno census --out/.test(error.message),
    );
    const torn = path.join(folder, 'torn');
    mkdirSync(torn);
    writeFileSync(path.join(torn, 'census.json'), JSON.stringify(census).slice(0, 1_000));
    const { code, stderr } = await wasmDyno(['model', torn]);
    equal(code, 1);
    match(stderr, /census\.json is not whole JSON/);
    equal(stderr.trim().split('\n').length, 1);
    writeFileSync(path.join(torn, 'census.json'), JSON.stringify({ ...census, version: 9 }));
    throws(() => readCensus(torn), /no census of version 1/);
  });
});
