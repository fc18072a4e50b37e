import type { Chart, ChartPoint } from './chart.js';
import { chartFigure } from './chart-figure.js';
import { comparisonChart } from './comparison-content.js';
import type { ContentBlock, ContentTable } from './content.js';
import { markup } from './markup.js';
import {
  SIZE_CLASS_NAMES,
  type BaselineRecord,
  type RecordedRun,
  type SummaryRow,
} from './recorded-run/index.js';
import { reportSections, reportTitle } from './report-content.js';
import { baselineName } from './wording.js';

/** A run as one HTML page that needs nothing else: styles and charts are inside, there is no script. */
export function htmlReport(recorded: RecordedRun): string {
  const title = markup(reportTitle(recorded));
  const charts = runCharts(recorded).map(chartFigure);
  const sections = reportSections(recorded).map(
    ({ title: heading, blocks }) =>
      `<section><h2>${markup(heading)}</h2>${blocks.map(block).join('')}</section>`,
  );
  const [run, multipliers, ...rest] = sections;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${[run, multipliers, ...charts, ...rest].filter((part) => part).join('\n')}
</body>
</html>
`;
}

/**
 * Every chart of a run, the one that says most first: of several engines the comparison, of one the ratio by size class
 * against the default baseline.
 */
export function runCharts(recorded: RecordedRun): Chart[] {
  const comparison = recorded.run.engines.length < 2 ? [] : [comparisonChart(recorded)];
  return [...comparison, ...ratioCharts(recorded), ...memsetCharts(recorded), ...warmUpCharts(recorded)];
}

/** Ratio by size class, a series per phase, a chart for each engine, temperature and memset. */
function ratioCharts({ run, summary }: RecordedRun): Chart[] {
  const groups = new Map<string, SummaryRow[]>();
  for (const row of summary) {
    const key = `${row.engine}, ${row.temperature}, against ${baselineName(row)}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, rows]) => ({
    title: `Ratio by function size: ${key}`,
    caption: `Medians over processes with their intervals. Machine: ${run.machine.cpuModel}, ${run.machine.id}.`,
    xLabel: 'function body, bytes',
    yLabel: 'time / memset time',
    categories: SIZE_CLASS_NAMES,
    series: [...new Set(rows.map(({ phase }) => phase))].map((phase) => ({
      name: phase,
      points: rows
        .filter((row) => row.phase === phase)
        .map((row): ChartPoint => ({
          x: SIZE_CLASS_NAMES.indexOf(row.sizeClass),
          y: row.ratio,
          low: row.low,
          high: row.high,
        })),
    })),
  }));
}

/** The memset's time against its size, with the fit, a chart for each engine and kernel. */
function memsetCharts({ run, fits }: RecordedRun): Chart[] {
  const groups = new Map<string, BaselineRecord[]>();
  for (const baseline of fits?.baselines ?? []) {
    const key = `${baseline.engine}, ${baseline.kernel}`;
    groups.set(key, [...(groups.get(key) ?? []), baseline]);
  }
  return [...groups].map(([key, baselines]) => ({
    title: `Time of a memset by its size: ${key}`,
    caption: `Points: medians over processes with intervals. Lines: a + b x n between knees. Machine: ${run.machine.cpuModel}, ${run.machine.id}.`,
    xLabel: 'bytes',
    yLabel: 'nanoseconds',
    series: baselines.map((baseline) => ({
      name: baseline.regime,
      line: fittedCurve(baseline),
      points: baseline.points.map(({ bytes, nanoseconds }) => ({
        x: bytes,
        y: nanoseconds.estimate,
        low: nanoseconds.low,
        high: nanoseconds.high,
      })),
    })),
  }));
}

function fittedCurve({ points, segments }: BaselineRecord): ChartPoint[] {
  const last = points.at(-1)?.bytes ?? 0;
  return segments.flatMap(({ fromBytes, toBytes, interceptNanoseconds, nanosecondsPerByte }) => {
    const end = Math.min(toBytes ?? last, last);
    const steps = 12;
    return Array.from({ length: steps + 1 }, (_, step) => {
      const x = fromBytes * (end / fromBytes) ** (step / steps);
      return { x, y: interceptNanoseconds.estimate + nanosecondsPerByte.estimate * x };
    });
  });
}

/** Time of the n-th call in a fresh process, a series per phase, medians over processes and arms of the time per byte. */
function warmUpCharts({ run, warmUp }: RecordedRun): Chart[] {
  return [...new Set(warmUp.map(({ engine }) => engine))].map((engine) => {
    const calls = warmUp.filter((call) => call.engine === engine && call.bytes > 0);
    return {
      title: `Warming up: ${engine}`,
      caption: `Each of the first calls timed by itself; medians over processes, calls counted from 1. Machine: ${run.machine.cpuModel}, ${run.machine.id}.`,
      xLabel: 'call',
      yLabel: 'nanoseconds per byte',
      series: [...new Set(calls.map(({ phase }) => phase))].map((phase) => {
        const byBucket = new Map<number, number[]>();
        for (const { call, nanoseconds, bytes } of calls.filter((one) => one.phase === phase)) {
          // Buckets of equal width on the logarithmic axis, twelve to a factor of ten.
          const bucket = call < 12 ? call + 1 : 10 ** (Math.round(12 * Math.log10(call + 1)) / 12);
          byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), nanoseconds / bytes]);
        }
        const points = [...byBucket]
          .sort(([a], [b]) => a - b)
          .map(([x, values]) => ({ x, y: values.sort((a, b) => a - b)[values.length >> 1]! }));
        return { name: phase, points, line: points };
      }),
    };
  });
}

function block(content: ContentBlock): string {
  switch (content.kind) {
    case 'paragraph':
      return `<p>${markup(content.text)}</p>`;
    case 'list':
      return `<ul>${content.items.map((item) => `<li>${markup(item)}</li>`).join('')}</ul>`;
    case 'table':
      return table(content.table);
  }
}

function table({ heading, rows, numeric }: ContentTable): string {
  const cell = (tag: 'td' | 'th') => (text: string, column: number) =>
    `<${tag}${numeric.includes(column) ? ' class="number"' : ''}>${markup(text)}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<div class="wide"><table><thead><tr>${heading.map(cell('th')).join('')}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1a1a1a;--faint:#d8d8d8;--paper:#fff;--s0:#0060a8;--s1:#b34700;--s2:#1e7a34;--s3:#8a2b8f;--s4:#8a6d00;--s5:#a3123a}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--faint:#444;--paper:#161616;--s0:#6cb6ff;--s1:#ffa666;--s2:#74d68c;--s3:#dd9be2;--s4:#e0c35a;--s5:#ff8aa8}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem}
th,td{text-align:left;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--faint);vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:2rem 0}figure svg{width:100%;height:auto}figcaption{font-size:.88rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;font-size:.88rem}.legend svg{width:18px}
svg text{font-size:12px;fill:var(--ink)}.grid{stroke:var(--faint)}.level{stroke:var(--ink);stroke-dasharray:5 4}.line{fill:none;stroke-width:1.5}.bar{fill:none;stroke-width:1.3}
${[0, 1, 2, 3, 4, 5].map((s) => `.s${s} .line,.s${s} .bar{stroke:var(--s${s})}.s${s} .mark{fill:var(--s${s})}`).join('\n')}
`;
