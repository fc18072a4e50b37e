import os from 'node:os';

/** What a bench's figures belong to. */
export interface BenchMachine {
  readonly cpuModel: string;
  readonly logicalCores: number;
  readonly memoryBytes: number;
  readonly operatingSystem: string;
  readonly nodeVersion: string;
  readonly v8Version: string;
  /** Processes ready to run, averaged over the minute before the bench began. More than the cores: others were at work. */
  readonly loadAverage: number;
  readonly startedAt: string;
}

export function describeMachine(): BenchMachine {
  const cpus = os.cpus();
  return {
    cpuModel: cpus[0]?.model.trim() ?? 'unknown',
    logicalCores: cpus.length,
    memoryBytes: os.totalmem(),
    operatingSystem: `${os.type()} ${os.release()} ${os.arch()}`,
    nodeVersion: process.version,
    v8Version: process.versions.v8,
    loadAverage: os.loadavg()[0] ?? 0,
    startedAt: new Date().toISOString(),
  };
}

export function machineText(machine: BenchMachine): string {
  const { cpuModel, logicalCores, memoryBytes, operatingSystem, nodeVersion, v8Version, loadAverage } =
    machine;
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const busy = loadAverage > logicalCores / 2 ? ' (BUSY: trust ratios of processor time only)' : '';
  return [
    `${cpuModel}, ${logicalCores} logical cores, ${memory}, ${operatingSystem}`,
    `Node ${nodeVersion}, V8 ${v8Version}; load average at the start ${loadAverage.toFixed(2)}${busy}`,
  ].join('\n');
}
