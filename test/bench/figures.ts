// npm run bench:figures -- BENCH.json: the pictures of docs/performance.md, out of what `npm run bench -- ... --json BENCH.json` wrote.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { standaloneChart, type ChartSeries } from '@wasm-dyno/reports';

import { timesOfV8, type ExecuteRecord } from './execute/execute-suite.js';
import { KERNELS } from './execute/kernels.js';
import { GROWTH_PHASES } from './growth/growth-request.js';
import type { GrowthRecord } from './growth/growth-suite.js';
import { machineText, type BenchMachine } from './machine.js';

interface Bench {
  readonly machine: BenchMachine;
  readonly suites: {
    readonly growth?: { readonly records: readonly GrowthRecord[] };
    readonly distribution?: { readonly records: readonly ExecuteRecord[] };
  };
}

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('bench:figures: name the file that npm run bench -- --json wrote\n');
  process.exit(2);
}
const bench = JSON.parse(readFileSync(path, 'utf8')) as Bench;
const caption = machineText(bench.machine).replaceAll('\n', '; ');

function write(name: string, svg: string): void {
  const file = fileURLToPath(new URL(`../../docs/images/${name}.svg`, import.meta.url));
  writeFileSync(file, svg);
  process.stdout.write(`docs/images/${name}.svg\n`);
}

const { growth, distribution } = bench.suites;
if (growth !== undefined) {
  const families = [...new Set(growth.records.map(({ family }) => family))];
  for (const phase of GROWTH_PHASES) {
    const series = families.map((name): ChartSeries => {
      const runs = growth.records.filter(({ family }) => family === name);
      const points = runs[0]!.points.map(({ moduleBytes }, place) => {
        const times = runs.map(({ points: of }) => of[place]!.nanoseconds[phase]);
        return { x: moduleBytes, y: Math.max(1, Math.min(...times)) };
      });
      return { name, points, line: points };
    });
    write(
      `growth-${phase}`,
      standaloneChart({
        title: `${phase}: nanoseconds of processor time against module bytes, both logarithmic: a straight line of slope 1 is linear growth. ${caption}`,
        caption,
        xLabel: 'module bytes',
        yLabel: 'nanoseconds',
        series,
      }),
    );
  }
}
if (distribution !== undefined) {
  const coremark = KERNELS.find(({ group }) => group === 'CoreMark')!;
  const ratios = timesOfV8(distribution.records, coremark.name, 'embedded').sort((a, b) => a - b);
  write(
    'coremark-distribution',
    standaloneChart({
      title: `CoreMark with metering, ${ratios.length} fresh processes in ascending order: time / V8's time. ${caption}`,
      caption,
      xLabel: 'process',
      yLabel: "time / V8's time",
      categories: ratios.map((_, place) => String(place + 1)),
      series: [{ name: 'interpreter', points: ratios.map((y, x) => ({ x, y })) }],
      levels: [
        { y: 30, label: 'median wanted: 30' },
        { y: 40, label: 'slowest wanted: 40' },
      ],
    }),
  );
}
