import type { ExecutionTableTimes, MeteredEngine, MeteringProgramRow } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';

/** A way of charging programs, and what it charges them: fuel, or nanoseconds by a table. */
interface Charging {
  readonly charge: MeteringProgramRow['charge'];
  readonly of: ReadonlyMap<string, number>;
}

/**
 * Each program of each engine beside each way of charging for it: one fuel an operator, as the engine itself or, where it counts none, the
 * embedded one counts; and each executor's costs by class. An engine by the other executor's costs shows what it loses that fuel is the
 * same on both.
 */
export function chargedPrograms(
  engines: readonly MeteredEngine[],
  tables: readonly ExecutionTableTimes[],
): MeteringProgramRow[] {
  const counting = engines.find(({ overall }) => overall !== null);
  const byTable = tables.map(({ executor, programs }): Charging => ({
    charge: executor,
    of: new Map(programs.map(({ nanoseconds, program }) => [program, nanoseconds])),
  }));
  return engines.flatMap((engine) => {
    const oneEach = fuelOf(engine.overall === null ? counting : engine);
    return [oneEach, ...byTable].flatMap((charging) => rowsOf(engine, charging));
  });
}

function fuelOf(engine: MeteredEngine | undefined): Charging {
  const fuel = (engine?.programs ?? []).flatMap(({ fuelPerCall, program }) =>
    fuelPerCall === null ? [] : [[program, Number(fuelPerCall)] as const],
  );
  return { charge: 'one-per-operator', of: new Map(fuel) };
}

function rowsOf({ name: engine, programs }: MeteredEngine, { charge, of }: Charging): MeteringProgramRow[] {
  const charged = programs.flatMap((program) => {
    const amount = of.get(program.program);
    return amount === undefined || !(amount > 0) ? [] : [{ ...program, amount }];
  });
  const timePerCharge = charged.map(({ amount, nanosecondsPerCall }) => nanosecondsPerCall.estimate / amount);
  if (charged.length === 0) return [];
  const usual = median(timePerCharge);
  return charged.map(({ amount, nanosecondsPerCall, program, verdict }, i) => ({
    engine,
    program,
    charge,
    processes: nanosecondsPerCall.processes,
    nanosecondsPerCall: nanosecondsPerCall.estimate,
    nanosecondsPerCallLow: nanosecondsPerCall.low,
    nanosecondsPerCallHigh: nanosecondsPerCall.high,
    fuelPerCall: charge === 'one-per-operator' ? amount : undefined,
    chargedNanosecondsPerCall: charge === 'one-per-operator' ? undefined : amount,
    relativeTimePerCharge: timePerCharge[i]! / usual,
    verdict,
  }));
}
