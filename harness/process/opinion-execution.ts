import type { Random } from '@wasm-dyno/corpora/random';
import type { SecondOpinion } from '@wasm-dyno/reports/recorded-run';
import { memsetArmName, type PairedArms } from '../schedule/arm-plan.js';
import { mean, median } from '../statistics/index.js';
import { callsFor } from './block.js';
import type { Session } from './session.js';

/** Long enough for the other instrument's own loops, short enough that the machine is the same for both. */
const SLICE_MILLISECONDS = 10;
const SLICE_NANOSECONDS = SLICE_MILLISECONDS * 1e6;
/** Each is ours, theirs, theirs, ours: a drift of the machine meets both alike. */
const REPETITIONS = 2;
const PATIENCE_MILLISECONDS = 60_000;

/** Who measures, in the order of a repetition. */
const ABBA = ['ours', 'theirs', 'theirs', 'ours'] as const;

/** Nanoseconds per call, slice by slice. */
interface Slices {
  readonly ours: number[];
  readonly theirs: number[];
}

/**
 * The same arms by an independent instrument (Benchmark.js in the embedded target) and by us in turns, in slices of 10 ms, in the same
 * process: so a disagreement is the instruments' and not the processes' or the machine's. Arms are made and warm already.
 */
export async function secondOpinionOn(
  session: Session,
  pair: PairedArms,
  options: { readonly engine: string; readonly process: number; readonly random: Random },
): Promise<SecondOpinion> {
  const baseline = pair.baselines[0]!;
  const names = { phase: pair.name, memset: memsetArmName(pair, baseline) };
  const slices = { phase: noSlices(), memset: noSlices() };
  const calls = {
    phase: await callsOfSlice(session, names.phase),
    memset: await callsOfSlice(session, names.memset),
  };
  let instrument = '';
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const who of ABBA) {
      for (const side of options.random.shuffled(['phase', 'memset'] as const)) {
        if (who === 'ours') {
          const { nanoseconds } = await session.blocks.run(names[side], calls[side]);
          slices[side].ours.push(nanoseconds / calls[side]);
        } else {
          const params = { arm: names[side], milliseconds: SLICE_MILLISECONDS };
          const opinion = await session.client.request('opinion', params, PATIENCE_MILLISECONDS);
          ({ instrument } = opinion);
          slices[side].theirs.push(opinion.nanosecondsPerCall);
        }
      }
    }
  }
  const { phase, memset } = slices;
  const ratio = median(phase.theirs) / median(memset.theirs);
  const ownRatio = median(phase.ours) / median(memset.ours);
  const disagreement = ratio / ownRatio - 1;
  const margin = Math.hypot(...[phase, memset].flatMap(({ ours, theirs }) => [ours, theirs].map(marginOf)));
  return {
    engine: options.engine,
    process: options.process,
    arm: pair.name,
    instrument,
    phase: pair.phase,
    sizeClass: pair.sizeClass,
    phaseNanosecondsPerCall: median(phase.theirs),
    phaseRelativeMargin: marginOf(phase.theirs),
    memsetNanosecondsPerCall: median(memset.theirs),
    memsetRelativeMargin: marginOf(memset.theirs),
    ...baseline,
    ratio,
    ownRatio,
    disagreement,
    margin,
    disagreementInMargins: Math.abs(disagreement) / margin,
  };
}

function noSlices(): Slices {
  return { ours: [], theirs: [] };
}

async function callsOfSlice({ blocks }: Session, arm: string): Promise<number> {
  return callsFor(SLICE_NANOSECONDS, await blocks.timeOfCall(arm, SLICE_NANOSECONDS / 10));
}

/** 97.5% point of Student's t with three degrees of freedom: the slices of a series are four. */
const STUDENT = 3.182;

/** Relative half-width of a 95% interval for what slices of one kind scatter around. */
function marginOf(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return (STUDENT * Math.sqrt(squares / (values.length - 1) / values.length)) / centre;
}
