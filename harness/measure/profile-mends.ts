import type { RunRecord } from '@wasm-dyno/reports/recorded-run';
import { counted, percent } from '@wasm-dyno/reports/wording';
import type { RatioEstimate } from '../estimate/index.js';
import { EFFORTS, type EffortName } from '../schedule/effort.js';
import { targetNames } from '../targets/registry.js';

/** Something that helps where a run has too little for a profile. */
export interface ProfileMend {
  /** What it helps against; `force` helps against nothing. */
  readonly against: 'time-ended' | 'disturbed' | 'wide-interval' | 'force';
  /** For people. */
  readonly advice: string;
  /** What to type, word by word; absent where the machine is what is to be mended. */
  readonly command?: readonly string[];
}

/** From this part of the pairs on, others are a cause that is worth naming. */
const DISTURBED_SHARE = 0.2;

/**
 * What helps a run whose engine has no profile, by what it lacks: time, quiet, or process executions. What was left out is gone on with by a
 * decision on time: which process executions these are was drawn before the first one.
 *
 * @param ratios the engine's
 * @param canBeForced whether there are numbers to write by force
 */
export function profileMends(
  { path, record }: { readonly path: string; readonly record: Pick<RunRecord, 'ended' | 'options'> },
  ratios: readonly Pick<RatioEstimate, 'disturbedShare' | 'sizeClass' | 'temperature'>[],
  canBeForced: boolean,
): ProfileMend[] {
  const { ended, options } = record;
  const resume = ['wasm-dyno', 'calibrate', '--resume', path, ...programs(options.engines)];
  const leftOut = ended?.leftOut ?? 0;
  const charged = ratios.filter((one) => one.temperature === 'warm' && one.sizeClass === 'all');
  const disturbed = Math.max(0, ...charged.map(({ disturbedShare }) => disturbedShare));
  const mends: ProfileMend[] = [];
  if (leftOut > 0) {
    const what = `${counted(leftOut, 'process execution')} ${leftOut === 1 ? 'was' : 'were'} left out`;
    mends.push({
      against: 'time-ended',
      advice: `The time ended before the plan: ${what}. The same run goes on with them, now or at a quieter time, for as long again:`,
      command: resume,
    });
  }
  if (disturbed > DISTURBED_SHARE) {
    mends.push({
      against: 'disturbed',
      advice: `Others took cores, caches or memory in ${percent(disturbed)} of the pairs. Use a quieter machine, or time: end what else runs, or wait. Neighbours of a virtual machine that take memory's bandwidth are in no load.`,
    });
  }
  if (options.effort !== 'thorough') {
    // Smoke measures next to nothing: any other effort tells more.
    const more = options.effort === 'smoke' ? EFFORTS.standard : EFFORTS.thorough;
    const now = EFFORTS[options.effort as EffortName];
    const minutes = Math.round(more.budgetSeconds / 60);
    mends.push({
      against: 'wide-interval',
      advice: `Intervals narrow with more process executions: in ${minutes} minutes an engine a new run has up to ${more.processes} warm ones (${options.effort}: ${now.processes}):`,
      command: again(options, more.name),
    });
  }
  if (canBeForced) {
    mends.push({
      against: 'force',
      advice:
        'These numbers can be written all the same: the profile says that it was forced, `strict` refuses it, and charges are as uncertain as the intervals are wide:',
      command: [...resume, '--force'],
    });
  }
  return mends;
}

/** Programs that a run starts on its user's word alone are named again. */
function programs(engines: readonly string[]): string[] {
  return engines.filter((text) => !targetNames().includes(text)).flatMap((text) => ['--engine', text]);
}

/** A new run of more effort with what this one was asked for. */
function again({ corpora, engines, modules }: RunRecord['options'], effort: EffortName): string[] {
  const named = engines.length === 1 && engines[0] === 'embedded' ? [] : engines;
  const chosen = modules.length > 0 || corpora.join() !== 'generated,real' ? corpora : [];
  return [
    ...['wasm-dyno', 'calibrate', '--effort', effort],
    ...named.flatMap((text) => ['--engine', text]),
    ...chosen.flatMap((text) => ['--corpus', text]),
    ...modules,
  ];
}
