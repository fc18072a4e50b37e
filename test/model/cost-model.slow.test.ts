import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generateCorpus, Random } from '@wasm-dyno/corpora';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, parseProfile } from '@wasm-dyno/engine';
import { bodyFeatures, parseModule } from '@wasm-dyno/engine/phases';
import {
  CensusError,
  countedModules,
  readCensus,
  takeCensus,
  writeCensuses,
  type Census,
} from '../../harness/dist/census/index.js';
import { corpusFiles, type CorpusFiles } from '../../harness/dist/measure/corpus-files.js';
import { modelReportText, type ModelReport } from '../../harness/dist/model/index.js';
import { MODEL_KINDS, predicted, type Observation } from '../../harness/dist/model/cost-model.js';
import { heldOut } from '../../harness/dist/model/held-out.js';
import { repeatsOf } from '../../harness/dist/model/repeats.js';
import { closureByClass, closureText, type ClassClosure } from '../../harness/dist/census/index.js';
import { resolveTarget } from '../../harness/dist/targets/registry.js';
import { wasmDyno } from '../cli/command-line.js';
import { profileExample } from '../profile/profile-example.js';

const kind = (name: string) => MODEL_KINDS.find((each) => each.name === name)!;

/** Functions of six modules whose time is known: 70 ns, 5 ns a byte, 30 ns a call and 12 ns a global, each off by up to `noise`. */
function observations(noise: number): Observation[] {
  const random = new Random(5, 'observations');
  return Array.from({ length: 600 }, (_, i): Observation => {
    const bytes = Math.round(Math.exp(2 + 7 * random.uniform()));
    const calls = Math.round((bytes / 20) * random.uniform());
    const operators = Math.round(bytes / 2);
    const globals = i % 3 === 0 ? Math.round(bytes / 30) : 0;
    const off = 1 + noise * (2 * random.uniform() - 1);
    const nanoseconds = (70 + 5 * bytes + 30 * calls + 12 * globals) * off;
    return {
      module: `m${i % 6}`,
      family: `f${i % 3}`,
      toolchain: i % 2 === 0 ? 'rust' : 'go',
      functions: 1,
      features: {
        bytes,
        operators,
        locals: 0,
        variables: operators - calls,
        globals,
        constants: 0,
        memory: 0,
        control: 0,
        calls,
        others: 0,
        listValues: 0,
      },
      nanoseconds,
      leastNanoseconds: nanoseconds,
    };
  });
}

describe('a cost model', () => {
  it('finds the prices that times are made of', () => {
    const model = kind('+ groups').fit(observations(0), 0.01);
    const price = (of: string) => model.prices.find((each) => each.of === of)!.nanoseconds;
    const [first] = observations(0) as [Observation];
    ok(Math.abs(predicted(model, first) / first.nanoseconds - 1) < 1e-6);
    ok(Math.abs(price('function') - 70) < 0.1, String(price('function')));
    ok(price('calls') > 29 && price('calls') < 36);
    ok(Math.abs(price('globals') - 12) < 0.1, String(price('globals')));
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
    const { policies: tried } = heldOut(kind('constant + bytes'), observations(0.2), 'module', 0.01);
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
    const exact = heldOut(kind('+ groups'), observations(0), 'toolchain', 0.01).policies[0]!;
    ok(exact.medianError < 1e-6 && exact.worst < 1.000001);
  });

  it('at a flat price charges by the memset alone', () => {
    const { prices } = kind('flat 25x').fit([], 0.01);
    deepEqual(prices, [{ of: 'bytes', nanoseconds: 0.25 }]);
  });
});

describe('what of errors is none of a model', () => {
  const sampled = (byProcess: (place: number) => readonly number[]) =>
    observations(0).map((each, place) => ({ ...each, byProcess: byProcess(place) }));

  it('is told by holding every other process against those between, by module', () => {
    const repeats = repeatsOf(
      sampled((place) => (place % 6 < 4 ? [110, 100, 110, 100, 110] : [100, 100, 100, 100])),
    );
    ok(Math.abs(repeats!.medianError - 0.1) < 1e-9 && Math.abs(repeats!.p95Error - 0.1) < 1e-9);
    equal(repeatsOf(sampled(() => [100, 100, 100, 100, 100]))!.medianError, 0);
    // The median of a half does not follow one wild process.
    equal(repeatsOf(sampled(() => [100, 100, 900, 100, 100, 100]))!.p95Error, 0);
  });

  it('is not told of fewer than four processes', () => {
    equal(repeatsOf(sampled(() => [100, 110, 100])), undefined);
    equal(repeatsOf([]), undefined);
  });

  it('is an interval beside whether single times add up to the whole', () => {
    const closed = (...ratios: number[]) => {
      const closure = ratios.map((ratio, i) => ({
        ...{ process: i + 1, phase: 'validate', sizeClass: '1..63B' },
        ...{ singlesNanoseconds: 1000 * ratio, blockNanoseconds: 1000 },
      }));
      const [only] = closureByClass({ engine: { closure } } as unknown as Census);
      ok(only!.least <= only!.low && only!.low <= only!.ratio && only!.ratio <= only!.high);
      ok(only!.high <= only!.most);
      return only!.isClosed;
    };
    equal(closed(0.99, 1, 1.01, 1, 0.995, 1.005, 1), true);
    equal(closed(0.91, 0.97, 1.08, 1, 0.96, 1.02, 0.95), undefined);
    equal(closed(0.91, 0.94, 0.95, 0.95, 0.93, 0.92, 0.95), false);
    equal(closed(1.03, 1.04, 1.05, 1.06, 1.03, 1.05, 1.04), false);
    // An interval of less than 95% tells nothing, nor does an observation by itself.
    for (const processes of [1, 2, 3, 5]) {
      equal(closed(...Array<number>(processes).fill(1)), undefined);
      equal(closed(...Array<number>(processes).fill(1.5)), undefined);
    }
    equal(closed(...Array<number>(6).fill(1)), true);
    const shown = (closure: readonly ClassClosure[]) => closureText({ clockNanoseconds: 30, closure });
    const one = { ...{ phase: 'parse', sizeClass: 'all', ratio: 1, low: 1, high: 1, least: 1, most: 1 } };
    match(
      shown([{ ...one, confidenceLevel: 0, isClosed: undefined }]),
      /no interval .*not told\nWhether singles add up is told by intervals of 95%, which take six processes/,
    );
    ok(!shown([{ ...one, confidenceLevel: 0.95, isClosed: true }]).includes('six processes'));
  });
});

describe('features of a body', () => {
  it('count every operator once', () => {
    for (const { bytes, functions } of generateCorpus({ maximumBodyBytes: 512 }).modules) {
      const parsed = parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
      for (const { bodyBytes, index } of functions) {
        const features = bodyFeatures(parsed, index);
        equal(features.bytes, bodyBytes);
        const { calls, constants, control, globals, memory, operators, others, variables } = features;
        ok(globals <= variables);
        equal(calls + constants + control + memory + others + variables, operators);
        ok(operators > 0 && operators <= bodyBytes);
      }
    }
  });
});

describe('a census', function () {
  this.timeout(600_000);
  let folder: string;
  let census: Census;
  let files: CorpusFiles;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-census-test-'));
    files = await corpusFiles(['real'], []);
    census = await takeCensus({
      target: resolveTarget('embedded'),
      modules: countedModules(files.files, 1),
      machine: 'ab12',
      seed: 1,
      processes: 2,
      passes: 3,
    });
  });
  after(() => {
    files.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has every function, with a time of each process and phase', () => {
    const counted = files.modules.filter(
      ({ functions, name }) => functions > 0 && !name.startsWith('probes/'),
    );
    deepEqual(
      census.modules.map(({ bodies, name }) => [name, bodies.length]),
      counted.map(({ functions, name }) => [name, functions]),
    );
    for (const { bodies } of census.modules)
      for (const { nanoseconds } of bodies) {
        deepEqual(Object.keys(nanoseconds), ['validate', 'translate']);
        for (const times of Object.values(nanoseconds))
          ok(times.length === 2 && times.every((time) => time >= 1));
      }
  });

  it('tells modules that are alike: of one package, of one toolchain', () => {
    const of = (name: string) => census.modules.find((module) => module.name === `real/${name}`)!;
    equal(of('md4w').family, of('md4w-fast').family);
    equal(of('md4w').toolchain, 'Zig');
    equal(of('lz4').toolchain, 'C/Emscripten');
  });

  it('holds single times against the same functions in one go, by size class', () => {
    const { clockNanoseconds, closure } = census.engine;
    ok(clockNanoseconds.length === 2 && clockNanoseconds.every((time) => time >= 0));
    const classes = new Set(closure.map(({ phase, sizeClass }) => `${phase} ${sizeClass}`));
    ok(classes.has('validate 64..255B') && classes.has('translate 1024..4095B'));
    equal(closure.length, 2 * classes.size);
    ok(
      closure.every(
        ({ blockNanoseconds, singlesNanoseconds }) => blockNanoseconds > 0 && singlesNanoseconds > 0,
      ),
    );
  });

  it('of an engine that times no functions has whole modules', async () => {
    const whole = await takeCensus({
      target: resolveTarget('v8-liftoff'),
      modules: countedModules(files.files, 1).slice(0, 3),
      machine: 'ab12',
      seed: 1,
      processes: 1,
      passes: 1,
    });
    equal(whole.engine.grain, 'module');
    whole.modules.forEach(({ bodies }, i) => {
      const [body, ...others] = bodies;
      equal(others.length, 0);
      const { bodies: functions } = census.modules[i]!;
      equal(body!.functions, functions.length);
      equal(
        body!.features.bytes,
        functions.reduce((sum, { features }) => sum + features.bytes, 0),
      );
      ok(body!.nanoseconds.compile!.every((time) => time > 0));
    });
  });

  it('of a version that counted no globals is read, as if there were none', () => {
    const earlier = path.join(folder, 'earlier');
    mkdirSync(earlier);
    writeCensuses(earlier, [census]);
    const file = path.join(earlier, 'census-functions.csv');
    const lines = readFileSync(file, 'utf8').split('\r\n');
    const place = lines[0]!.split(',').indexOf('globals');
    const without = lines.map((line) => line.split(',').toSpliced(place, 1).join(','));
    ok(place > 0 && census.modules.some(({ bodies }) => bodies.some(({ features }) => features.globals > 0)));
    writeFileSync(file, without.join('\r\n'));
    deepEqual(readCensus(earlier).modules, [
      ...census.modules.map((module) => ({
        ...module,
        bodies: module.bodies.map((body) => ({ ...body, features: { ...body.features, globals: 0 } })),
      })),
    ]);
    writeFileSync(file, readFileSync(file, 'utf8').replace(',variables,', ',values,'));
    throws(() => readCensus(earlier), /the column variables is missing/);
  });

  it('is read back as it was written, beside that of another engine', () => {
    const other = { ...census, engine: { ...census.engine, engine: 'other' } };
    writeCensuses(folder, [census, other]);
    deepEqual(readCensus(folder), census);
    deepEqual(readCensus(folder, 'other'), other);
    throws(() => readCensus(folder, 'third'), /has no census of the engine "third"; of embedded, other/);
  });

  it('is reported by the command, which writes its models into a profile', async () => {
    writeCensuses(folder, [census]);
    const { code, stdout } = await wasmDyno(['model', folder, '--json']);
    equal(code, 0);
    const report = JSON.parse(stdout) as ModelReport;
    const functions = census.modules.reduce((sum, { bodies }) => sum + bodies.length, 0);
    equal(report.models.functions, functions);
    equal(report.predictions.length, 2 * 2 * functions);
    const text = modelReportText(report);
    match(text, /validate, each family charged by what the others say/);
    match(text, /flat 25x +p99/);
    match(text, /closure: times of single functions/);
    match(text, /singles \/ block +[\d.]+% +over processes +within 2%/);
    // Of two processes there are no halves to hold against one another.
    deepEqual(report.repeats, {});

    const file = path.join(folder, 'profile.json');
    const example = profileExample();
    writeFileSync(file, JSON.stringify(example));
    const refused = await wasmDyno(['model', folder, '--profile', file, '--quiet']);
    equal(refused.code, 1);
    match(refused.stderr, /is of the machine [0-9a-f]+, the census of ab12/);
    writeCensuses(folder, [{ ...census, machine: example.machine.id }]);
    equal((await wasmDyno(['model', folder, '--profile', file, '--quiet'])).code, 0);
    const { models } = parseProfile(readFileSync(file, 'utf8'));
    const { charged, domain } = models!.phases.translate!;
    equal(charged, 'constant + bytes');
    ok(domain.leastBytes >= 2 && domain.mostCountedThousandths >= 1000);
  });

  it('that is none is told in a line with the mend', async () => {
    throws(
      () => readCensus(path.join(folder, 'nowhere')),
      (error) =>
        error instanceof CensusError && /take one with wasm-dyno calibrate --census/.test(error.message),
    );
    const torn = path.join(folder, 'torn');
    mkdirSync(torn);
    writeCensuses(torn, [census]);
    const file = path.join(torn, 'census-times.csv');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 10_000));
    const { code, stderr } = await wasmDyno(['model', torn]);
    equal(code, 1);
    match(stderr, /census-times\.csv has not all times of function \d+ of real\//);
    equal(stderr.trim().split('\n').length, 1);
  });
});
