import { readdirSync, readFileSync } from 'node:fs';

/** The text of a small file of the kernel's; undefined where there is none. */
export function readKernelFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The frequency governor, for example `performance`; undefined where none is to be seen. */
export function readGovernor(): string | undefined {
  return readKernelFile('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor');
}

/** Whether the CPU may run above its nominal frequency; undefined where it is not to be seen. */
export function readTurbo(): boolean | undefined {
  const noTurbo = readKernelFile('/sys/devices/system/cpu/intel_pstate/no_turbo');
  if (noTurbo !== undefined) return noTurbo === '0';
  const boost = readKernelFile('/sys/devices/system/cpu/cpufreq/boost');
  return boost === undefined ? undefined : boost === '1';
}

/** Whether cores run two threads each (SMT, Hyper-Threading); undefined where it is not to be seen. */
export function readSmt(): boolean | undefined {
  const active = readKernelFile('/sys/devices/system/cpu/smt/active');
  return active === undefined ? undefined : active === '1';
}

/** How often the kernel slowed the CPUs down for heat since it started; undefined where it is not to be seen. */
export function readThermalThrottles(): number | undefined {
  try {
    const folder = '/sys/devices/system/cpu';
    const counts = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readKernelFile(`${folder}/${name}/thermal_throttle/core_throttle_count`))
      .filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + Number(count), 0);
  } catch {
    return undefined;
  }
}

/**
 * Share of the last ten seconds in which some task waited for memory, in percent (pressure stall information);
 * undefined where the kernel does not tell.
 */
export function readMemoryPressure(): number | undefined {
  const some = readKernelFile('/proc/pressure/memory')?.match(/^some avg10=([\d.]+)/m);
  return some === null || some === undefined ? undefined : Number(some[1]);
}

export interface CpuTimes {
  /** Clock ticks since start, over all CPUs. */
  readonly total: number;
  readonly idle: number;
  /** Taken by the hypervisor for others while this machine wanted to run. */
  readonly stolen: number;
}

/** From `/proc/stat` (proc(5)); undefined on other systems. */
export function readCpuTimes(): CpuTimes | undefined {
  const line = readKernelFile('/proc/stat')?.split('\n')[0];
  if (line === undefined || !line.startsWith('cpu ')) return undefined;
  // user nice system idle iowait irq softirq steal; guest times are part of user.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, stolen = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return {
    total: user + nice + system + idle + iowait + irq + softirq + stolen,
    idle: idle + iowait,
    stolen,
  };
}

/** The part of CPU time that was stolen between two readings, 0 to 1. */
export function stolenShare(before: CpuTimes | undefined, after: CpuTimes | undefined): number | undefined {
  if (before === undefined || after === undefined || after.total <= before.total) return undefined;
  return (after.stolen - before.stolen) / (after.total - before.total);
}
