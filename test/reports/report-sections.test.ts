import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  MODEL_PREDICTION_TABLE,
  MODULE_CLOSURE_TABLE,
  RUN_FILE,
  priceTable,
  prices,
  readRecordedRun,
  renderReport,
  renderRun,
  rowOrigin,
  type ModelPredictionRow,
  type ModuleClosureRow,
  type RecordedRun,
  type Temperature,
} from '@wasm-dyno/reports';
import { shortFigure } from '@wasm-dyno/reports/wording';
import { formatDocuments } from '../../reports/dist/format-documents.js';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

/** What a module is charged and takes, in the corpus of an invented run. */
function closure(module: string, phase: ModuleClosureRow['phase'], paid: number): ModuleClosureRow {
  return {
    ...{
      engine: 'embedded',
      temperature: 'warm',
      phase,
      module,
      functions: 10,
      bytes: 1000,
      corpusBytes: 1000,
    },
    ...{ nanosecondsPerByte: 8, chargedNanosecondsPerByte: 8 * paid },
    ...{ closure: paid, low: paid - 0.01, high: paid + 0.01, closureLeftOut: paid - 0.02 },
  };
}

/** The part of a page that a link of its contents bar leads to. */
function section(html: string, id: string): string {
  const [, found] =
    new RegExp(
      `(<details class="section"[^>]*><summary><h2>(?:(?!</summary>).)*</summary><div id="${id}".*?)(?=<details class="section"|</main>)`,
      's',
    ).exec(html) ?? [];
  return found ?? '';
}

describe('the sections of a report', () => {
  let directory: string;
  let page: string;
  before(() => {
    const rows = [
      closure('real/lz4', 'validate', 0.98),
      closure('real/lz4', 'translate', 1.02),
      closure('real/<b>charls', 'validate', 1.31),
      closure('real/<b>charls', 'translate', 1.2),
      closure('real/as-sha256', 'validate', 0.61),
      closure('real/as-sha256', 'translate', 0.68),
    ];
    const cold = inventedRows({
      seed: 3,
      processes: 60,
      rounds: 1,
      temperature: 'cold',
      oneArmPerProcess: true,
    });
    directory = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2), ...cold],
      files: { 'modules.csv': MODULE_CLOSURE_TABLE.text(rows, rowOrigin(runRecord())) },
    });
    page = renderReport(directory, 'html');
  });
  after(() => rmSync(directory, { recursive: true }));

  it('tell which module pays most beyond its costs, and which least', () => {
    const modules = section(page, 'modules');
    assert.match(
      modules,
      /worst off is real\/&lt;b&gt;charls, which pays 1\.31 times its validate time; real\/as-sha256 pays 0\.61 of its validate time/,
    );
    assert.match(modules, /Charge \/ time by module: embedded, warm/);
    assert.match(
      modules,
      /real\/as-sha256, validate: 0\.61 \(0\.6 to 0\.62\); by prices found without it 0\.59/,
    );
  });

  it('stack the phases of each module', () => {
    const modules = section(page, 'modules');
    assert.match(modules, /Phases by module: embedded, warm/);
    assert.match(modules, /real\/lz4, translate: 8 ns per body byte/);
  });

  it('say on the first screen what a fuel is', () => {
    const [first] = /<section class="first".*?<\/section>/s.exec(page)!;
    assert.match(first, /One fuel \(64B\) is [\d.]+ ns \([\d.]+ to [\d.]+\)/);
  });

  it('say what a fuel is before they say prices, as Markdown and on a terminal too', () => {
    for (const [format, prices] of [
      ['markdown', '| phase |'],
      ['table', 'What to charge, warm'],
    ] as const) {
      const text = renderReport(directory, format);
      const at = text.search(/One fuel \(64B\) is [\d.]+ ns \([\d.]+ to [\d.]+\)/);
      assert.ok(at > 0 && at < text.indexOf(prices), `${format}: ${text.slice(0, 1000)}`);
    }
  });

  it('mark the knees of a memset with their intervals', () => {
    const bent = withKnee(readRecordedRun(directory));
    const rings = renderRun(bent, 'html').match(/hot: knee at 1 KiB \(896 B to 1\.25 KiB\)/g) ?? [];
    assert.equal(rings.length, 2);
  });

  it('show a time per byte that falls to the price of a byte', () => {
    assert.match(
      section(page, 'size'),
      /Time of a byte by the function&#39;s size|Time of a byte by the function's size/,
    );
  });

  it('tell beside cold prices what a process pays before its first byte, and beside warm ones what a function does', () => {
    const of = (code: Temperature) =>
      prices(readRecordedRun(directory)).filter(({ temperature }) => temperature === code);
    const { heading, rows } = priceTable(of('cold'));
    assert.deepEqual(heading.slice(0, 3), ['phase', 'ns per byte', 'ms per process']);
    for (const { constants, phase } of of('cold')) {
      const { nanoseconds } = constants.find(({ per }) => per === 'process')!;
      const cell = rows.find(([name]) => name === phase)![2]!;
      const { estimate, high, low } = nanoseconds;
      const told = [estimate, low, high].map((value) => shortFigure(value / 1e6));
      assert.equal(cell, `${told[0]} (${told[1]} to ${told[2]})`);
    }
    assert.deepEqual(priceTable(of('warm')).heading.slice(0, 3), ['phase', 'ns per byte', 'ns per function']);
  });

  it('tell of cold starts by size, and what warm code is charged for the same', () => {
    assert.match(section(page, 'cold'), /Time of the first call by its size: embedded/);
  });

  it('show functions that a model has not seen beside what it foretells', () => {
    const { run } = readRecordedRun(directory);
    const rows = Array.from({ length: 600 }, (_, index): ModelPredictionRow => {
      const bytes = 10 + 7 * index;
      return {
        ...{ engine: 'embedded', phase: 'translate', model: 'constant + bytes', module: 'real/<b>lz4' },
        ...{ function: index, bytes, nanoseconds: 300 + 7 * bytes, predictedNanoseconds: 330 + 7.7 * bytes },
      };
    });
    const file = join(directory, 'model-predictions.csv');
    writeFileSync(file, MODEL_PREDICTION_TABLE.text(rows, rowOrigin(run)));
    const models = section(renderReport(directory, 'html'), 'models');
    rmSync(file);
    assert.match(
      models,
      /Half of 600 functions are foretold, unseen: translate by constant \+ bytes within 10%/,
    );
    assert.match(models, /Time of every function by its size: embedded/);
    // A page has room for some of them.
    assert.equal(models.match(/real\/&lt;b&gt;lz4 function /g)?.length, 500);
  });

  it('tell what was left out of each price', () => {
    const noise = section(renderReport(withProcesses(directory), 'html'), 'noise');
    assert.match(noise, /What was left out of each price/);
    assert.match(noise, /Left out: broken\|&lt;b&gt;\.wasm \(magic header not detected\)/);
    assert.match(noise, /did not come to an end: 1\./);
  });
});

/** The same run with two process executions on record, of which one was killed. */
function withProcesses(directory: string): string {
  const processes = ['complete', 'failed'].map((state, process) => ({
    ...{ process, slot: process, engine: 'embedded', kind: 'warm', state },
    ...{ startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 4, waitedSeconds: 0 },
    ...{ stealShare: null, othersBusyCores: null, failure: state === 'failed' ? 'killed' : null },
  }));
  writeFileSync(join(directory, 'run.json'), JSON.stringify({ ...runRecord(), processes }));
  return directory;
}

/** The same run with a hot memset whose line bends at 1 KiB. */
function withKnee(recorded: RecordedRun): RecordedRun {
  const fits = recorded.fits!;
  const baselines = fits.baselines.map((one) => {
    if (one.regime !== 'hot') return one;
    const [segment] = one.segments as [(typeof one.segments)[number]];
    const knee = { ...segment.nanosecondsPerByte, estimate: 1024, low: 896, high: 1280 };
    return {
      ...one,
      segments: [
        { ...segment, toBytes: 1024 },
        { ...segment, fromBytes: 1024 },
      ],
      kneesBytes: [knee],
    };
  });
  return { ...recorded, fits: { ...fits, baselines } };
}

describe('published schemas', () => {
  const documents = formatDocuments();
  const published = (name: string) =>
    JSON.parse(documents[`reports/recorded-run/schemas/${name}.schema.json`]!) as Record<string, unknown>;

  it('tell once what they have more than once', () => {
    for (const [path, text] of Object.entries(documents))
      if (path.endsWith('.json')) assert.ok(text.length < 45_000, `${path} has ${text.length} letters`);
    assert.ok('$defs' in published('profile'));
  });

  it('decide as the declarations do that files are read by', () => {
    const run = JSON.parse(JSON.stringify(runRecord())) as Record<string, unknown>;
    const declared = new Ajv2020({ strict: false }).compile(RUN_FILE.schema);
    const accepts = new Ajv2020({ strict: false }).compile(published('run'));
    assert.equal(accepts(run), true, JSON.stringify(accepts.errors));
    for (const name of Object.keys(run)) {
      for (const value of [undefined, null, 5, -1, 'x', '2026-01-31T12:00:00Z', [], [1], {}, { name: 'a' }]) {
        const changed = JSON.parse(JSON.stringify({ ...run, [name]: value })) as unknown;
        assert.equal(accepts(changed), declared(changed), `${name} = ${JSON.stringify(value)}`);
      }
    }
  });
});
