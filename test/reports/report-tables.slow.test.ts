import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readRecordedRun,
  renderReport,
  RecordedRunError,
  standing,
  standingLine,
  worstVerdict,
} from '@wasm-dyno/reports';
import { reportedRun } from '../../reports/dist/reported-run.js';
import { reportSections } from '../../reports/dist/sections/report-sections.js';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder, type RunFolder } from './run-folder.js';

const sweep = inventedSweep(2);
const warm = inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 });
const noisy = inventedRows({ seed: 1, processes: 12, rounds: 4, processSpread: 0.2 });
const cold = (processSpread: number) =>
  inventedRows({
    ...{ seed: 3, processes: 60, rounds: 1, temperature: 'cold' as const },
    ...{ oneArmPerProcess: true, processSpread },
  });

const RUNS: Readonly<Record<string, RunFolder>> = {
  'one engine': { rows: [...warm, ...sweep] },
  'three engines': { rows: [...warm, ...sweep], engines: ['embedded', 'wasmi', 'v8'] },
  'a noisy machine': { rows: [...noisy, ...sweep] },
  'noisy cold starts': { rows: [...warm, ...sweep, ...cold(0.12)], engines: ['embedded', 'wasmi'] },
  'too few processes, forced': {
    rows: [...inventedRows({ seed: 1, processes: 3, rounds: 4 }), ...inventedSweep(2, 1)],
    force: true,
  },
  'an interrupted run': {
    rows: inventedRows({ seed: 1, processes: 2, rounds: 1 }),
    files: { 'run.json': JSON.stringify({ ...runRecord(), state: 'interrupted', ended: null }) },
  },
};

const readText = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8');
const writeText = (directory: string, file: string, text: string) =>
  writeFileSync(join(directory, file), text);

/** A terminal's lines are broken between words. */
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

const numberOf = (cell: string) => Number(cell.replaceAll(',', ''));

interface Table {
  readonly heading: string[];
  readonly rows: string[][];
}

function htmlTables(html: string): Table[] {
  return [...html.matchAll(/<table[^>]*>(.*?)<\/table>/gs)].map(([, table]) => {
    const cells = (tag: string, text: string) =>
      [...text.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs'))].map(([, cell]) => cell!);
    const [head, ...body] = cells('tr', table!);
    return { heading: cells('th', head!), rows: body.map((row) => cells('td', row)) };
  });
}

function markdownTables(markdown: string): Table[] {
  const cells = (line: string) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\', ''));
  return [...markdown.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const [heading, rule, ...rows] = table.trimEnd().split('\n').map(cells);
    assert.equal(rule!.length, heading!.length);
    return { heading: heading!, rows: rows.filter((row) => row.length > 0) };
  });
}

describe('tables of a report', () => {
  for (const [name, run] of Object.entries(RUNS)) {
    describe(`on ${name}`, () => {
      let directory: string;
      before(() => {
        directory = writeRunFolder(run);
      });
      after(() => rmSync(directory, { recursive: true }));

      it('have a cell under every heading, in every format', () => {
        const html = htmlTables(renderReport(directory, 'html'));
        // Sections end a table with a line that is none.
        const text = renderReport(directory, 'markdown');
        const markdown = markdownTables(`${text}\n`);
        assert.ok(html.length >= 3);
        if (text.includes('too long for a pull request')) assert.ok(markdown.length < html.length);
        else assert.equal(markdown.length, html.length);
        for (const { heading, rows } of [...html, ...markdown]) {
          assert.ok(rows.length > 0);
          for (const row of rows)
            assert.equal(row.length, heading.length, `${heading.join()}: ${row.join()}`);
        }
        const [head, ...lines] = renderReport(directory, 'csv').trimEnd().split('\n');
        for (const line of lines) assert.equal(line.split(',').length, head!.split(',').length);
      });

      it('fit the text of a pull request, where every section keeps its title', () => {
        const markdown = renderReport(directory, 'markdown');
        assert.ok(markdown.length <= 65_536, `${markdown.length} letters`);
        for (const { title } of reportSections(reportedRun(readRecordedRun(directory))))
          assert.ok(markdown.includes(`<summary>${title}</summary>`), title);
      });

      it('fit a terminal of 80 letters', () => {
        for (const line of renderReport(directory, 'table').split('\n')) assert.ok(line.length <= 80, line);
      });

      it('state no interval that no process carries', () => {
        for (const { heading, rows } of htmlTables(renderReport(directory, 'html'))) {
          const place = heading.indexOf('level');
          if (place === -1) continue;
          for (const row of rows) {
            assert.notEqual(row[place], '0.0%');
            for (const cell of row) {
              const [, low, high] = /\(?([\d.,]+) to ([\d.,]+)\)?$/.exec(cell) ?? [];
              if (row[place] === 'no interval') assert.equal(low, undefined, row.join());
              else if (low !== undefined) assert.ok(numberOf(low) <= numberOf(high!));
            }
          }
        }
      });

      it('state an interval wherever there is a level', () => {
        for (const { heading, rows } of htmlTables(renderReport(directory, 'html'))) {
          const place = heading.indexOf('level');
          for (const row of rows.filter((one) => place >= 0 && one[place] !== 'no interval')) {
            assert.ok(
              row.some((cell) => / to /.test(cell)),
              row.join(),
            );
          }
        }
      });

      it('give no verdict better than the rows below it', () => {
        const { profiles } = readRecordedRun(directory);
        const markdown = renderReport(directory, 'markdown').replaceAll('\\', '');
        for (const profile of profiles) {
          const verdicts = Object.entries(profile.policies).map(
            ([policy, { phases }]) =>
              `${policy} ${worstVerdict(Object.values(phases).map(({ verdict }) => verdict))}`,
          );
          assert.ok(markdown.includes(`Engine ${profile.engine.name} `));
          assert.ok(markdown.includes(`charges over the corpus ${verdicts.join(', ')};`), verdicts.join());
        }
      });

      it('have one verdict in every form, with what lies below it', () => {
        const line = standingLine(readRecordedRun(directory));
        const [, verdict, sentences] = /^Verdict: (\S+)\. (.*)$/.exec(line)!;
        assert.ok(unwrapped(renderReport(directory, 'table')).includes(line));
        const markdown = renderReport(directory, 'markdown').replaceAll('\\', '');
        assert.ok(markdown.includes(`**Verdict: ${verdict}.** ${sentences}`));
        const html = renderReport(directory, 'html');
        assert.ok(html.includes(`<span class="v ${verdict}">${verdict}</span></b> ${sentences}`));
      });

      it("carry the profiles' warnings", () => {
        const { profiles } = readRecordedRun(directory);
        for (const format of ['markdown', 'html', 'table', 'json'] as const) {
          const report = renderReport(directory, format).replaceAll('\\', '');
          const text = format === 'table' ? unwrapped(report) : report;
          for (const { warnings } of profiles) {
            for (const warning of warnings) assert.ok(text.includes(warning), `${format}: ${warning}`);
          }
        }
      });
    });
  }

  it('a memset swept in a single process has no interval and no level', () => {
    const directory = writeRunFolder(RUNS['too few processes, forced']!);
    try {
      const tables = htmlTables(renderReport(directory, 'html'));
      const [memset] = tables.filter(({ heading }) => heading.includes('farthest point'));
      const [hot] = memset!.rows.filter((row) => row.some((cell) => cell.includes('(hot)')));
      assert.equal(hot![memset!.heading.indexOf('level')], 'no interval');
      assert.match(hot![memset!.heading.indexOf('b, ns/byte')]!, /^[\d.]+$/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('"verdict ok" does not stand above noisy cold starts', () => {
    const directory = writeRunFolder(RUNS['noisy cold starts']!);
    try {
      const markdown = renderReport(directory, 'markdown');
      assert.match(markdown, /charges over the corpus warm ok, cold noisy;/);
      assert.match(markdown, /\| cold \| translate \| .* \| noisy \|/);
      assert.match(markdown, /Profile of embedded: translate \(cold\): The interval is/);
      assert.match(markdown, /\| cold verdict \|/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("several engines' multipliers all stand in the report", () => {
    const directory = writeRunFolder(RUNS['three engines']!);
    try {
      const multipliers = renderReport(directory, 'html')
        .split('<h2>')
        .find((one) => one.startsWith('Recommended'))!;
      assert.equal(htmlTables(multipliers).length, 3);
      for (const engine of ['embedded', 'wasmi', 'v8']) assert.ok(multipliers.includes(`Engine ${engine} `));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the verdict on several numbers', () => {
  it('is the worst of them, and counts each kind', () => {
    assert.deepEqual(standing(['ok', 'ok', 'ok']), { verdict: 'ok', tally: 'all 3 ok' });
    assert.deepEqual(standing(['ok', 'noisy', 'ok']), { verdict: 'noisy', tally: '2 ok, 1 noisy' });
    assert.deepEqual(standing(['noisy', 'insufficient-data']), {
      verdict: 'insufficient-data',
      tally: '1 noisy, 1 insufficient-data',
    });
    assert.equal(standing([]).tally, 'nothing measured');
  });
});

describe('damaged files of a run', () => {
  const cases: [string, string, (text: string) => string, RegExp][] = [
    ['an empty summary', 'summary.csv', () => '', /summary\.csv is empty; write it anew with .*--resume/],
    [
      'a summary torn within a row',
      'summary.csv',
      (text) => text.slice(0, -20),
      /summary\.csv breaks off in line \d+; write it anew/,
    ],
    [
      'a summary torn between rows',
      'summary.csv',
      (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`,
      /summary\.csv has 15 rows of 16; write it anew/,
    ],
    ['a summary of headings only', 'summary.csv', (text) => `${text.split('\n')[0]!}\n`, /has 0 rows of 16/],
    ['an empty run.json', 'run.json', () => '', /run\.json is (not JSON|empty); restore/],
    ['a torn run.json', 'run.json', (text) => text.slice(0, 300), /run\.json is (not JSON|empty); restore/],
    ['a run.json that is a list', 'run.json', () => '[]', /run\.json/],
    ['a torn profile', 'profile.json', (text) => text.slice(0, 300), /profile\.json is not JSON/],
  ];
  for (const [name, file, damage, message] of cases) {
    it(`${name} is told in one line with the mend`, () => {
      const whole = RUNS['one engine']!;
      const directory = writeRunFolder(whole);
      try {
        const text = readText(directory, file);
        writeText(directory, file, damage(text));
        assert.throws(
          () => renderReport(directory, 'table'),
          (error: unknown) =>
            error instanceof RecordedRunError && message.test(error.message) && !error.message.includes('\n'),
        );
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  it('a torn or empty warm-up curve is shown as far as it goes, and said', () => {
    const directory = writeRunFolder(RUNS['one engine']!);
    try {
      writeText(directory, 'warm-up.csv', readText(directory, 'warm-up.csv').slice(0, -5));
      assert.match(
        renderReport(directory, 'table'),
        /warm-up\.csv breaks off after 199 rows; these are shown/,
      );
      writeText(directory, 'warm-up.csv', '');
      assert.match(
        renderReport(directory, 'markdown'),
        /warm-up\.csv is empty: the warm-up curve is not shown/,
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
