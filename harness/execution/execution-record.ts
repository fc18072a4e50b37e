import { ENGINE_VERSION } from '@wasm-dyno/engine';
import type { ExecutionRecord, ExecutionSpread, MeasuredExecutor } from '@wasm-dyno/reports/recorded-run';
import { median, quantile } from '../statistics/index.js';
import { fitExecution, heldOutPredictions } from './fit-execution.js';
import { fitConditions, predictedNanoseconds } from './fit-times.js';
import { medianTimes, type TimedProgram } from './timed-program.js';

export type ExecutorName = MeasuredExecutor['executor'];

export interface ExecutionRecordInfo {
  readonly machine: string;
  readonly seed: number;
  readonly processes: number;
}

/** What the measured times come to: by class, and how well programs are foretold by fits without them. */
export function executionRecord(
  measured: ReadonlyMap<ExecutorName, readonly TimedProgram[]>,
  info: ExecutionRecordInfo,
): ExecutionRecord {
  const fitted = [...measured].map(([executor, programs]) => ({
    executor,
    programs,
    ...fitExecution(programs, info.seed),
  }));
  return {
    kind: 'wasm-dyno-execution',
    schemaVersion: 2,
    createdAt: new Date().toISOString(),
    tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
    ...info,
    executors: fitted.map(({ estimates, executor, fit, hold, programs }): MeasuredExecutor => {
      const times = medianTimes(programs);
      const foretold = heldOutPredictions(programs);
      const other = fitted.find((one) => one.executor !== executor)?.fit;
      const heldOut = programs.flatMap((program, i) => {
        const nanosecondsPerCall = times[i];
        if (nanosecondsPerCall === undefined) return [];
        return {
          program: program.name,
          kind: program.kind,
          nanosecondsPerCall,
          operators: program.fuelPerCall,
          predictedNanoseconds: foretold[i]!,
          otherNanoseconds: other === undefined ? null : predictedNanoseconds(program, other),
        };
      });
      const residuals = programs.flatMap((program, i) => {
        const time = times[i];
        return time === undefined ? [] : [Math.abs(predictedNanoseconds(program, fit) / time - 1)];
      });
      return {
        executor,
        classes: [...estimates].map(([name, nanoseconds]) => ({
          class: name,
          nanoseconds,
          isIdentified: isIdentified(nanoseconds),
        })),
        hold,
        condition: fitConditions(programs, times, hold),
        callNanoseconds: fit.callNanoseconds,
        medianRelativeResidual: residuals.length === 0 ? 0 : median(residuals),
        heldOut,
        programs: spread(heldOut.filter(({ kind }) => kind === 'program')),
        kernels: spread(heldOut.filter(({ kind }) => kind === 'kernel')),
      };
    }),
  };
}

/** An interval beyond this factor leaves the order of magnitude open: the class costs what its group lets it. */
const IDENTIFIED_WITHIN = 3;

function isIdentified({ high, low }: { readonly low: number; readonly high: number }): boolean {
  return high <= IDENTIFIED_WITHIN * low;
}

/** 90th / 10th percentile of time per charge, by each way of charging. */
function spread(heldOut: MeasuredExecutor['heldOut']): ExecutionSpread {
  const ratio = (charge: (one: (typeof heldOut)[number]) => number): number => {
    const values = heldOut.map((one) => one.nanosecondsPerCall / Math.max(charge(one), Number.MIN_VALUE));
    return values.length === 0 ? 1 : quantile(values, 0.9) / quantile(values, 0.1);
  };
  return {
    oneEach: ratio(({ operators }) => operators),
    byClass: ratio(({ predictedNanoseconds: charge }) => charge),
    byOtherExecutor: heldOut.every(({ otherNanoseconds }) => otherNanoseconds !== null)
      ? ratio(({ otherNanoseconds }) => otherNanoseconds!)
      : null,
  };
}
