import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareSources, comparisonRecord, readPricedSource, readRun } from 'wasm-dyno';
import {
  prices,
  RecordedRunError,
  renderComparison,
  renderRun,
  REPORT_FORMATS,
  RUN_TABLE_NAMES,
  runTableParquet,
  SUMMARY_TABLE,
  type ReportRecord,
} from '@wasm-dyno/reports';
import { wasmDyno } from '../cli/command-line.js';
import { writeRunFolder } from './run-folder.js';
import { writeUnfinishedRun, type Stage } from './unfinished-run.js';
import { inventedRows, inventedSweep } from './run-example.js';

const CENSUS_HALF = { 'census-times.csv': 'run,machine,runCreatedAt,engine' };

/** Where a run may have been killed. */
const STAGES: Readonly<Record<string, Stage & { readonly told: RegExp; readonly priced: boolean }>> = {
  'before its first row': { complete: 0, told: /0 of 18 planned process executions/, priced: false },
  'before its plan': { complete: 0, planned: 0, told: /0 of 0 planned process executions/, priced: false },
  'in the middle of the baseline': {
    ...{ complete: 3, begun: { rows: 5, letters: 40 } },
    ...{ told: /3 of 18 planned process executions/, priced: false },
  },
  'in the middle of the phases': {
    ...{ complete: 14, begun: { rows: 30, letters: 40 } },
    ...{ told: /14 of 18 planned process executions/, priced: true },
  },
  'in the middle of its first warm process': {
    ...{ complete: 6, begun: { rows: 30, letters: 0 } },
    ...{ told: /6 of 18 planned process executions/, priced: false },
  },
  'while functions were counted': {
    ...{ complete: 18, files: CENSUS_HALF },
    ...{ told: /18 of 18 planned process executions/, priced: true },
  },
  'before summary.csv': { complete: 18, told: /18 of 18 planned process executions/, priced: true },
  'after summary.csv': {
    ...{ complete: 18, written: ['summary.csv'] },
    ...{ told: /18 of 18 planned process executions/, priced: true },
  },
  'while models were fitted': {
    ...{ complete: 18, written: ['summary.csv', 'modules.csv', 'fits.json'] },
    ...{ told: /18 of 18 planned process executions/, priced: true },
  },
};

const unwrapped = (text: string): string => text.replace(/\s+/g, ' ');

describe('a run that did not come to its end', () => {
  for (const state of ['running', 'interrupted'] as const) {
    for (const [name, { told, priced, ...stage }] of Object.entries(STAGES)) {
      it(`that is ${state}, ${name}, is reported in every form, with what it has`, () => {
        const directory = writeUnfinishedRun({ ...stage, state });
        try {
          const run = readRun(directory);
          const word = state === 'running' ? /still running, or killed/ : /interrupted (after|before)/;
          for (const format of ['table', 'markdown', 'html', 'json'] as const) {
            const text = unwrapped(renderRun(run, format)).replaceAll('\\', '');
            if (stage.planned !== 0) assert.match(text, told, format);
            assert.match(text, word, format);
            assert.match(text, /go on with wasm-dyno calibrate --resume/, format);
            assert.doesNotMatch(text, /NaN|Infinity|undefined/, format);
          }
          const { rows } = SUMMARY_TABLE.parse(renderRun(run, 'csv'));
          assert.equal(rows.length > 0, priced);
          for (const table of RUN_TABLE_NAMES) assert.ok(runTableParquet(run, table).length > 100, table);
          if (priced) assert.match(renderRun(run, 'svg'), /^<svg/);
          else
            assert.throws(
              () => renderRun(run, 'svg'),
              /the run has no estimates to draw; finish it with --resume/,
            );
          assert.equal(prices(run).length > 0, priced);
          const { progress } = JSON.parse(renderRun(run, 'json')) as ReportRecord;
          assert.deepEqual(progress, { state, complete: stage.complete, planned: stage.planned ?? 18 });
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
    }
  }

  it('has the estimates that it will have at its end, once every row is there', () => {
    const [killed, whole] = [
      writeUnfinishedRun({ complete: 18, begun: { rows: 7, letters: 3 } }),
      writeUnfinishedRun({
        ...{ complete: 18, state: 'finished' },
        written: ['summary.csv', 'modules.csv', 'fits.json'],
      }),
    ];
    try {
      const [a, b] = [readRun(killed), readRun(whole)];
      assert.deepEqual(a.summary, b.summary);
      assert.deepEqual(a.fits, b.fits);
      assert.deepEqual(a.modules, b.modules);
      assert.deepEqual(a.measurements, b.measurements);
      assert.deepEqual(prices(a), prices(b));
    } finally {
      for (const directory of [killed, whole]) rmSync(directory, { recursive: true });
    }
  });

  it('does not count the rows of the process that was cut short', () => {
    const [cut, clean] = [
      writeUnfinishedRun({ complete: 14, begun: { rows: 30, letters: 40 } }),
      writeUnfinishedRun({ complete: 14 }),
    ];
    try {
      assert.deepEqual(readRun(cut).summary, readRun(clean).summary);
      assert.deepEqual(readRun(cut).measurements, readRun(clean).measurements);
    } finally {
      for (const directory of [cut, clean]) rmSync(directory, { recursive: true });
    }
  });

  it('leaves out a profile that is of an earlier state', () => {
    const directory = writeUnfinishedRun({ complete: 14 });
    const other = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)],
    });
    try {
      writeFileSync(join(directory, 'profile.json'), readFileSync(join(other, 'profile.json')));
      const run = readRun(directory);
      assert.deepEqual(run.profiles, []);
      assert.ok(prices(run).every(({ charged }) => !charged));
    } finally {
      for (const folder of [directory, other]) rmSync(folder, { recursive: true });
    }
  });

  it('is compared by what it has, and said to be unfinished; without prices it is refused in a line', () => {
    const [some, none, whole] = [
      writeUnfinishedRun({ complete: 14, state: 'interrupted' }),
      writeUnfinishedRun({ complete: 0, state: 'interrupted' }),
      writeUnfinishedRun({ complete: 18, state: 'finished' }),
    ];
    try {
      const sources = [whole, some].map(readPricedSource);
      const record = comparisonRecord(compareSources(sources), sources);
      for (const format of ['table', 'markdown', 'html', 'json'] as const)
        assert.match(
          unwrapped(renderComparison(record, format)).replaceAll('\\', ''),
          /is interrupted after 14 of 18 planned process executions: its prices are made of those/,
          format,
        );
      assert.throws(
        () => readPricedSource(none),
        (error: unknown) =>
          error instanceof RecordedRunError &&
          /is interrupted after 0 of 18 .*: it has no prices; finish it with --resume/.test(error.message),
      );
    } finally {
      for (const directory of [some, none, whole]) rmSync(directory, { recursive: true });
    }
  });

  it('is reported by the command, which says beside rows alone what they are of', async () => {
    const directory = writeUnfinishedRun({ complete: 14, state: 'interrupted' });
    try {
      const { code, stdout, stderr } = await wasmDyno(['report', directory, '--format', 'csv'], directory);
      assert.equal(code, 0, stderr);
      assert.ok(SUMMARY_TABLE.parse(stdout).rows.length > 0);
      assert.match(stderr, /^wasm-dyno: The run is interrupted after 14 of 18 planned process executions/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('measurements that are not all there', () => {
  const HARMS: Readonly<Record<string, readonly [harm: (text: string) => string, told: RegExp]>> = {
    'break off in a row': [
      (text) => text.slice(0, -9),
      /measurements\.csv breaks off in a row after [\d,]+ rows: that row counts for nothing/,
    ],
    'lost their second half at the end of a line': [
      (text) => {
        const lines = text.split('\r\n');
        return `${lines.slice(0, lines.length / 2).join('\r\n')}\r\n`;
      },
      /measurements\.csv has [\d,]+ rows? where run\.json tells of [\d,]+ \(process execution \d+ and \d+ more\)/,
    ],
    'are empty': [() => '', /Pictures of single blocks are left out: .*measurements\.csv is empty/],
    'hold a word for a number': [
      (text) => text.replace(/,100,/, ',many,'),
      /Pictures of single blocks are left out: measurements\.csv, line \d+: calls should be a number/,
    ],
  };
  for (const [name, [harm, told]] of Object.entries(HARMS)) {
    it(`that ${name} are told of in every form, and the estimates stand`, async () => {
      const directory = writeUnfinishedRun({
        ...{ complete: 18, state: 'finished' },
        written: ['summary.csv', 'modules.csv', 'fits.json'],
      });
      try {
        const path = join(directory, 'measurements.csv');
        writeFileSync(path, harm(readFileSync(path, 'utf8')));
        const run = readRun(directory);
        assert.ok(prices(run).length > 0);
        for (const format of ['table', 'markdown', 'html', 'json'] as const)
          assert.match(unwrapped(renderRun(run, format)).replaceAll('\\', ''), told, format);
        const { code, stderr } = await wasmDyno(['report', directory, '--format', 'csv'], directory);
        assert.equal(code, 0);
        assert.match(stderr, told);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
});

describe('a pipe in the place of a file of a run', () => {
  const directory = (): string =>
    writeRunFolder({ rows: [...inventedRows({ seed: 1, processes: 12, rounds: 4 }), ...inventedSweep(2)] });

  it('is not waited for: a line names it, in every form and for every file', () => {
    const folder = directory();
    try {
      for (const file of [
        'run.json',
        'measurements.csv',
        'summary.csv',
        'fits.json',
        'warm-up.csv',
        'profile.json',
      ]) {
        const path = join(folder, file);
        const text = readFileSync(path);
        unlinkSync(path);
        execFileSync('mkfifo', [path]);
        for (const format of REPORT_FORMATS) {
          try {
            const report = renderRun(readRun(folder), format);
            // Without blocks there are estimates still.
            assert.equal(file, 'measurements.csv');
            if (format !== 'svg' && format !== 'csv')
              assert.match(unwrapped(report).replaceAll('\\', ''), /measurements\.csv is no regular file/);
          } catch (error) {
            assert.ok(error instanceof RecordedRunError, String(error));
            assert.match(error.message, new RegExp(`${file.replace('.', '\\.')} is no regular file; put`));
          }
        }
        unlinkSync(path);
        writeFileSync(path, text);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is told of one that goes on, too', () => {
    const folder = writeUnfinishedRun({ complete: 14 });
    try {
      unlinkSync(join(folder, 'measurements.csv'));
      execFileSync('mkfifo', [join(folder, 'measurements.csv')]);
      assert.match(renderRun(readRun(folder), 'markdown').replaceAll('\\', ''), /is no regular file/);
      assert.throws(() => readPricedSource(folder), /it has no prices; finish it with --resume/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
