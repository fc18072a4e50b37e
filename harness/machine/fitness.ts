import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import si from 'systeminformation';

import {
  readCpuTimes,
  readGovernor,
  readMemoryPressure,
  readThermalThrottles,
  readTurbo,
  stolenShare,
} from './linux-files.js';
import { limitsText } from './limits-text.js';
import { memoryOfGroup, processLimits, type GroupMemory, type ProcessLimits } from './process-limits.js';

/** One thing looked at: fit, or not and what to do about it; `unknown` where the machine does not tell. */
export interface FitnessCheck {
  readonly name: 'load' | 'limits' | 'steal' | 'governor' | 'turbo' | 'battery' | 'temperature' | 'memory';
  readonly state: 'fit' | 'unfit' | 'unknown';
  /** What was seen, for people. */
  readonly seen: string;
  /** How to mend it; only with `unfit`. */
  readonly mend?: string;
}

export interface Fitness {
  readonly fit: boolean;
  readonly checks: readonly FitnessCheck[];
}

const MOST_BUSY_CORES = 0.3;
/** Allowed ones, and of a CPU quota: harness and target take turns, and the target's helpers run beside both. */
const LEAST_CORES = 2;
/** Targets, their sweeps beyond the caches, and the harness. */
const LEAST_MEMORY_BYTES = 2 ** 30;
const MOST_STEAL = 0.01;
const MOST_CELSIUS = 90;
const LEAST_FREE_MEMORY = 0.1;
const MOST_MEMORY_PRESSURE = 1;

/** What fitness is judged by; undefined and null where the machine does not tell. */
export interface FitnessReadings {
  /** Share of all cores' time that was busy. */
  readonly busyShare: number | undefined;
  readonly stolenShare: number | undefined;
  readonly limits: ProcessLimits;
  readonly logicalCores: number;
  readonly governor: string | undefined;
  readonly turbo: boolean | undefined;
  readonly battery: { readonly hasBattery: boolean; readonly acConnected: boolean } | undefined;
  readonly celsius: number | null;
  /** How often the CPUs were slowed down for heat while they were watched. */
  readonly thermalThrottles: number;
  /** The machine's, or what a control group allows of it. */
  readonly memory:
    { readonly total: number; readonly available: number; readonly isLimited?: boolean } | undefined;
  readonly memoryPressure: number | undefined;
}

/** Whether the machine is fit to measure on now. Takes `milliseconds`: load and steal are watched for so long. */
export async function machineFitness(milliseconds = 1000): Promise<Fitness> {
  return fitnessOf(await fitnessReadings(milliseconds));
}

export async function fitnessReadings(milliseconds = 1000): Promise<FitnessReadings> {
  const cpuBefore = readCpuTimes();
  const busyBefore = busyTimes();
  const throttlesBefore = readThermalThrottles();
  await sleep(milliseconds);
  const stolen = stolenShare(cpuBefore, readCpuTimes());
  const busy = busyShare(busyBefore, busyTimes());
  const throttles = (readThermalThrottles() ?? 0) - (throttlesBefore ?? 0);
  const [battery, temperature, memory] = await Promise.all([
    si.battery().catch(() => undefined),
    si.cpuTemperature().catch(() => undefined),
    si.mem().catch(() => undefined),
  ]);
  return {
    busyShare: busy,
    stolenShare: stolen,
    limits: processLimits(),
    logicalCores: os.cpus().length,
    governor: readGovernor(),
    turbo: readTurbo(),
    battery,
    celsius: temperature?.main ?? null,
    thermalThrottles: throttles,
    memory: memory && withinLimit(memory, memoryOfGroup()),
    memoryPressure: readMemoryPressure(),
  };
}

export function fitnessOf(readings: FitnessReadings): Fitness {
  const checks = [
    load(readings.busyShare),
    limitsCheck(readings.limits, readings.logicalCores),
    stolen(readings.stolenShare),
    governor(readings.governor),
    turbo(readings.turbo),
    onBattery(readings.battery),
    heat(readings.celsius, readings.thermalThrottles),
    freeMemory(readings.memory, readings.memoryPressure),
  ];
  return { fit: checks.every(({ state }) => state !== 'unfit'), checks };
}

function check(
  name: FitnessCheck['name'],
  fit: boolean | undefined,
  seen: string,
  mend: string,
): FitnessCheck {
  if (fit === undefined) return { name, state: 'unknown', seen };
  return fit ? { name, state: 'fit', seen } : { name, state: 'unfit', seen, mend };
}

/** @param share of all cores' time; undefined where the system does not tell (no `/proc`) */
function load(share: number | undefined): FitnessCheck {
  const cores = os.cpus().length;
  if (share === undefined || cores === 0) return check('load', undefined, 'not told', '');
  const busyCores = share * cores;
  const seen = `${busyCores.toFixed(2)} of ${cores} cores busy`;
  return check(
    'load',
    busyCores <= MOST_BUSY_CORES,
    seen,
    'end what else runs on this machine, or wait for it',
  );
}

/** Too few cores, or a quota that the target, its helper threads and the harness can use up, which stops all of them for the rest of a period. */
export function limitsCheck(limits: ProcessLimits, cores = os.cpus().length): FitnessCheck {
  const { quotaCores, allowedCores, memoryBytes } = limits;
  if (cores === 0) return check('limits', undefined, 'not told', '');
  const seen = limitsText(limits, cores);
  if (cores < LEAST_CORES) {
    const alone = [`${cores} of ${cores} cores`, ...(seen === 'none' ? [] : [seen])].join(', ');
    return check('limits', false, alone, 'measure on a machine of two cores or more');
  }
  if (allowedCores !== null && allowedCores < LEAST_CORES) {
    return check('limits', false, seen, 'allow two cores: taskset -c 0,1, docker --cpuset-cpus, cpuset.cpus');
  }
  if (memoryBytes !== null && memoryBytes < LEAST_MEMORY_BYTES) {
    return check('limits', false, seen, 'allow at least 1 GiB of memory (docker --memory, memory.max)');
  }
  const mend = `allow at least ${LEAST_CORES} cores (docker --cpus, cpu.max)`;
  return check('limits', quotaCores === null || quotaCores >= LEAST_CORES, seen, mend);
}

function stolen(share: number | undefined): FitnessCheck {
  const seen = share === undefined ? 'not told' : `${(share * 100).toFixed(1)}% stolen by the hypervisor`;
  const mend = 'the host is shared: measure at a quieter time or on a dedicated host';
  return check('steal', share === undefined ? undefined : share <= MOST_STEAL, seen, mend);
}

function governor(name: string | undefined): FitnessCheck {
  const steady = name === undefined ? undefined : name === 'performance' || name === 'schedutil';
  return check('governor', steady, name ?? 'not told', 'switch to it: cpupower frequency-set -g performance');
}

function turbo(on: boolean | undefined): FitnessCheck {
  // Not a fault: the ratio's two sides run at the same frequency. It is there to be read.
  return check(
    'turbo',
    on === undefined ? undefined : true,
    on === undefined ? 'not told' : on ? 'on' : 'off',
    '',
  );
}

function onBattery(battery: FitnessReadings['battery']): FitnessCheck {
  if (battery === undefined) return check('battery', undefined, 'not told', '');
  const seen = battery.hasBattery ? (battery.acConnected ? 'on mains' : 'on battery') : 'none';
  return check('battery', !battery.hasBattery || battery.acConnected, seen, 'plug the machine in');
}

function heat(celsius: number | null, throttles: number): FitnessCheck {
  if (celsius === null && throttles === 0) return check('temperature', undefined, 'not told', '');
  const seen = [
    celsius === null ? undefined : `${celsius.toFixed(0)} degrees Celsius`,
    throttles > 0 ? 'slowed down for heat' : undefined,
  ].filter((part) => part !== undefined);
  const fit = throttles === 0 && (celsius === null || celsius < MOST_CELSIUS);
  return check('temperature', fit, seen.join(', '), 'let the machine cool down');
}

/** What a process can still have where a control group allows it less than the machine has. */
export function withinLimit(
  machine: { readonly total: number; readonly available: number },
  group: GroupMemory | undefined,
): NonNullable<FitnessReadings['memory']> {
  const { total, available } = machine;
  if (group === undefined || group.limitBytes >= total) return { total, available };
  return { total: group.limitBytes, available: Math.min(available, group.leftBytes), isLimited: true };
}

function freeMemory(memory: FitnessReadings['memory'], pressure: number | undefined): FitnessCheck {
  if (memory === undefined) return check('memory', undefined, 'not told', '');
  const share = memory.available / memory.total;
  const size = `${(memory.total / 2 ** 30).toFixed(1)} GiB`;
  const of = memory.isLimited === true ? `the limit of ${size}` : size;
  const seen = `${(share * 100).toFixed(0)}% of ${of} available`;
  const fit = share >= LEAST_FREE_MEMORY && (pressure ?? 0) <= MOST_MEMORY_PRESSURE;
  return check(
    'memory',
    fit,
    pressure === undefined ? seen : `${seen}, pressure ${pressure.toFixed(1)}%`,
    'free some memory',
  );
}

interface BusyTimes {
  readonly busy: number;
  readonly total: number;
}

function busyTimes(): BusyTimes {
  let busy = 0;
  let total = 0;
  for (const { times } of os.cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    total += sum;
    busy += sum - times.idle;
  }
  return { busy, total };
}

function busyShare(before: BusyTimes, after: BusyTimes): number | undefined {
  return after.total > before.total ? (after.busy - before.busy) / (after.total - before.total) : undefined;
}
