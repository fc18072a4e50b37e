import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProfileError } from '@wasm-dyno/engine';
import {
  compareSources,
  comparisonRecord,
  IncomparableError,
  Random,
  readPricedSource,
  readRun,
} from 'wasm-dyno';
import {
  RecordedRunError,
  renderComparison,
  renderRun,
  REPORT_FORMATS,
  RUN_TABLE_NAMES,
  runTableParquet,
} from '@wasm-dyno/reports';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

const INJECTION = '<img src=x onerror=alert(1)>';
const NUMBERS = [
  'NaN',
  '1e308',
  '-1e308',
  '-1',
  '0',
  '1e-320',
  '9007199254740993',
  '',
  'Infinity',
  '0x10',
  '1,5',
];
const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, 2 ** 60, '', INJECTION, 'x'.repeat(5000), [], {}, [[]], '__proto__'],
  ...['2026-13-45T99:99:99Z', '\u0000', '\u202e', 'a\r\nb'],
];

/** What may become of a file's text. */
type Harm = (text: string, random: Random) => string;

const below = (random: Random, end: number): number => Math.floor(random.uniform() * end);
const one = <T>(random: Random, of: readonly T[]): T => of[below(random, of.length)]!;

const ANY: Readonly<Record<string, Harm>> = {
  truncated: (text, random) => text.slice(0, below(random, text.length)),
  flipped: (text, random) => {
    const bytes = Buffer.from(text);
    for (let n = 1 + below(random, 8); n > 0; n--)
      bytes[below(random, bytes.length)]! ^= 1 << below(random, 8);
    return bytes.toString('utf8');
  },
  doubled: (text) => text + text,
};

const cells = (line: string): string[] => line.split(',');
const swapped = <T>(list: readonly T[], a: number, b: number): T[] => {
  const copy = [...list];
  [copy[a], copy[b]] = [copy[b]!, copy[a]!];
  return copy;
};

function inCsv(
  change: (heading: string[], lines: string[], random: Random) => readonly [string[], string[]],
): Harm {
  return (text, random) => {
    const [heading = '', ...lines] = text.split('\r\n');
    const [head, rest] = change(cells(heading), lines, random);
    return [head.join(','), ...rest].join('\r\n');
  };
}

const CSV: Readonly<Record<string, Harm>> = {
  ...ANY,
  'with two columns swapped in its heading': inCsv((heading, lines, random) => [
    swapped(heading, below(random, heading.length), below(random, heading.length)),
    lines,
  ]),
  'with a doubled column name': inCsv((heading, lines, random) => {
    const [from, to] = [below(random, heading.length), below(random, heading.length)];
    return [heading.map((name, i) => (i === to ? heading[from]! : name)), lines];
  }),
  'without some of its lines': inCsv((heading, lines, random) => [
    heading,
    lines.filter(() => random.uniform() < 0.5),
  ]),
  'with lines in another order, some doubled': inCsv((heading, lines, random) => [
    heading,
    [...lines.slice(0, -1).map(() => one(random, lines.slice(0, -1))), ''],
  ]),
  'with other cells': inCsv((heading, lines, random) => {
    const column = below(random, heading.length);
    // A name may well be NaN.
    const isName = Number.isNaN(Number(cells(lines[0] ?? '')[column]));
    const value = one(random, [...(isName ? [''] : NUMBERS), INJECTION, '"', '=1+1', "'"]);
    const share = random.uniform();
    return [
      heading,
      lines.map((line) => {
        if (line === '' || random.uniform() > share) return line;
        return cells(line)
          .map((cell, i) => (i === column ? value : cell))
          .join(',');
      }),
    ];
  }),
};

function places(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

const inJson =
  (change: (holder: Record<string, unknown>, key: string, random: Random) => void): Harm =>
  (text, random) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    const path = one(random, places(value).slice(1));
    let holder = value;
    for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
    change(holder, String(path.at(-1)), random);
    return JSON.stringify(value);
  };

const JSON_HARMS: Readonly<Record<string, Harm>> = {
  ...ANY,
  'with another value': inJson((holder, key, random) => {
    holder[key] = one(random, VALUES);
  }),
  'with a number of another size': inJson((holder, key, random) => {
    const number = Number(holder[key]);
    if (Number.isFinite(number)) holder[key] = number * one(random, [0, -1, 1e-300, 1e9, 1e300]);
  }),
  'without a field': inJson((holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  }),
};

describe('a report on files that were changed at random', () => {
  const sound = new Map<string, string>();
  before(() => {
    const rows = [...inventedRows({ seed: 1, processes: 6, rounds: 1 }), ...inventedSweep(2, 6)];
    const directory = writeRunFolder({ rows });
    for (const file of [
      'run.json',
      'measurements.csv',
      'summary.csv',
      'modules.csv',
      'fits.json',
      'warm-up.csv',
      'profile.json',
      'verification.json',
    ])
      sound.set(file, readFileSync(join(directory, file), 'utf8'));
    rmSync(directory, { recursive: true });
    const processes = [...new Set(rows.map(({ process }) => process))].map((process) => ({
      ...{
        process,
        slot: process,
        engine: 'embedded',
        kind: process < 1000 ? ('warm' as const) : ('sweep' as const),
      },
      ...{ state: 'complete' as const, startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 1 },
      ...{ waitedSeconds: 0, stealShare: null, othersBusyCores: null, failure: null },
      rows: rows.filter((row) => row.process === process).length,
    }));
    sound.set('run.json', JSON.stringify({ ...runRecord(), processes }));
  });

  /** Reports, or one line for people; never anything else. */
  function wantsReportOrLine(directory: string, what: string): void {
    const foreseen = (attempt: () => void): void => {
      try {
        attempt();
      } catch (error) {
        const known = [RecordedRunError, IncomparableError, ProfileError];
        if (!known.some((kind) => error instanceof kind)) throw new Error(what, { cause: error });
        assert.doesNotMatch((error as Error).message, /\n/, what);
      }
    };
    foreseen(() => {
      const run = readRun(directory);
      for (const format of REPORT_FORMATS)
        foreseen(() => {
          const report = renderRun(run, format);
          if (format === 'html' || format === 'svg')
            assert.ok(!report.includes(INJECTION), `${what}: ${format}`);
          if (format === 'csv' || format === 'json') return;
          // Names and quotations may hold any word.
          const hole = /.{60}\b(NaN|Infinity|undefined|\[object)\b.{20}/.exec(
            report.replace(/&quot;.*?&quot;/g, ''),
          );
          assert.equal(hole?.[0], undefined, `${what}: ${format}`);
        });
      for (const table of RUN_TABLE_NAMES) foreseen(() => void runTableParquet(run, table));
    });
    foreseen(() => {
      const sources = [directory, directory].map(readPricedSource);
      renderComparison(comparisonRecord(compareSources(sources), sources), 'html');
    });
  }

  for (const state of ['finished', 'interrupted'] as const) {
    for (let seed = 1; seed <= 5; seed++) {
      it(`is a report or a line: ${state}, seed ${seed}`, () => {
        const random = new Random(seed);
        const directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-fuzzed-'));
        try {
          for (let round = 0; round < 6; round++) {
            for (const [file, text] of sound) writeFileSync(join(directory, file), text);
            const run = { ...(JSON.parse(sound.get('run.json')!) as object), state };
            writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
            const file = one(random, [...sound.keys()]);
            const [harm, inflict] = one(random, Object.entries(file.endsWith('.csv') ? CSV : JSON_HARMS));
            const text = readFileSync(join(directory, file), 'utf8');
            writeFileSync(join(directory, file), inflict(text, random));
            wantsReportOrLine(directory, `${state}, seed ${seed}, round ${round}: ${file} ${harm}`);
          }
        } finally {
          rmSync(directory, { recursive: true });
        }
      }).timeout(300_000);
    }
  }
});
