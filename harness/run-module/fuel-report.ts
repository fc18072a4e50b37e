import type { HardwareProfile } from '@wasm-dyno/engine';
import { machineIdentity } from '@wasm-dyno/engine/node';
import { terminalTable } from '../console/terminal.js';
import type { FuelRecord } from './fuel-record.js';

/** One line of the report. */
export interface FuelRow {
  /** A compile phase, `execution` or `total`. */
  readonly phase: string;
  readonly moment: 'load' | 'first call' | 'run' | '';
  /** Functions compiled (modules for parse); null where that is no question. */
  readonly count: number | null;
  readonly bytes: number | null;
  readonly fuel: bigint;
  readonly measuredNanoseconds: number;
  /** What the fuel stands for: the time in which the profile's memset fills `bytesPerFuel` bytes, this many times. Null without a profile. */
  readonly chargedNanoseconds: number | null;
}

/** Fuel charged set against time measured, and by which machine and baseline. */
export interface FuelReport {
  readonly machine: string;
  readonly baseline: string;
  readonly bytesPerFuel: number;
  readonly rows: readonly FuelRow[];
}

export interface RunCost {
  readonly record: FuelRecord;
  readonly executionFuel: bigint;
  readonly executionNanoseconds: number;
  readonly bytesPerFuel: number;
  readonly profile: HardwareProfile | undefined;
}

export function fuelReport({
  record,
  executionFuel,
  executionNanoseconds,
  bytesPerFuel,
  profile,
}: RunCost): FuelReport {
  const perFuel = profile === undefined ? null : bytesPerFuel * profile.unit.nanosecondsPerByte.estimate;
  const charged = (fuel: bigint) => (perFuel === null ? null : Number(fuel) * perFuel);
  const compiled = record.phases.map(({ phase, moment, count, bytes, fuel, nanoseconds }): FuelRow => ({
    phase,
    moment,
    count,
    bytes,
    fuel,
    measuredNanoseconds: nanoseconds,
    chargedNanoseconds: charged(fuel),
  }));
  const execution: FuelRow = {
    phase: 'execution',
    moment: 'run',
    count: null,
    bytes: null,
    fuel: executionFuel,
    measuredNanoseconds: executionNanoseconds,
    chargedNanoseconds: charged(executionFuel),
  };
  const rows = [...compiled, execution];
  const fuel = rows.reduce((sum, row) => sum + row.fuel, 0n);
  const measuredNanoseconds = rows.reduce((sum, row) => sum + row.measuredNanoseconds, 0);
  const total: FuelRow = {
    phase: 'total',
    moment: '',
    count: null,
    bytes: null,
    fuel,
    measuredNanoseconds,
    chargedNanoseconds: charged(fuel),
  };
  return { machine: machineText(), baseline: baselineText(profile), bytesPerFuel, rows: [...rows, total] };
}

function machineText(): string {
  const { cpuModel, logicalCores, platform, arch, nodeVersion } = machineIdentity();
  return `${cpuModel}, ${logicalCores} logical cores, ${platform} ${arch}, Node ${nodeVersion}`;
}

function baselineText(profile: HardwareProfile | undefined): string {
  if (profile === undefined) return 'none: without a profile nothing says how long one fuel should take';
  const { nanosecondsPerByte, fromBytes, toBytes } = profile.unit;
  const from = `${profile.machine.cpuModel}, ${profile.createdAt.slice(0, 10)}`;
  const plateau = `hot, ${fromBytes} to ${toBytes} bytes`;
  return `${profile.baseline.kernel} (${plateau}), ${nanosecondsPerByte.estimate.toPrecision(3)} ns/byte, measured on ${from}`;
}

/** The report as an aligned table under the lines that name machine and baseline. */
export function fuelReportText(report: FuelReport): string {
  const whole = (value: number | bigint | null) => (value === null ? '-' : value.toLocaleString('en'));
  const right = 'right' as const;
  const table = terminalTable(
    [
      { head: 'phase' },
      { head: 'when' },
      { head: 'functions', align: right },
      { head: 'bytes', align: right },
      { head: 'fuel', align: right },
      { head: 'measured ns', align: right },
      { head: 'ns/fuel', align: right },
      { head: 'fuel/us', align: right },
      { head: 'charged ns', align: right },
      { head: 'measured/charged', align: right },
    ],
    report.rows.map((row) => [
      row.phase,
      row.moment,
      row.phase === 'parse' ? '-' : whole(row.count),
      whole(row.bytes),
      whole(row.fuel),
      whole(Math.round(row.measuredNanoseconds)),
      quotient(row.measuredNanoseconds, Number(row.fuel)),
      quotient(Number(row.fuel), row.measuredNanoseconds / 1000),
      row.chargedNanoseconds === null ? '-' : whole(Math.round(row.chargedNanoseconds)),
      row.chargedNanoseconds === null ? '-' : quotient(row.measuredNanoseconds, row.chargedNanoseconds),
    ]),
  );
  return [
    `machine   ${report.machine}`,
    `baseline  ${report.baseline}`,
    `fuel      1 = one operator, or ${report.bytesPerFuel} bytes filled`,
    '',
    table,
  ].join('\n');
}

function quotient(a: number, b: number): string {
  return b > 0 ? (a / b).toFixed(2) : '-';
}

/** The report for scripts: fuel as decimal strings, for it may exceed 2^53. */
export function fuelReportJson(report: FuelReport): object {
  return { ...report, rows: report.rows.map((row) => ({ ...row, fuel: String(row.fuel) })) };
}
