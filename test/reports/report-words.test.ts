import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSUFFICIENT_HALF_WIDTH } from '@wasm-dyno/engine';
import { readRun } from 'wasm-dyno';
import {
  MEASUREMENT_TABLE,
  priceVerdict,
  prices,
  renderRun,
  rowOrigin,
  runStanding,
  WIDEST_PRICE,
  type Measurement,
} from '@wasm-dyno/reports';
import { counted, percentAtMost } from '@wasm-dyno/reports/wording';
import { reportedRun } from '../../reports/dist/reported-run.js';
import { reportSections } from '../../reports/dist/sections/report-sections.js';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

const warm = inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 });
const cold = inventedRows({
  ...{ seed: 3, processes: 60, rounds: 1, temperature: 'cold' as const },
  ...{ oneArmPerProcess: true },
  change: (row) => ({ ...row, process: 100 + row.process }),
});
const rows = [...warm, ...cold, ...inventedSweep(2)];

type Block = ReturnType<typeof reportSections>[number]['blocks'][number];
type Table = Extract<Block, { kind: 'table' }>['table'];
type Chart = Extract<Block, { kind: 'charts' }>['charts'][number];

function inside(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => [block, ...(block.kind === 'folded' ? inside(block.blocks) : [])]);
}

/** A run directory for the length of an examination. */
function examined<T>(folder: Parameters<typeof writeRunFolder>[0], look: (directory: string) => T): T {
  const directory = writeRunFolder(folder);
  try {
    return look(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('the verdict on a price', () => {
  const price = (estimate: number, low: number, high: number, confidenceLevel = 0.95) => ({
    ...{ estimate, low, high, confidenceLevel },
  });

  it('is of its own interval, whatever the verdict on its phase', () => {
    assert.equal(priceVerdict('ok', [price(145.6, 92, 199.5)]), 'noisy');
    assert.equal(priceVerdict('ok', [price(4.99, 0, 9.84)]), 'noisy');
    assert.equal(priceVerdict('ok', [price(0, 0, 44_599)]), 'noisy');
    assert.equal(priceVerdict('ok', [price(644, 636, 655)]), 'ok');
    assert.equal(priceVerdict('ok', [price(0, 0, 0)]), 'ok');
    assert.equal(priceVerdict('ok', [price(100, 90, 110)]), 'ok');
    assert.equal(priceVerdict('ok', [price(100, 90, 111)]), 'noisy');
    assert.equal(priceVerdict('ok', [price(644, 644, 644, 0)]), 'insufficient-data');
  });

  it('is no better than that on its phase', () => {
    assert.equal(priceVerdict('noisy', [price(644, 636, 655)]), 'noisy');
    assert.equal(priceVerdict('insufficient-data', [price(644, 636, 655)]), 'insufficient-data');
  });

  it('calls noisy what is far from insufficient still', () => {
    assert.ok(WIDEST_PRICE < INSUFFICIENT_HALF_WIDTH);
  });

  it('stands beside each price of a report, and the line on top counts them', () => {
    examined({ rows }, (directory) => {
      const path = join(directory, 'profile.json');
      const profile = JSON.parse(readFileSync(path, 'utf8')) as {
        policies: { warm: { phases: { translate: { constants: { nanoseconds: object }[] } } } };
      };
      const [constant] = profile.policies.warm.phases.translate.constants;
      Object.assign(constant!.nanoseconds, { estimate: 906, low: 100, high: 1700 });
      writeFileSync(path, JSON.stringify(profile));
      const run = readRun(directory);
      const translate = prices(run).find((one) => one.phase === 'translate' && one.temperature === 'warm')!;
      assert.equal(translate.verdict, 'ok');
      assert.deepEqual(
        translate.constants.map(({ per, verdict }) => [per, verdict]),
        [['function', 'noisy']],
      );
      const { verdict, sentences } = runStanding(run);
      assert.equal(verdict, 'ok');
      assert.match(
        sentences.join(' '),
        /Warm prices: both ok\. .*Constants: .*noisy \(warm translate per function/,
      );
      const markdown = renderRun(run, 'markdown');
      assert.match(markdown, /\| warm \| translate \| function \|.*\| noisy \|/);
      assert.match(markdown, /\| warm \| translate \| byte \|.*\| ok \|/);
      assert.match(
        markdown,
        /charges over the corpus warm ok, .*single prices by their own intervals: .* noisy/,
      );
    });
  });
});

describe('the noise of a run', () => {
  const flagged = (flags: Measurement['flags']) =>
    warm.map((row) => (row.process === 3 && row.phase === 'translate' ? { ...row, flags } : row));
  const noise = (directory: string) =>
    reportSections(reportedRun(readRun(directory))).find(({ id }) => id === 'noise')!;
  const told = (directory: string): Record<string, string> => {
    const table = inside(noise(directory).blocks)
      .flatMap((block) => (block.kind === 'table' ? [block.table] : []))
      .at(-1)!;
    const row = table.rows.find(([process]) => process === '3')!;
    return Object.fromEntries(table.heading.map((name, i) => [name, row[i]!]));
  };
  const record = (all: readonly Measurement[]) => {
    const run = runRecord();
    const processes = [...new Set(all.map(({ process }) => process))].map((process) => ({
      ...{ process, slot: process, engine: 'embedded', kind: 'warm' as const, state: 'complete' as const },
      ...{ startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 4, waitedSeconds: 0 },
      ...{ stealShare: null, othersBusyCores: null, failure: null },
    }));
    return { 'run.json': JSON.stringify({ ...run, processes }) };
  };

  it("counts as disturbed what others did, and the engine's own flags apart", () => {
    for (const [flags, disturbed, otherwise] of [
      [['collection'], '0.0%', '14.3%'],
      [['not-warm', 'collection'], '0.0%', '14.3%'],
      [['run-delay', 'collection'], '14.3%', '0.0%'],
      [['preempted'], '14.3%', '0.0%'],
    ] as const) {
      const all = [...flagged(flags), ...inventedSweep(2)];
      examined({ rows: all, files: record(all) }, (directory) => {
        const row = told(directory);
        assert.equal(row['blocks disturbed'], disturbed, flags.join());
        assert.equal(row['flagged otherwise'], otherwise, flags.join());
      });
    }
  });

  it('is told of warm and of cold code each by itself', () => {
    const disturbedCold = cold.map((row, i): Measurement =>
      i % 3 === 0 ? { ...row, flags: ['preempted'] } : row,
    );
    const all = [...warm, ...disturbedCold, ...inventedSweep(2)];
    examined({ rows: all, files: record(all) }, (directory) => {
      assert.match(
        noise(directory).finding!,
        /others disturbed at most: warm 0\.0% \(.*\), cold [1-9]\d\.\d% \(/,
      );
    });
  });

  it('is never rounded down where it is "at most"', () => {
    assert.equal(percentAtMost(0.065), '6.5%');
    assert.equal(percentAtMost(0.0649), '6.5%');
    assert.equal(percentAtMost(0.06501), '6.6%');
    assert.equal(percentAtMost(0), '0.0%');
    assert.equal(percentAtMost(1), '100.0%');
  });
});

describe('numbers of things', () => {
  it('are said of one, and of several', () => {
    assert.equal(counted(1, 'warm process execution'), '1 warm process execution');
    assert.equal(counted(0, 'module'), '0 modules');
    assert.equal(counted(1234, 'process', 'processes'), '1,234 processes');
  });

  it('are so on every page', () => {
    const one = runRecord();
    const files = {
      'run.json': JSON.stringify({
        ...one,
        machine: { ...one.machine, logicalCores: 1, physicalCores: 1 },
        corpora: one.corpora.map((corpus) => ({ ...corpus, modules: 1, functions: 1 })),
        processes: [
          {
            ...{ process: 0, slot: 0, engine: 'embedded', kind: 'warm', state: 'complete' },
            ...{ startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 4, waitedSeconds: 0 },
            ...{ stealShare: null, othersBusyCores: null, failure: null },
          },
        ],
      }),
    };
    examined({ rows: [...warm, ...inventedSweep(2)], files }, (directory) => {
      const run = readRun(directory);
      for (const format of ['table', 'markdown', 'html'] as const) {
        const text = renderRun(run, format).replace(/\s+/g, ' ');
        assert.match(text, /· 1 warm process execution ·/, format);
        assert.match(text, / 1 core, /, format);
        assert.doesNotMatch(
          text,
          /(?<![\d,.-])1 (cores|modules|functions|memsets|warm process executions|process executions|tables|ratios)\b/,
          format,
        );
      }
    });
  });
});

describe('what a picture draws', () => {
  it('stands in a table, value by value', () => {
    const written = { ...{ rows }, engines: ['embedded', 'wasmi'] };
    for (const folder of [{ rows }, written]) {
      examined(folder, (directory) => {
        for (const { point, chart } of missing(directory)) assert.fail(`${chart}: ${point}`);
      });
    }
  });

  it('stands there of single blocks too, when another process was cut short', () => {
    examined({ rows }, (directory) => {
      const origin = rowOrigin(runRecord());
      writeFileSync(join(directory, 'measurements.csv'), MEASUREMENT_TABLE.text(rows.slice(0, 900), origin));
      for (const { point, chart } of missing(directory)) assert.fail(`${chart}: ${point}`);
    });
  });

  /** Values of pictures that no table of the report has. */
  function missing(directory: string): { chart: string; point: number }[] {
    const sections = reportSections(reportedRun(readRun(directory)));
    const blocks = sections.flatMap((section) => inside(section.blocks));
    const tables = blocks.flatMap((block): Table[] =>
      block.kind === 'table'
        ? [block.table]
        : block.kind === 'charts' && block.beside !== undefined
          ? [block.beside.table]
          : [],
    );
    const numbers = tables
      .flatMap((table) => table.rows.flat())
      .flatMap((cell) => [...cell.matchAll(/-?[\d,]*\.?\d+(?:e[+-]?\d+)?(%)?/g)])
      .map(([text, percent]) => ({
        value: Number(text.replace(/[,%]/g, '')),
        isPercent: percent !== undefined,
      }));
    const stands = (y: number): boolean =>
      numbers.some(
        ({ value, isPercent }) => Math.abs(value - y) <= (isPercent ? 0.051 : 0.0051 * Math.abs(y)),
      );
    const drawn = blocks.flatMap((block): readonly Chart[] => (block.kind === 'charts' ? block.charts : []));
    assert.ok(drawn.length > 5);
    return drawn.flatMap(({ series, title }) =>
      series.flatMap(({ points }) =>
        points.filter(({ y }) => !stands(y)).map(({ y }) => ({ chart: title, point: y })),
      ),
    );
  }
});
