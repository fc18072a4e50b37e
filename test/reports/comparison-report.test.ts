import assert from 'node:assert/strict';
import { renderComparison, type ComparisonRecord, type ComparisonSource } from '@wasm-dyno/reports';
import { compareSources, comparisonRecord, type PricedSource } from 'wasm-dyno';

interface Example {
  readonly path?: string;
  readonly createdAt?: string;
  readonly machine?: Partial<ComparisonSource['machine']>;
  readonly engine?: string;
  /** Price by name, each with an interval of so much to either side. */
  readonly prices?: Readonly<Record<string, number>>;
  readonly width?: number;
  readonly confidenceLevel?: number;
}

const MACHINE = {
  id: '0123456789abcdef',
  cpuModel: 'Example(R) Chip CPU @ 3.00GHz',
  logicalCores: 2,
  nodeVersion: '20.20.2',
};

function source({
  path = '/data/runs/a',
  createdAt = '2026-11-22T10:00:00.000Z',
  machine = {},
  engine = 'embedded 0.1.0 --expose-gc',
  prices = { 'warm validate': 100, 'warm translate': 200 },
  width = 0.01,
  confidenceLevel = 0.96,
}: Example = {}): PricedSource {
  return {
    ...{ path, form: 'run', createdAt, machine: { ...MACHINE, ...machine }, engines: [engine] },
    prices: Object.entries(prices).map(([name, estimate]) => ({
      ...{ engine: 'embedded', name, unit: 'x memset', estimate, confidenceLevel, processes: 20 },
      ...{ low: estimate * (1 - width), high: estimate * (1 + width) },
    })) as unknown as PricedSource['prices'],
    systematicFloor: 0.03,
    conditions: {},
    circumstances: {},
  };
}

function compared(...examples: readonly Example[]): ComparisonRecord {
  const sources = examples.map(source);
  return comparisonRecord(compareSources(sources), sources);
}

const LATER = { path: '/data/runs/b', createdAt: '2026-11-29T10:00:00.000Z' };
const html = (record: ComparisonRecord) => renderComparison(record, 'html');
/** The page until its first section. */
const firstScreen = (record: ComparisonRecord) => html(record).split('<details class="section"')[0]!;
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

describe('the report on two runs', () => {
  it('answers first whether anything has changed since the first of them', () => {
    const cases: [Example, RegExp][] = [
      [{}, /Has it changed since 2026-11-22 10:00\? No: all 2 prices are the same within 10%\./],
      [
        { prices: { 'warm validate': 100, 'warm translate': 250 } },
        /\? Yes: 1 of 2 prices slower \(warm translate \+25\.0%\); 1 the same within 10%\./,
      ],
      [
        { prices: { 'warm validate': 80, 'warm translate': 250 } },
        /\? Yes: 1 of 2 prices slower \(warm translate \+25\.0%\); 1 of 2 prices faster \(warm validate -20\.0%\)\./,
      ],
      [
        { width: 0.2 },
        /\? Not that it shows: no price is slower or faster, but the data do not tell of 2 of 2 prices\./,
      ],
    ];
    for (const [after, answer] of cases) {
      const record = compared({}, { ...LATER, ...after });
      assert.match(firstScreen(record), answer);
      assert.match(unwrapped(renderComparison(record, 'table').split('\n\n')[0]!), answer);
      assert.match(renderComparison(record, 'markdown').replaceAll('\\', ''), answer);
    }
  });

  it('asks what another machine, or an earlier run, can be asked', () => {
    const chip = compared({}, { ...LATER, machine: { id: 'fedcba9876543210' } });
    assert.match(
      firstScreen(chip),
      /Does Example Chip fedcba98, 2026-11-29 10:00 differ from Example Chip 01234567, 2026-11-22 10:00\? No: all 2 prices/,
    );
    assert.match(firstScreen(compared(LATER, {})), /Does 2026-11-22 10:00 differ from 2026-11-29 10:00\? No/);
  });

  it('makes no markup of what machines, engines and paths are called, and no page of numbers that are none', () => {
    const evil = '<img src=x onerror=alert(1)>"\'|\n`';
    const named = { path: `/x/${evil}`, engine: `${evil} 1`, machine: { id: evil, cpuModel: evil } };
    const odd = { 'warm validate': 0, 'warm translate': Number.MAX_VALUE, 'cold parse': 1e-320 };
    for (const examples of [
      [named, { ...named, ...LATER }],
      [named, { ...named, path: 'y' }, { ...named, prices: odd }],
      [{ prices: odd }, { prices: odd }, { prices: odd }],
    ])
      for (const format of ['html', 'svg', 'markdown', 'table'] as const) {
        const text = renderComparison(compared(...examples), format);
        // A terminal has no markup, and Markdown's is escaped.
        assert.doesNotMatch(text, format === 'table' ? /undefined/ : /(?<!\\)<img|undefined/);
        if (format === 'html') assert.doesNotMatch(text, />NaN|"NaN|Infinity/);
      }
  });

  it('says why a price is unsure: what its interval leaves open, or that processes are too few', () => {
    const wide = compared({}, { ...LATER, width: 0.2 });
    const open =
      /Unsure, because the interval holds no change, and one of more than 10% too: warm validate \(-[\d.]+% to \+[\d.]+%\), warm translate/;
    assert.match(firstScreen(wide), open);
    assert.match(unwrapped(renderComparison(wide, 'table')), open);
    assert.match(renderComparison(wide, 'markdown').replaceAll('\\', ''), open);
    assert.match(
      firstScreen(compared({}, { ...LATER, confidenceLevel: 0 })),
      /Unsure, because 20 and 20 process executions are too few for an interval of 90%: warm validate \(no interval\)/,
    );
    assert.match(
      firstScreen(compared({}, { ...LATER, prices: { 'warm validate': 108 }, width: 0.04 })),
      /Unsure, because the change may be smaller than the 4\.2% that no interval sees, or larger than the 10% that matter: warm validate/,
    );
    assert.doesNotMatch(firstScreen(compared({}, LATER)), /Unsure/);
  });

  it('tells of what is the same only the warm phases, where first calls are not told to be', () => {
    const sources = [source(), source(LATER)].map((one) => ({
      ...one,
      prices: (['warm', 'cold'] as const).map((policy) => ({
        ...one.prices[0]!,
        ...{ name: `${policy} validate corpus`, of: 'corpus', policy },
        ...(policy === 'cold' ? { low: 70, high: 130 } : {}),
      })),
    })) as unknown as PricedSource[];
    assert.match(
      firstScreen(comparisonRecord(compareSources(sources), sources)),
      /No: what the corpus costs is the same within 10%, in every warm phase; of 2 prices 1 is not told to be by itself\./,
    );
  });

  it('calls sources by machine and date, and their paths stand among the sources', () => {
    const page = html(compared({}, LATER));
    assert.match(page, /<h1>Has compiling WebAssembly become dearer\?<\/h1>/);
    assert.match(
      page,
      /<p>before: run of 2026-11-22 10:00 · after: run of 2026-11-29 10:00 · embedded 0\.1\.0 --expose-gc · Example/,
    );
    assert.match(page, /<td>2026-11-29 10:00<\/td><td>\/data\/runs\/b<\/td><td>run<\/td>/);
    const others = html(
      compared({}, { ...LATER, machine: { id: 'fedcba9876543210' }, engine: 'embedded 0.2.0' }),
    );
    assert.match(others, /after: run of Example Chip fedcba98, 2026-11-29 10:00, embedded 0\.2\.0 · /);
  });

  it('tells sources of one date apart by what their paths do not share, and those of one path by number', () => {
    const sameDate = html(compared({ path: '/data/a/profile.json' }, { path: '/data/b/profile.json' }));
    assert.match(sameDate, /since 2026-11-22 10:00, a\?/);
    assert.match(html(compared({}, {})), /since 2026-11-22 10:00 \(1\)\?/);
  });

  it('draws each change with its interval', () => {
    const svg = renderComparison(compared({}, LATER), 'svg');
    assert.match(svg, /What became of each price/);
    assert.match(
      firstScreen(compared({}, LATER)),
      /<svg class="chart"[^>]*aria-label="What became of each price:/,
    );
  });
});

describe('the report on a fleet', () => {
  const machine = (index: number, cpuModel: string) => ({ id: `${index}`.repeat(16), cpuModel });
  const fleet: Example[] = [
    { machine: machine(1, 'Chip A'), path: '/f/1' },
    { machine: machine(2, 'Chip A'), path: '/f/2' },
    { machine: machine(3, 'Chip B'), path: '/f/3', prices: { 'warm validate': 100, 'warm translate': 320 } },
    {
      machine: machine(4, 'Chip C'),
      path: '/f/4',
      prices: { 'warm validate': 101, 'warm translate': 203, 'cold parse': 9 },
    },
  ];

  it('has machines as rows, says which has what others lack, and names outliers and why', () => {
    const record = compared(...fleet);
    const page = firstScreen(record);
    assert.match(
      page,
      /Do they agree\? Not all: of 4 runs or profiles of 4 machines 1 has 1 price far from the others&#39;: Chip B, 2026-11-22 10:00 \(warm translate 1\.59 times the median\)\./,
    );
    assert.match(page, /Chip A 11111111, 2026-11-22 10:00/);
    assert.match(
      page,
      /Chip B, 2026-11-22 10:00: embedded warm translate is 1\.59 times the median of all, more than 1\.1 to either side \([^)]*\), and its whole interval, 1\.57 to 1\.6, lies on that side\./,
    );
    assert.match(page, /\/f\/4 alone has, of 4: embedded cold parse\./);
    assert.equal(record.outliers[0]!.because, 'matters');
    assert.equal(page.match(/<tr role="row">/g)!.length, 5);
  });

  it('tells by the fewer: one that lacks what all others have', () => {
    const all = fleet.map((one) => ({ ...one, prices: { 'warm validate': 100, 'warm translate': 200 } }));
    const record = compared(...all.slice(0, 3), { ...all[3]!, prices: { 'warm validate': 100 } });
    assert.deepEqual(record.notices, ['/f/4 lacks what the other 3 have: embedded warm translate.']);
    assert.match(firstScreen(record), /Do they agree\? Yes: of 4 runs or profiles of 4 machines none/);
  });

  it('is drawn with a row for each of a handful, and for the furthest of hundreds', () => {
    assert.match(renderComparison(compared(...fleet), 'svg'), /Every machine beside the median of all/);
    const many = Array.from({ length: 200 }, (_, i) => ({
      ...fleet[0]!,
      path: `/f/${i}`,
      machine: machine(1, `Chip ${i}`),
    }));
    assert.match(firstScreen(compared(...many)), /The 24 furthest of 200\./);
  });
});
