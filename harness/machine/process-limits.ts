import os from 'node:os';
import { dirname, join } from 'node:path';

import { readKernelFile } from './linux-files.js';

/** What a process may use of its machine; null where nothing limits it, or nothing is told. */
export interface ProcessLimits {
  /** CPU time per time that a control group allows: 1.5 are one and a half cores. */
  readonly quotaCores: number | null;
  /** Cores that the process may run on (affinity, CPU sets). */
  readonly allowedCores: number | null;
  /** Bytes of memory that a control group allows. */
  readonly memoryBytes: number | null;
}

export function processLimits(): ProcessLimits {
  return { quotaCores: quotaCores(), allowedCores: allowedCores(), memoryBytes: memoryLimit() };
}

/** What the process can have of the machine's memory: all, or what its control group allows. */
export function usableMemoryBytes(): number {
  return Math.min(os.totalmem(), memoryLimit() ?? Infinity);
}

/** From `Cpus_allowed_list` (proc(5)), as `0-3,8`. */
function allowedCores(): number | null {
  const list = readKernelFile('/proc/self/status')?.match(/^Cpus_allowed_list:\s*(\S+)/m)?.[1];
  return list === undefined ? null : countOfList(list);
}

export function countOfList(list: string): number {
  return list
    .split(',')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0);
}

function memoryLimit(): number | null {
  // Node gives what the kernel says: 0 or a number beyond all machines where there is no limit.
  const limit = (process as { constrainedMemory?: () => number }).constrainedMemory?.() ?? 0;
  return limit > 0 && limit < os.totalmem() ? limit : null;
}

/** The tightest of the group's and its parents' (kernel documentation, cgroup-v2 and sched-bwc). */
function quotaCores(): number | null {
  const quotas = groupFolders().flatMap(({ folder, version }) => {
    const [quota, period] =
      version === 2
        ? (readKernelFile(join(folder, 'cpu.max'))?.split(' ') ?? [])
        : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => readKernelFile(join(folder, name)));
    const cores = Number(quota) / Number(period);
    return cores > 0 && Number.isFinite(cores) ? [cores] : [];
  });
  return quotas.length === 0 ? null : Math.min(...quotas);
}

interface GroupFolder {
  readonly folder: string;
  readonly version: 1 | 2;
}

/** Lines of `/proc/self/cgroup` are `0::/path` in version 2 and `4:cpu,cpuacct:/path` in version 1 (cgroups(7)). */
function groupFolders(): GroupFolder[] {
  const lines = (readKernelFile('/proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line === '' || (controllers !== '' && !controllers.split(',').includes('cpu'))) return [];
    const version = controllers === '' ? 2 : 1;
    const root = version === 2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/cpu';
    return withParents(path).map((part) => ({ folder: join(root, part), version }) as const);
  });
}

function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...withParents(parent)];
}
