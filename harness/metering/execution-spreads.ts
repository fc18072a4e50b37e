import type {
  ExecutionRecord,
  ExecutionTableTimes,
  MeteringProgramRow,
  TimeSpread,
} from '@wasm-dyno/reports/recorded-run';
import { quantile } from '../statistics/index.js';

/** What each executor's costs by class say that the programs take, each by a fit without it. */
export function executionTables(record: ExecutionRecord): ExecutionTableTimes[] {
  return record.executors.map(({ executor, heldOut }) => ({
    executor,
    programs: heldOut
      .filter(({ kind }) => kind === 'program')
      .map(({ predictedNanoseconds, program }) => ({ program, nanoseconds: predictedNanoseconds })),
  }));
}

/** 90th / 10th percentile of time per charge over the programs, of each engine by each way of charging. */
export function executionSpreads(rows: readonly MeteringProgramRow[]): TimeSpread[] {
  const groups = new Map<string, MeteringProgramRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.engine, row.charge]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [{ charge, engine }] = group as [MeteringProgramRow];
    const values = group.map(({ relativeTimePerCharge }) => relativeTimePerCharge);
    if (values.length < 2) return [];
    const percentile90To10 = quantile(values, 0.9) / quantile(values, 0.1);
    return [{ engine, charge, programs: values.length, percentile90To10 }];
  });
}
