import { chartFigure } from '../charts/chart-figure.js';
import { contentTable } from '../content.js';
import { markup } from '../markup.js';
import type { RecordedEstimate, RunRecord, Verdict } from '../recorded-run/index.js';
import { counted, percent, reportTitle, shortEstimate, whatWasMeasured } from '../wording.js';
import { PRICE_QUANTITIES, type PriceQuantity } from '../prices.js';
import { cardTableMarkup } from './card-table.js';
import { STYLE } from './style.js';

/** A price as far as it is known. */
export interface LivePrice {
  /** For example `embedded warm translate`. */
  readonly name: string;
  readonly multiplier: RecordedEstimate;
  /** What multiplier holds: without a price yet, the equal-bytes ratio. */
  readonly quantity: PriceQuantity;
  readonly verdict: Verdict;
}

/** A run while it is measured. */
export interface LiveRun {
  readonly run: RunRecord;
  readonly done: number;
  /** By the calibration's own estimate; undefined before the first process execution, 0 where it takes longer than was thought. */
  readonly secondsLeft: number | undefined;
  /** Since the run wrote its record. */
  readonly silentSeconds: number;
  readonly prices: readonly LivePrice[];
  /** How wide each price's interval was after so many process executions, as a part of it to either side. */
  readonly widths: readonly { readonly name: string; readonly processes: number; readonly width: number }[];
}

/** Half of an interval, as a part of its estimate; undefined without one. */
export function relativeWidth({
  estimate,
  low,
  high,
  confidenceLevel,
}: RecordedEstimate): number | undefined {
  return confidenceLevel > 0 && estimate > 0 ? (high - low) / 2 / estimate : undefined;
}

/** The page on a run that is measured: it fetches {@link livePart} every two seconds; without scripts it loads itself anew. */
export function livePage(live: LiveRun, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<title>${markup(reportTitle(live))}</title>
<link rel="icon" href="data:,">
<style>${STYLE}progress{width:100%;height:1.2rem}</style>
</head>
<body>
<header><h1>${markup(reportTitle(live))}</h1></header>
<main id="live">
${livePart(live)}
</main>
<script nonce="${nonce}">
const main = document.getElementById('live');
const look = async () => {
  try {
    const answer = await fetch('part');
    if (!answer.ok) return;
    main.innerHTML = await answer.text();
    if (main.querySelector('[data-ended]')) return;
  } catch {
    main.querySelector('#state').textContent = 'The run has ended, or nobody serves this page any more.';
    return;
  }
  setTimeout(look, 2000);
};
setTimeout(look, 2000);
</script>
</body>
</html>
`;
}

/** What changes of the page: progress, prices, how their intervals narrow. */
export function livePart(live: LiveRun): string {
  const { run, done, prices, widths } = live;
  const planned = Math.max(run.plan.processes, done);
  const hasEnded = run.state !== 'running';
  const state = hasEnded
    ? `The run has ended: ${run.ended?.sentence ?? run.state}`
    : `${done} of ${counted(planned, 'process execution')}, ${timeLeft(live)}`;
  const width = (one: LivePrice) => relativeWidth(one.multiplier);
  const table = contentTable(prices, [
    { heading: 'price', cell: ({ name }) => name },
    ...PRICE_QUANTITIES.filter((one) => prices.some(({ quantity }) => quantity === one)).map((one) => ({
      heading: one,
      cell: ({ multiplier, quantity }: LivePrice) => (quantity === one ? shortEstimate(multiplier) : '-'),
      numeric: true,
    })),
    {
      heading: 'interval',
      cell: (one) => (width(one) === undefined ? 'none yet' : `+-${percent(width(one)!)}`),
      numeric: true,
    },
    { heading: 'processes', cell: ({ multiplier }) => String(multiplier.processes), numeric: true },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
  return `<p class="faint">${markup(whatWasMeasured({ run }))}</p>
<p id="state" role="status"${hasEnded ? ' data-ended' : ''}>${markup(state)}</p>
<progress aria-label="process executions done" max="${planned}" value="${hasEnded ? planned : done}"></progress>
<h2>So far</h2>
${prices.length === 0 ? '<p>No process execution is complete yet.</p>' : cardTableMarkup(table, 'Prices so far', ['price', 'verdict'])}
${narrowing(widths)}`;
}

/** A run that goes on writes its record at least so often, whatever it does. */
const LONGEST_SILENCE_SECONDS = 180;

function timeLeft({ run, secondsLeft, silentSeconds }: LiveRun): string {
  const last = `last word at ${run.updatedAt.slice(11, 19)} UTC`;
  if (silentSeconds > LONGEST_SILENCE_SECONDS && secondsLeft !== undefined && secondsLeft <= 0)
    return `${last}, ${duration(silentSeconds)} ago: it may have been killed, and goes on with calibrate --resume`;
  if (secondsLeft === undefined) return `time left unknown yet; ${last}`;
  const left = secondsLeft > 0 ? `about ${duration(secondsLeft)} left` : 'to be over any moment';
  return `${isCounting({ run, silentSeconds }) ? 'functions are timed one by one, ' : ''}${left}; ${last}`;
}

/** Between two process executions there is no such pause: a census is taken. */
function isCounting({ run, silentSeconds }: Pick<LiveRun, 'run' | 'silentSeconds'>): boolean {
  return (
    run.options.census === true &&
    silentSeconds > 5 &&
    !run.processes.some(({ state }) => state === 'running')
  );
}

function narrowing(widths: LiveRun['widths']): string {
  const names = [...new Set(widths.map(({ name }) => name))];
  const series = names.map((name) => {
    const points = widths
      .filter((one) => one.name === name)
      .map(({ processes, width }) => ({ x: processes, y: 100 * width }));
    return { name, points, line: points };
  });
  if (!series.some(({ points }) => points.length > 1)) return '';
  return chartFigure({
    title: 'How the intervals narrow',
    caption: 'Half of each interval, in percent of its price, since this page is served.',
    xLabel: 'process executions',
    yLabel: 'percent to either side',
    xScale: 'linear',
    series,
  });
}

function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 100 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
