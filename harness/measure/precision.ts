import type { RatioEstimate } from '../estimate/index.js';
import { relativeHalfWidth, sequentialPlan, type SequentialPlan } from '../statistics/index.js';
import { primaryBaseline } from '../schedule/arm-plan.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { RecordedPlan } from '@wasm-dyno/reports/recorded-run';
import { counted } from '@wasm-dyno/reports/wording';
import { evidenceSoFar } from '../estimate/estimates-so-far.js';
import type { Preflight } from '../process/preflight.js';

/** Sample sizes at which a run with a wanted precision looks at its intervals. */
const LOOKS = [12, 20, 30, 40, 60];

/** Half the interval's width as a part of the ratio. */
function halfWidthOf({ ratio, low, high }: RatioEstimate): number {
  return relativeHalfWidth({ estimate: ratio, low, high });
}

/** The ratios that multipliers are made of: warm, whole corpus, primary memset. */
export function chargedRatios(
  ratios: readonly RatioEstimate[],
  preflights: ReadonlyMap<string, Preflight>,
): RatioEstimate[] {
  return ratios.filter((ratio) => {
    const looked = preflights.get(ratio.engine);
    if (looked === undefined || ratio.temperature !== 'warm' || ratio.sizeClass !== 'all') return false;
    const { kernel, regime } = primaryBaseline(looked.description);
    return ratio.kernel === kernel && ratio.regime === regime;
  });
}

/**
 * A wanted precision and the plan to reach it: looks after so many processes, declared before the first one, between ranks
 * so wide that the intervals of all looks cover together (`sequentialPlan`).
 */
export class PrecisionGoal {
  private position = 0;
  private widest: RatioEstimate | undefined;
  private reached = false;
  /** Warm processes that did not count at the last look, for they were disturbed. */
  private disturbed = 0;

  private constructor(
    private readonly wanted: number,
    private readonly plan: SequentialPlan,
    private readonly directory: RunDirectory,
    private readonly preflights: ReadonlyMap<string, Preflight>,
    private readonly affordable: (processes: number) => boolean,
  ) {
    const declared = plan.looks.length;
    // A resumed run has passed some of its looks.
    while (this.position < declared - 1 && this.warmDone() >= this.nextLook) this.position++;
  }

  /** @param affordable whether so many warm processes fit into the time that is left */
  static of(
    wanted: number | null,
    directory: RunDirectory,
    preflights: ReadonlyMap<string, Preflight>,
    affordable: (processes: number) => boolean,
  ): PrecisionGoal | undefined {
    if (wanted === null) return undefined;
    const declared = directory.record.plan.looks.map(({ processes }) => processes);
    const sizes = declared.length > 0 ? declared : LOOKS.filter((size, i) => i === 0 || affordable(size));
    return new PrecisionGoal(wanted, sequentialPlan(sizes), directory, preflights, affordable);
  }

  get looks(): RecordedPlan['looks'] {
    return this.plan.looks.map(({ sampleSize, ranks }) => ({ processes: sampleSize, ranks }));
  }

  /** Warm processes until the next look, those in place of disturbed ones included. */
  get nextLook(): number {
    return this.plan.looks[this.position]!.sampleSize + this.disturbed;
  }

  /** Warm processes of an engine that a further look takes and there was no time for; none where no look is left. */
  get toFurtherLook(): number {
    const next = this.plan.looks[this.position + 1];
    if (this.reached || next === undefined || this.warmDone() < this.nextLook) return 0;
    return Math.max(0, next.sampleSize + this.disturbed - this.warmDone());
  }

  /** Looks at the intervals: are they narrow enough, and if not, is there a further look and time for it? */
  look(): 'reached' | 'go-on' | 'over' {
    if (this.reached || this.warmDone() < this.nextLook) return 'over';
    const { ratios } = evidenceSoFar(this.directory).estimates;
    const charged = chargedRatios(ratios, this.preflights);
    this.widest = charged.sort((a, b) => halfWidthOf(b) - halfWidthOf(a))[0];
    this.reached = this.widest !== undefined && halfWidthOf(this.widest) <= this.wanted;
    if (this.reached) return 'reached';
    const disturbed = this.warmDone() - Math.min(...charged.map(({ processes }) => processes));
    // As many more as were disturbed, before this look counts.
    if (disturbed > this.disturbed && this.affordable(this.nextLook + disturbed - this.disturbed)) {
      this.disturbed = disturbed;
      return 'go-on';
    }
    if (this.position + 1 >= this.plan.looks.length) return 'over';
    if (!this.affordable(this.plan.looks[this.position + 1]!.sampleSize + this.disturbed)) return 'over';
    this.position++;
    return 'go-on';
  }

  /** How many processes it will take, going by the last look: intervals narrow with the root of their number. */
  forecast(): string {
    const seen = this.warmDone();
    const needed = Math.ceil(seen * (halfWidthOf(this.widest!) / this.wanted) ** 2);
    const next = this.nextLook;
    return `After ${counted(seen, 'process', 'processes')} the widest interval is +-${percent(halfWidthOf(this.widest!))}: +-${percent(this.wanted)} will take about ${needed}; the next look is after ${next}.`;
  }

  /** How far it came. */
  sentence(): string {
    const wanted = `+-${percent(this.wanted)}`;
    if (this.widest === undefined)
      return `The wanted ${wanted} could not be looked at: too few processes in the time.`;
    const { engine, phase } = this.widest;
    const found = `+-${percent(halfWidthOf(this.widest))} (${engine}, ${phase}) after ${counted(this.warmDone(), 'process', 'processes')}`;
    if (this.reached) return `The wanted ${wanted} was reached: the widest interval is ${found}.`;
    return `The wanted ${wanted} was not reached in the time: the widest interval is ${found}.`;
  }

  /** Of the engine that has the fewest. */
  private warmDone(): number {
    const { processes, engines } = this.directory.record;
    const counts = engines
      .filter(({ failure }) => failure === null)
      .map(
        ({ name }) =>
          processes.filter((p) => p.engine === name && p.kind === 'warm' && p.state === 'complete').length,
      );
    return counts.length === 0 ? 0 : Math.min(...counts);
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
