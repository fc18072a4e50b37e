import { exactly, inverse, scaled } from '@wasm-dyno/reports/bounded';
import type { ExecutionClass } from '@wasm-dyno/engine';
import { classCosts, plainOperatorTime } from './class-costs.js';
import type { MeasuredCosts } from './measured-costs.js';
import { MissingMeasurement } from './missing-measurement.js';
import type { Anchor } from './recommend-wasmi.js';
import { roundedToNearest, type RoundedCost } from './rounded-cost.js';

/** Numbers for `OperatorCost`: unsigned bytes. Wasmtime charges nothing for compiling. */
export interface WasmtimeRecommendation {
  readonly for: 'wasmtime';
  readonly anchor: Anchor;
  /** Of every operator that costs 1 by default. */
  readonly operator: RoundedCost;
  /** Of each byte that `memory.fill`, `memory.copy` and `memory.init` write. */
  readonly memoryPerByte: RoundedCost;
  /** Of each class of operators; undefined where classes were not measured. */
  readonly classes: ReadonlyMap<ExecutionClass, RoundedCost> | undefined;
}

const MOST = 255;

/**
 * `memset`: a byte written is one fuel and an operator is as many as its time is worth. `operator`: an operator is one fuel;
 * a byte is then nearly always worth less than half a fuel and rounds to nothing, which the rounding error says (-100%).
 * @throws MissingMeasurement
 */
export function recommendForWasmtime(
  costs: MeasuredCosts,
  options: { readonly anchor: Anchor },
): WasmtimeRecommendation {
  const { memsetNanosecondsPerByte, operatorTimes } = costs;
  const operatorNanoseconds = costs.operatorNanoseconds ?? plainOperatorTime(operatorTimes);
  if (operatorNanoseconds === undefined) {
    throw new MissingMeasurement(
      'the measurement lacks the time of an executed fuel: wasm-dyno metering measures it',
    );
  }
  const bytesPerOperator = scaled(operatorNanoseconds, 1 / memsetNanosecondsPerByte);
  const one = exactly(1);
  return options.anchor === 'memset'
    ? {
        for: 'wasmtime',
        anchor: 'memset',
        operator: roundedToNearest(bytesPerOperator, 1, MOST),
        memoryPerByte: roundedToNearest(one, 1, 1),
        classes: operatorTimes && classCosts(operatorTimes, memsetNanosecondsPerByte),
      }
    : {
        for: 'wasmtime',
        anchor: 'operator',
        operator: roundedToNearest(one, 1, 1),
        memoryPerByte: roundedToNearest(inverse(bytesPerOperator), 0, MOST),
        classes: operatorTimes && classCosts(operatorTimes, operatorNanoseconds.estimate),
      };
}
