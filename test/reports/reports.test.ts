import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { estimateRun } from 'wasm-dyno';
import {
  SIZE_CLASS_NAMES,
  MEASURED_PHASES,
  MEASUREMENT_TABLE,
  MEMSET_REGIMES,
  REPORT_FORMATS,
  RecordedRunError,
  SUMMARY_TABLE,
  readMeasurements,
  readRecordedRun,
  renderReport,
  renderRun,
  rowOrigin,
  summaryTable,
  terminalColour,
  type Measurement,
  type ProfileRecord,
} from '@wasm-dyno/reports';
import { SIZE_CLASSES } from '@wasm-dyno/corpora';
import { profileExample } from '../profile/profile-example.js';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

const example = profileExample();

const RUN = runRecord();

describe('size classes', () => {
  it('are called in rows what the corpora call them, and all stands beside them', () => {
    assert.deepEqual(SIZE_CLASS_NAMES, [...SIZE_CLASSES.map(({ name }) => name), 'all']);
  });
});

describe('measurements.csv', () => {
  const name = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ''));
  const count = fc.nat(1e9);
  const time = fc.double({ min: 0, max: 1e12, noNaN: true });
  const measurement: fc.Arbitrary<Measurement> = fc.record({
    engine: name,
    process: count,
    round: count,
    phase: fc.constantFrom(...MEASURED_PHASES),
    arm: name,
    pair: name,
    order: fc.constantFrom('ab' as const, 'ba' as const, '' as const),
    module: name,
    sizeClass: fc.constantFrom(...SIZE_CLASS_NAMES),
    functions: count,
    bytes: count,
    calls: count,
    nanoseconds: time,
    overheadNanoseconds: time,
    stratumBytes: count,
    kernel: name,
    regime: fc.constantFrom(...MEMSET_REGIMES, '' as const),
    temperature: fc.constantFrom('warm' as const, 'cold' as const),
    runDelayNanoseconds: fc.option(time, { nil: undefined }),
    involuntarySwitches: fc.option(count, { nil: undefined }),
    collectionNanoseconds: fc.option(time, { nil: undefined }),
    allocatedBytes: fc.option(time, { nil: undefined }),
    referenceBeforeNanoseconds: fc.option(time, { nil: undefined }),
    referenceAfterNanoseconds: fc.option(time, { nil: undefined }),
    flags: fc.array(fc.constantFrom('gc', 'run-delay', 'not-warm'), { maxLength: 3 }),
  });
  const rows = fc.array(measurement, { minLength: 1, maxLength: 8 });
  const written = (some: readonly Measurement[]) => MEASUREMENT_TABLE.text(some, rowOrigin(runRecord()));

  it('reads back what was written', () => {
    fc.assert(
      fc.property(rows, (some) => {
        // -0 is written as 0.
        const plain = JSON.parse(JSON.stringify(some)) as Measurement[];
        const { rows: read, torn } = MEASUREMENT_TABLE.parse(written(some));
        assert.deepEqual(JSON.parse(JSON.stringify(read)), plain);
        assert.equal(torn, false);
      }),
    );
  });

  it('loses only the row that was being written, wherever it is cut', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (some, where) => {
        const text = written(some);
        const cut = text.slice(0, Math.floor(where * text.length));
        const { rows: read, torn } = MEASUREMENT_TABLE.parse(cut);
        assert.equal(read.length, Math.max(0, cut.split('\n').length - 2));
        assert.equal(torn, cut !== '' && !cut.endsWith('\n'));
      }),
    );
  });

  it('names line and column of what it cannot read, and throws nothing else', () => {
    const text = written(inventedRows({ seed: 1, processes: 1, rounds: 1 }).slice(0, 2));
    assert.throws(
      () => MEASUREMENT_TABLE.parse(text.replace(',embedded,0,', ',embedded,zero,')),
      new RecordedRunError(
        'measurements.csv, line 2: process should be a number and is "zero"; restore the file',
      ),
    );
    assert.throws(
      () => MEASUREMENT_TABLE.parse(text.replace('regime', 'area')),
      /the column regime is missing/,
    );
    fc.assert(
      fc.property(fc.nat(text.length), fc.string(), (at, inserted) => {
        try {
          MEASUREMENT_TABLE.parse(text.slice(0, at) + inserted + text.slice(at));
        } catch (error) {
          assert.ok(error instanceof RecordedRunError, String(error));
        }
      }),
    );
  });

  it('keeps a row on its line and ignores columns it does not know', () => {
    const [row] = inventedRows({ seed: 1, processes: 1, rounds: 1 });
    const text = written([{ ...row!, module: 'a\nb "c", d' }]);
    assert.equal(text.split('\r\n').length, 3);
    const wider = text
      .split('\r\n')
      .map((line) => (line === '' ? '' : `more,${line}`))
      .join('\r\n');
    assert.equal(MEASUREMENT_TABLE.parse(wider).rows[0]!.module, 'a b "c", d');
  });
});

describe('reports on a run', () => {
  let directory: string;
  const rows = [...inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.03 }), ...inventedSweep(2)];
  const estimates = estimateRun(rows);

  before(() => {
    directory = writeRunFolder({ rows });
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('read back what was estimated and measured', () => {
    const recorded = readRecordedRun(directory);
    assert.equal(recorded.summary.length, 16);
    assert.equal(recorded.summary[0]!.ratio, estimates.ratios[0]!.ratio);
    assert.deepEqual(recorded.fits?.baselines, estimates.baselines);
    assert.equal(recorded.warmUp.length, 200);
    const { rows: read, torn } = readMeasurements(directory);
    assert.deepEqual([read.length, torn], [rows.length, false]);
    assert.deepEqual(estimateRun(read).ratios, estimates.ratios);
  });

  it('name machine, memset and interval wherever a number stands', () => {
    for (const format of ['markdown', 'html'] as const) {
      const plain = renderReport(directory, format).replaceAll('\\', '');
      const heading = format === 'html' ? '<h2>' : '<summary>';
      for (const title of ['Recommended prices', 'Price by function size', 'The memset', 'All ratios']) {
        const section = plain.split(`${heading}${title}<`)[1]?.split(heading)[0];
        assert.ok(section !== undefined, `${format}: ${title}`);
        assert.ok(section.includes(example.machine.id), `${format}: ${title}`);
        assert.ok(section.includes('wasm-memory-fill-loop'), `${format}: ${title}`);
        assert.match(section, /\d to \d/);
      }
      assert.ok(plain.includes('Why the ratio depends on the memset'));
    }
  });

  it('tell what the first functions of a process cost, and which tier was measured', () => {
    const path = join(directory, 'profile.json');
    const text = readFileSync(path, 'utf8');
    const profile = JSON.parse(text) as ProfileRecord;
    const { translate } = profile.policies.warm.phases;
    const firstFunctions = [
      { functions: 1, nanoseconds: 300_000, timesWarm: 312.4, processes: 6 },
      { functions: 1000, nanoseconds: 9_000_000, timesWarm: 1.83, processes: 6 },
    ];
    Object.assign(translate!, { firstFunctions, tier: 'core in WebAssembly, optimised' });
    writeFileSync(path, JSON.stringify(profile));
    const markdown = renderReport(directory, 'markdown');
    writeFileSync(path, text);
    assert.match(
      markdown,
      /First functions of a fresh process, translate, against the warm price: 1: 312 times, 1,000: 1\.83 times\. Warm is what ran in: core in WebAssembly, optimised\./,
    );
  });

  it('tell in plain words what the memset does to the ratio', () => {
    const markdown = renderReport(directory, 'markdown');
    assert.match(
      markdown,
      /embedded translate takes [\d.]+ ns a byte\. That is [\d.,]+ \(95\.0% interval .* against the hot memset.*; [\d.,]+ \(.*against the memory memset/,
    );
    assert.match(markdown, /wasm-memory-fill-loop is what changes, and it moves the ratio [\d.]+-fold/);
  });

  it('draw ratios, the memset curve and the warm-up in one page that fetches nothing and runs no script', () => {
    const html = renderReport(directory, 'html');
    const figures = html.match(/<figure>.*?<\/figure>/gs)!;
    for (const figure of figures) {
      assert.match(figure, /role="img" aria-label="[^"]{40,}"/);
      assert.match(figure, /Example CPU 3000/);
      assert.doesNotMatch(figure, /NaN|Infinity|undefined/);
    }
    for (const title of [
      'Equal-bytes ratio by function size',
      'Time of one function',
      'Time of a memset',
      'Warming up: embedded',
    ]) {
      assert.ok(
        figures.some((figure) => figure.includes(`<b>${title}`)),
        title,
      );
    }
    // Two phases of three classes: each point tells its value and its interval where it is pointed at.
    const notes = figures[0]!.match(/<title>[^<]*: [\d.,]+ \([\d.,]+ to [\d.,]+\)<\/title>/g);
    assert.equal(notes?.length, 6);
    assert.doesNotMatch(html, /<script|https?:|src=|@import|url\(/);
    assert.deepEqual(
      [...html.matchAll(/<link [^>]*>/g)].map(([link]) => link),
      ['<link rel="icon" href="data:,">'],
    );
    assert.ok(html.includes('broken|&lt;b&gt;.wasm'));
    assert.ok(!html.includes('<b>.wasm'));
    assert.ok(html.length < 1_500_000);
  });

  it('lead by a contents bar to every section, each of which is there once', () => {
    const html = renderReport(directory, 'html');
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const places = [...html.matchAll(/<a href="#([^"]+)">/g)].map(([, place]) => place!);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(places, ids);
    for (const place of [
      'prices',
      'multipliers',
      'size',
      'memset',
      'processes',
      'machine',
      'method',
      'glossary',
      'files',
    ])
      assert.ok(places.includes(place), place);
    // Following a link opens the fold that the place lies in, also where no script runs.
    for (const id of ids.slice(1))
      assert.match(html, new RegExp(`<details class="section"[^>]*><summary>.*</summary><div id="${id}"`));
  });

  it('say the prices, the verdict and the warnings first', () => {
    const html = renderReport(directory, 'html');
    const [first] = html.split('<details class="section"');
    assert.match(first!, /Verdict: <span class="v ok">ok<\/span>/);
    assert.match(
      first!,
      /<span>translate<\/span><\/td><td role="cell" class="number" data-heading="ns per byte"><span>[\d.]+ <span class="i">\([\d.]+ to [\d.]+\)/,
    );
    assert.match(first!, /1 warning<\/b>/);
    assert.match(first!, /<figure>/);
  });

  it('link the raw files where it is known where they lie, and only name them else', () => {
    const recorded = readRecordedRun(directory);
    assert.match(
      renderRun(recorded, 'html', { filesBase: '../my run' }),
      /<a href="\.\.\/my%20run\/summary\.csv">/,
    );
    assert.doesNotMatch(renderRun(recorded, 'html'), /<a href="[^#]/);
    assert.match(renderRun(recorded, 'html'), /<code>summary\.csv<\/code>/);
  });

  it('do without the blocks where they are missing, and say so', () => {
    const other = writeRunFolder({ rows });
    try {
      rmSync(join(other, 'measurements.csv'));
      const html = renderReport(other, 'html');
      assert.match(html, /Pictures of single blocks are left out: .* has no measurements\.csv/);
      assert.match(html, /<h2>The memset/);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('escape what the run brought along in Markdown too', () => {
    assert.ok(renderReport(directory, 'markdown').includes('broken\\|\\<b\\>.wasm'));
  });

  it('print an aligned table with the verdict in words', () => {
    const text = summaryTable(readRecordedRun(directory).summary, { sizeClasses: false });
    const lines = text.split('\n');
    assert.equal(lines[0], 'embedded, warm: time / wasm-memory-fill-loop (hot) at equal bytes');
    assert.equal(lines[1], '12 process executions, 95.0% intervals, 0% of the pairs disturbed');
    assert.match(lines[2]!, /^phase +bytes +ratio +interval +ns\/byte +verdict$/);
    const [validate, translate] = lines.slice(3, 5);
    assert.match(validate!, /^validate +all +\d+\.?\d* +\d+\.?\d* to \d+\.?\d* +\d+\.?\d* +ok$/);
    assert.equal(validate!.indexOf('all'), translate!.indexOf('all'));
    assert.ok(!text.includes('\u001b'));
    assert.ok(
      summaryTable(readRecordedRun(directory).summary, { colour: true }).includes('\u001b[32mok\u001b['),
    );
  });

  it('come in every format', () => {
    for (const format of REPORT_FORMATS) assert.ok(renderReport(directory, format).length > 500, format);
    const json = JSON.parse(renderReport(directory, 'json')) as { summary: unknown[] };
    assert.equal(json.summary.length, 16);
    assert.equal(SUMMARY_TABLE.parse(renderReport(directory, 'csv')).rows.length, 16);
  });

  it('need the run, and say in one line what is missing or wrong', () => {
    const cases: [() => unknown, RegExp][] = [
      [() => renderReport(join(directory, 'nowhere'), 'table'), /does not exist; name a directory/],
      [() => renderReport(join(directory, 'run.json'), 'table'), /run\.json is a file; name a directory/],
    ];
    for (const [attempt, message] of cases) {
      assert.throws(
        attempt,
        (error: unknown) => error instanceof RecordedRunError && message.test(error.message),
      );
    }
    const other = mkdtempSync(join(tmpdir(), 'wasm-dyno-run-'));
    try {
      assert.throws(() => readRecordedRun(other), /has no run\.json/);
      writeFileSync(join(other, 'run.json'), JSON.stringify(RUN).slice(0, 100));
      assert.throws(() => readRecordedRun(other), /is not JSON; restore the file, or make it anew/);
      writeFileSync(join(other, 'run.json'), JSON.stringify({ ...RUN, machine: { ...RUN.machine, id: 5 } }));
      assert.throws(() => readRecordedRun(other), /run\.json: machine\.id must be string/);
      writeFileSync(join(other, 'run.json'), JSON.stringify(RUN));
      assert.throws(() => readRecordedRun(other), /has no summary\.csv; finish the run with --resume/);
      writeFileSync(join(other, 'summary.csv'), SUMMARY_TABLE.header());
      // A run without numbers still makes a report.
      assert.match(renderReport(other, 'markdown'), /No profile was written/);
      assert.match(renderReport(other, 'html'), /Not verified on this machine/);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

describe('colour', () => {
  it('is for terminals only, and never with NO_COLOR', () => {
    assert.equal(terminalColour({ isTTY: true }, {}), true);
    assert.equal(terminalColour({ isTTY: true }, { NO_COLOR: '1' }), false);
    assert.equal(terminalColour({ isTTY: true }, { NO_COLOR: '' }), true);
    assert.equal(terminalColour({ isTTY: true }, { TERM: 'dumb' }), false);
    assert.equal(terminalColour({}, {}), false);
  });
});
