import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import type { ModuleClosureRow } from '@wasm-dyno/reports/recorded-run';
import { shortFigure } from '@wasm-dyno/reports/wording';
import type { RunEstimates } from '../../estimate/index.js';
import { levelOf } from './reweighted-corpora.js';

/** A warm phase of one engine, with the modules that were timed each by itself. */
export interface StudiedPhase {
  readonly name: string;
  readonly modules: readonly ModuleClosureRow[];
}

export function phasesOf(estimates: RunEstimates): StudiedPhase[] {
  return estimates.prices
    .filter(({ temperature }) => temperature === 'warm')
    .map(({ engine, phase, temperature }) => ({
      name: `${engine} ${phase}`,
      modules: estimates.modules.filter(
        (row) => row.engine === engine && row.phase === phase && row.temperature === temperature,
      ),
    }));
}

/** Sum of charges / sum of times over the corpus, each module by its own and by the others' prices. */
export function closure({ name, modules }: StudiedPhase): string {
  if (modules.length === 0) return `${name}: no module was timed by itself`;
  const sorted = [...modules].sort((a, b) => a.closure - b.closure);
  const table = alignedTable({
    heading: ['module', 'bytes', 'ns/byte', 'charge/time', 'interval', 'by the others'],
    rows: sorted.map(
      ({ closure: own, closureLeftOut, corpusBytes, high, low, module, nanosecondsPerByte }) => [
        module,
        String(corpusBytes),
        shortFigure(nanosecondsPerByte),
        own.toFixed(2),
        `${low.toFixed(2)} - ${high.toFixed(2)}`,
        closureLeftOut?.toFixed(2) ?? '',
      ],
    ),
    numeric: [1, 2, 3, 4, 5],
  });
  return `${name}: ${closureLine(sorted)}\n${table}`;
}

/** @param sorted by closure, ascending */
function closureLine(sorted: readonly ModuleClosureRow[]): string {
  const whole = 1 / levelOf(sorted, ({ corpusBytes }) => corpusBytes);
  const leftOut = sorted.flatMap(({ closureLeftOut }) => closureLeftOut ?? []);
  const [worst, best] = [sorted[0]!, sorted.at(-1)!];
  const ends = `worst ${worst.module} ${worst.closure.toFixed(2)}, best paid ${best.module} ${best.closure.toFixed(2)}`;
  const others =
    leftOut.length === 0
      ? ''
      : `; left out in turn ${Math.min(...leftOut).toFixed(2)} to ${Math.max(...leftOut).toFixed(2)}`;
  return `sum of charges / sum of times ${whole.toFixed(3)}; ${ends}${others}`;
}
