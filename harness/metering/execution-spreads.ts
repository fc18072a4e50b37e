import type {
  ExecutionRecord,
  ExecutionTableTimes,
  MeteredEngine,
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

/**
 * 90th / 10th percentile of time per charge over the programs, of each engine by each way of charging: one fuel an operator, as the engine
 * itself or, where it counts none, the embedded one counts; and each table. An engine by the other executor's table shows what it loses
 * that fuel is the same on both.
 */
export function executionSpreads(
  engines: readonly MeteredEngine[],
  tables: readonly ExecutionTableTimes[],
): TimeSpread[] {
  const counting = engines.find(({ overall }) => overall !== null);
  return engines.flatMap((engine) => {
    const counted = engine.overall === null ? counting : engine;
    const oneEach = new Map(
      (counted?.programs ?? []).flatMap(({ fuelPerCall, program }) =>
        fuelPerCall === null ? [] : [[program, Number(fuelPerCall)] as const],
      ),
    );
    const charges = [
      { charge: 'one-per-operator' as const, of: oneEach },
      ...tables.map(({ executor, programs }) => ({
        charge: executor,
        of: new Map(programs.map(({ nanoseconds, program }) => [program, nanoseconds] as const)),
      })),
    ];
    return charges.flatMap(({ charge, of }) => {
      const values = engine.programs.flatMap(({ nanosecondsPerCall, program }) => {
        const charged = of.get(program);
        return charged === undefined || charged <= 0 ? [] : [nanosecondsPerCall.estimate / charged];
      });
      if (values.length < 2) return [];
      const percentile90To10 = quantile(values, 0.9) / quantile(values, 0.1);
      return [{ engine: engine.name, charge, programs: values.length, percentile90To10 }];
    });
  });
}
