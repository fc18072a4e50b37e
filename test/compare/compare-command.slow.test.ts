import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  constantByRule,
  multiplierByRule,
  type HardwareProfile,
  type ProfileEstimate,
  type ProfilePrice,
} from '@wasm-dyno/engine';
import {
  compareSources,
  holdToLimit,
  sourceOfProfile,
  type Measurement,
  type PriceComparison,
  type PricedSource,
} from 'wasm-dyno';
import { COMPARISON_FILE } from '@wasm-dyno/reports';
import { profileExample } from '../profile/profile-example.js';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { completeProcess, runRecord, writeRunFolder } from '../reports/run-folder.js';

const main = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));
const wasmDyno = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });
const compare = (...words: string[]) => wasmDyno('compare', ...words);

/** The example with its warm prices, or their intervals' widths, multiplied. */
function example(factor: number, width = 1): HardwareProfile {
  const profile = profileExample();
  const scaled = (price: ProfilePrice): ProfilePrice => {
    const estimated = ({ estimate, ...rest }: ProfileEstimate): ProfileEstimate => ({
      ...rest,
      estimate: estimate * factor,
      low: estimate * factor * (1 - 0.02 * width),
      high: estimate * factor * (1 + 0.02 * width),
    });
    const { rule } = price;
    const multiplier = estimated(price.multiplier);
    return {
      ...price,
      multiplier,
      nanosecondsPerByte: estimated(price.nanosecondsPerByte),
      corpusNanosecondsPerByte: estimated(price.corpusNanosecondsPerByte),
      multiplierThousandths: multiplierByRule({ multiplier, rule }),
      constants: price.constants.map((constant) => {
        const nanoseconds = estimated(constant.nanoseconds);
        return { ...constant, nanoseconds, constantFuel: constantByRule(nanoseconds, rule, profile.unit) };
      }),
    };
  };
  const { warm } = profile.policies;
  const phases = Object.fromEntries(
    Object.entries(warm.phases).map(([phase, multiplier]) => [phase, scaled(multiplier)]),
  );
  return { ...profile, policies: { ...profile.policies, warm: { ...warm, phases } } };
}

/** A terminal's lines are broken between words. */
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

describe('wasm-dyno compare', () => {
  let folder: string;
  const written = (name: string, profile: HardwareProfile): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(profile));
    return path;
  };
  let base: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-compare-'));
    base = written('base.json', example(1));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('shows every price with its change, interval and verdict', () => {
    const { status, stdout } = compare(base, written('slower.json', example(1.25)));
    assert.equal(status, 0);
    assert.match(
      stdout,
      /warm translate, x memset +1,623 +2,029 +\+25\.0% +\+\d+\.\d% to \+\d+\.\d% +slower/,
    );
    assert.match(stdout, /cold translate.*same/);
    assert.match(unwrapped(stdout), /slower\.json against .*base\.json: slower/);
  });

  it('exits with 1 over the limit, with 0 within it, with 3 where the data cannot tell', () => {
    const over = compare(base, written('over.json', example(1.25)), '--fail-over', '10%');
    assert.equal(over.status, 1);
    assert.match(
      over.stderr,
      /warm parse corpus in .*over\.json is 25\.0% slower, and 8 more; the limit is 10%/,
    );
    assert.equal(compare(base, written('within.json', example(1.02)), '--fail-over', '10%').status, 0);
    const wide = compare(base, written('wide.json', example(1.02, 10)), '--fail-over', '10%');
    assert.equal(wide.status, 3);
    assert.match(wide.stderr, /may be up to .* slower.*measure both with more effort/);
    // A price that fell is none that rose too far.
    assert.equal(compare(base, written('faster.json', example(0.7)), '--fail-over', '10%').status, 0);
  });

  it('is not led by the clock: times alone that rose decide nothing', () => {
    const profile = example(1);
    const { nanosecondsPerByte, nanosecondsPerFuel } = profile.unit;
    const later = ({ estimate, low, high, ...rest }: ProfileEstimate): ProfileEstimate => ({
      ...{ ...rest, estimate: 1.3 * estimate, low: 1.3 * low, high: 1.3 * high },
    });
    const slowed = example(1);
    const phases = Object.fromEntries(
      Object.entries(slowed.policies.warm.phases).map(([name, price]) => [
        name,
        {
          ...price,
          nanosecondsPerByte: later(price.nanosecondsPerByte),
          corpusNanosecondsPerByte: later(price.corpusNanosecondsPerByte),
          constants: price.constants.map((one) => ({ ...one, nanoseconds: later(one.nanoseconds) })),
        },
      ]),
    );
    const unit = {
      ...{ ...profile.unit, nanosecondsPerByte: later(nanosecondsPerByte) },
      nanosecondsPerFuel: later(nanosecondsPerFuel),
    };
    const source = (of: HardwareProfile, path: string) => sourceOfProfile(of, path);
    const clock = { ...slowed, unit, policies: { warm: { ...slowed.policies.warm, phases } } };
    const { rows, verdicts } = compareSources([source(profile, 'before'), source(clock, 'after')]);
    const word = (name: string) => rows.find(({ price }) => price === name)!.others[0]!.verdict;
    assert.deepEqual([word('unit'), word('warm translate byte')], ['slower', 'slower']);
    assert.deepEqual([word('warm translate corpus'), verdicts[0]], ['same', 'same']);
  });

  it('is the same where what a corpus costs is, though a constant is known too badly to tell, and judges first calls apart', () => {
    const price = (policy: 'warm' | 'cold', of: 'corpus' | 'function', halfWidth: number) => ({
      ...{ engine: 'embedded', name: `${policy} translate ${of}`, unit: 'x', of, policy, processes: 12 },
      ...{ estimate: 100, low: 100 - halfWidth, high: 100 + halfWidth, confidenceLevel: 0.95 },
    });
    const source = (cold: number): PricedSource => ({
      ...sourceOfProfile(example(1), 'run'),
      prices: [price('warm', 'corpus', 2), price('warm', 'function', 20), price('cold', 'corpus', cold)],
    });
    const noisy = compareSources([source(20), source(20)]);
    assert.deepEqual(
      noisy.rows.map(({ others }) => others[0]!.verdict),
      ['same', 'unsure', 'unsure'],
    );
    assert.deepEqual(noisy.verdicts, ['same']);
    assert.match(
      noisy.notices.join(),
      /First calls of a process, by themselves, in run: unsure; .*more processes/,
    );
    assert.equal(holdToLimit(noisy, 0.1).outcome, 'within');
    assert.match(compareSources([source(2), source(2)]).notices.join(), /First calls .*: same\./);
  });

  it('compares several with the first, and prints JSON', () => {
    const { status, stdout } = compare(
      base,
      written('one.json', example(1)),
      written('two.json', example(0.7)),
      '--format=json',
    );
    assert.equal(status, 0);
    const { verdicts, rows } = JSON.parse(stdout) as PriceComparison;
    assert.deepEqual(verdicts, ['same', 'faster']);
    assert.deepEqual(
      rows.slice(0, 3).map(({ price, unit }) => [price, unit]),
      [
        ['unit', 'ns per byte filled'],
        ['warm parse corpus', 'x'],
        ['warm parse', 'x memset'],
      ],
    );
    assert.ok(rows.every(({ others }) => others.length === 2));
  });

  it('writes Markdown in which file names are no markup', () => {
    const out = join(folder, 'comment.md');
    const odd = written('a|b_c.json', example(1));
    assert.equal(compare(base, odd, '--format', 'markdown', '--out', out).status, 0);
    const text = readFileSync(out, 'utf8');
    assert.match(text, /^### /);
    assert.match(text, /a\\\|b\\_c\.json/);
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.replaceAll('\\|', '').split('|').length);
    assert.equal(new Set(widths).size, 1);
  });

  it('refuses what was measured on other functions, unless told, and says what differs', () => {
    const profile = profileExample();
    const [corpus] = profile.corpora;
    const other = written('other.json', { ...profile, corpora: [{ ...corpus!, sha256: 'cd'.repeat(32) }] });
    const refused = compare(base, other);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /corpora differs: generated abab.*generated cdcd.*--force/);
    const forced = compare(base, other, '--force');
    assert.equal(forced.status, 0);
    assert.match(unwrapped(forced.stdout), /corpora differs/);
  });

  it('tells another engine version beside the changes, and refuses what has no price in common', () => {
    const profile = profileExample();
    const newer = written('newer.json', { ...profile, engine: { ...profile.engine, version: '0.2.0' } });
    assert.match(unwrapped(compare(base, newer).stdout), /embedded differs: 0\.1\.0 .*0\.2\.0/);
    const wasmi = written('wasmi.json', { ...profile, engine: { name: 'wasmi', version: '2', flags: [] } });
    const refused = compare(base, wasmi);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /no price in common/);
  });

  it('compares run directories by their process executions, and one with a profile by intervals', () => {
    const [before, after] = [1, 1.3].map((factor, i) => {
      const slowed = (row: Measurement) =>
        row.phase === 'memset' ? row : { ...row, nanoseconds: row.nanoseconds * factor };
      const some = inventedRows({ seed: i + 1, processes: 20, rounds: 4, drift: 0.03, change: slowed });
      const rows = [...some, ...inventedSweep(i + 1, 20)];
      const directory = writeRunFolder({ rows });
      const processes = [...new Set(rows.map(({ process }) => process))].map(completeProcess);
      writeFileSync(join(directory, 'run.json'), JSON.stringify({ ...runRecord(), processes }));
      return directory;
    });
    const json = (...paths: string[]) =>
      JSON.parse(compare(...paths, '--format=json').stdout) as PriceComparison;
    const runs = json(before!, after!);
    assert.deepEqual(
      runs.rows.map(({ price, others }) => [price, others[0]?.method, others[0]?.verdict]),
      [
        ['unit', 'processes', 'same'],
        ['warm validate corpus', 'processes', 'slower'],
        ['warm validate', 'processes', 'slower'],
        ['warm validate byte', 'processes', 'slower'],
        ['warm validate function', 'processes', 'slower'],
        ['warm translate corpus', 'processes', 'slower'],
        ['warm translate', 'processes', 'slower'],
        ['warm translate byte', 'processes', 'slower'],
        ['warm translate function', 'processes', 'slower'],
      ],
    );
    const mixed = json(join(before!, 'profile.json'), after!);
    assert.deepEqual(
      mixed.rows.map(({ others }) => [others[0]?.method, others[0]?.verdict]),
      [['intervals', 'same'], ...Array.from({ length: 8 }, () => ['intervals', 'slower'])],
    );
    rmSync(join(after!, 'measurements.csv'));
    assert.match(
      compare(before!, after!).stderr,
      /has no rows in measurements\.csv: it has no prices; name a profile of it instead/,
    );
  });

  it('says in a line what is wrong with a percentage or a path', () => {
    for (const wrong of ['ten', '-5%', '0%', '1e3%']) {
      const { status, stderr } = compare(base, base, `--fail-over=${wrong}`);
      assert.equal(status, 2, wrong);
      assert.match(stderr, /--fail-over takes a percentage/);
    }
    const missing = compare(base, join(folder, 'missing'));
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /missing: .*no such file/);
    assert.equal(compare(base).status, 2);
  });
});

describe('wasm-dyno report of several', () => {
  let folder: string;
  const written = (name: string, factor: number): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(example(factor)));
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-compare-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('tells what became of prices on one page, with the verdict, the changes and what they are told by', () => {
    const paths = [written('last-week.json', 1), written('now.json', 1.25)];
    const { stdout, status } = wasmDyno('report', ...paths, '--format', 'html');
    assert.equal(status, 0);
    assert.match(stdout, /now\.json against [^<]*last-week\.json: slower/);
    assert.match(stdout, /<h2 id="prices">What changed<\/h2>/);
    assert.match(
      stdout,
      /Has it changed since 2026-[^<?]*last-week\.json\? Yes: \d+ of \d+ prices slower \(/,
    );
    assert.match(stdout, />\+25\.0%</);
    for (const id of ['changes', 'sources', 'method']) assert.ok(stdout.includes(`id="${id}"`), id);
    assert.doesNotMatch(stdout, /<script|https?:(?!\/\/www\.w3\.org)/);
  });

  it('of a fleet has machines as rows and names the outlier', () => {
    const paths = [1, 1.01, 0.99, 1.6].map((factor, i) => written(`machine-${i}.json`, factor));
    const { stdout } = wasmDyno('report', ...paths);
    assert.match(
      unwrapped(stdout),
      /machine-3\.json: embedded warm translate is 1\.59 times the median of all, more than 1\.1 to either side \(a difference that matters; the others scatter less\), and its whole interval, 1\.56 to 1\.62, lies on that side\./,
    );
    assert.doesNotMatch(unwrapped(stdout), /machine-[012]\.json: embedded/);
    const json = COMPARISON_FILE.parse(
      wasmDyno('report', ...paths, '--format=json').stdout,
      'comparison.json',
    );
    assert.deepEqual(new Set(json.outliers.map(({ path }) => path)), new Set([paths[3]]));
    assert.equal(json.sources.length, 4);
  });

  it('refuses forms that are of one run alone, and what was measured on something else', () => {
    const paths = [written('a.json', 1), written('b.json', 1)];
    const { stderr, status } = wasmDyno('report', ...paths, '--format', 'csv');
    assert.equal(status, 2);
    assert.match(
      stderr,
      /--format csv is of one run; choose among table, json, markdown, html, svg for several/,
    );
  });
});
