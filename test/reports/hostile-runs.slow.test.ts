import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordedRunError, renderReport } from '@wasm-dyno/reports';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord, writeRunFolder } from './run-folder.js';

const INJECTION = '<img src=x onerror=alert(1)>';

/** What may have become of a file. */
const FATES: Readonly<Record<string, (path: string) => void>> = {
  'lost its second half': (path) => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
  },
  'lost its last letters': (path) => writeFileSync(path, readFileSync(path).subarray(0, -4)),
  'is empty': (path) => writeFileSync(path, ''),
  'is of zeros, as after a power failure': (path) => writeFileSync(path, Buffer.alloc(4096)),
  'is not text': (path) =>
    writeFileSync(path, Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251))),
  'is null': (path) => writeFileSync(path, 'null'),
  'has a line alone': (path) => writeFileSync(path, `${readFileSync(path, 'utf8').split('\n', 1)[0]}\n`),
  'is a folder': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  'is gone': (path) => rmSync(path),
  'leads to itself': (path) => {
    rmSync(path);
    symlinkSync(path, path);
  },
  'leads nowhere': (path) => {
    rmSync(path);
    symlinkSync(join(path, 'nowhere'), path);
  },
};

describe('a report on a run whose files came to harm', () => {
  let sound: string;
  let directory: string;
  before(() => {
    const rows = inventedRows({ seed: 1, processes: 6, rounds: 1 });
    sound = writeRunFolder({ rows: [...rows, ...inventedSweep(2, 6)] });
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-harmed-'));
    cpSync(sound, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  after(() => rmSync(sound, { recursive: true }));

  /** Either a page without holes, or one line that names a file of the run. */
  function wantsPageOrLine(what: string): 'page' | 'line' {
    let page: string;
    try {
      page = renderReport(directory, 'html');
    } catch (error) {
      assert.ok(error instanceof RecordedRunError, `${what}: ${String(error)}`);
      assert.doesNotMatch(error.message, /\n/, what);
      assert.match(error.message, /\.(json|csv)/, what);
      return 'line';
    }
    const hole = /.{60}(NaN|Infinity|undefined|\[object).{20}/.exec(
      page.replace(/&quot;.*?&quot;/g, ''),
    )?.[0];
    assert.equal(hole, undefined);
    assert.ok(!page.includes(INJECTION), what);
    return 'page';
  }

  for (const [fate, inflict] of Object.entries(FATES)) {
    it(`has a page still, or says in one line which file ${fate}`, () => {
      for (const file of readdirSync(sound)) {
        rmSync(directory, { recursive: true });
        cpSync(sound, directory, { recursive: true });
        inflict(join(directory, file));
        const outcome = wantsPageOrLine(`${file} ${fate}`);
        // It is written as one line.
        if (file === 'run.json' && fate !== 'has a line alone')
          assert.equal(outcome, 'line', `${file} ${fate}`);
      }
    });
  }

  it('has a page still, or names file and column, where cells hold what they should not', () => {
    for (const file of readdirSync(sound).filter((name) => name.endsWith('.csv'))) {
      const [heading, ...lines] = readFileSync(join(sound, file), 'utf8').split('\r\n');
      heading!.split(',').forEach((column, place) => {
        // A name may well be NaN.
        const isName = Number.isNaN(Number(lines[0]!.split(',')[place]));
        const values = isName ? [''] : ['', '0', '1e308', 'NaN'];
        for (const value of [...values, INJECTION]) {
          const changed = lines.map((line, row) => {
            const cells = line.split(',');
            if (row < 3 && cells.length > place) cells[place] = value;
            return cells.join(',');
          });
          writeFileSync(join(directory, file), [heading, ...changed].join('\r\n'));
          wantsPageOrLine(`${file} ${column} ${value}`);
        }
      });
      cpSync(join(sound, file), join(directory, file));
    }
  }).timeout(600_000);

  it('escapes whatever the run calls its things', () => {
    const named = JSON.parse(
      JSON.stringify(runRecord()).replaceAll('"embedded"', JSON.stringify(INJECTION)),
    ) as unknown;
    const cpu = JSON.stringify(named).replaceAll('Example CPU 3000', `CPU ${INJECTION}`);
    writeFileSync(join(directory, 'run.json'), cpu);
    for (const file of readdirSync(sound).filter((name) => /\.(csv|json)$/.test(name) && name !== 'run.json'))
      writeFileSync(
        join(directory, file),
        readFileSync(join(sound, file), 'utf8').replaceAll(/\bembedded\b/g, INJECTION),
      );
    assert.equal(wantsPageOrLine('names'), 'page');
    assert.ok(!renderReport(directory, 'svg').includes(INJECTION), 'svg');
    const markdown = renderReport(directory, 'markdown');
    assert.equal(/.{60}[^\\]<img.{60}/.exec(markdown)?.[0], undefined, markdown.slice(0, 300));
  });
});
