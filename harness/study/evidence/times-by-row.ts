import type { ModuleClosureRow } from '@wasm-dyno/reports/recorded-run';
import { counted, percent, shortFigure } from '@wasm-dyno/reports/wording';
import type { RunEstimates } from '../../estimate/index.js';

/** One phase has one time per byte, whatever memset stands beside it; parsing has its prices on small modules and on large ones. */
export function timesByRow(estimates: RunEstimates): string[] {
  const all = estimates.ratios.filter(
    ({ sizeClass, temperature }) => sizeClass === 'all' && temperature === 'warm',
  );
  const phases = [...new Set(all.map(({ engine, phase }) => `${engine} ${phase}`))];
  const times = phases.map((name) => {
    const rows = all.filter(({ engine, phase }) => `${engine} ${phase}` === name);
    const perByte = rows.map(({ phaseNanosecondsPerByte }) => phaseNanosecondsPerByte);
    const spread = percent(Math.max(...perByte) / Math.min(...perByte) - 1);
    return `${name}: ${shortFigure(perByte[0]!)} ns a byte, max/min over ${counted(rows.length, 'row')} ${spread}`;
  });
  return [...times, ...parseBySize(estimates.modules)];
}

function parseBySize(modules: readonly ModuleClosureRow[]): string[] {
  const parsed = modules.filter(({ phase, temperature }) => phase === 'parse' && temperature === 'warm');
  const bySize = parsed.sort((a, b) => a.bytes - b.bytes);
  const [smallest, largest] = [bySize[0], bySize.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return [];
  const told = ({ bytes, closure, module }: ModuleClosureRow): string =>
    `${closure.toFixed(2)} of ${module} (${shortFigure(bytes)} bytes)`;
  return [`${smallest.engine} parse, charge / time: ${told(smallest)}, ${told(largest)}`];
}
