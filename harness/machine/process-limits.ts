import os from 'node:os';
import { dirname, join } from 'node:path';

import { readKernelFile } from './linux-files.js';

/** What a process may use of its machine; null where nothing limits it, or nothing is told. */
export interface ProcessLimits {
  /** CPU time per time that a control group allows: 1.5 are one and a half cores. */
  readonly quotaCores: number | null;
  /** Cores that the process may run on: its affinity, or its control group's CPU set, whichever is less. */
  readonly allowedCores: number | null;
  /** Bytes of memory that a control group allows. */
  readonly memoryBytes: number | null;
}

/** Reads a small file of the kernel's; undefined where there is none. */
export type ReadKernelFile = (path: string) => string | undefined;

/** @param read another kernel's files, for tests */
export function processLimits(read: ReadKernelFile = readKernelFile): ProcessLimits {
  return {
    quotaCores: quotaCores(read),
    allowedCores: allowedCores(read),
    memoryBytes: memoryLimit(read),
  };
}

/** What the process can have of the machine's memory: all, or what its control group allows. */
export function usableMemoryBytes(): number {
  return Math.min(os.totalmem(), memoryLimit(readKernelFile) ?? Infinity);
}

/** Cores whose time the process can have: the machine's, or what affinity, CPU set and quota leave of them. */
export function usableCores({ quotaCores, allowedCores }: ProcessLimits = processLimits()): number {
  return Math.min(Math.max(1, os.cpus().length), allowedCores ?? Infinity, quotaCores ?? Infinity);
}

/**
 * How many helper threads a target's runtime should start: as many as there are cores that it can have. Runtimes count the machine's, and in
 * a container with a quota their helpers would use up what the timed thread needs. Undefined where nothing limits.
 */
export function helperThreads(limits: ProcessLimits = processLimits()): number | undefined {
  const cores = Math.max(1, Math.floor(usableCores(limits)));
  return cores < os.cpus().length ? cores : undefined;
}

/**
 * Nanoseconds so far during which the quota stopped programs of the process's control group; undefined where there is no quota. The most
 * that the group or one of its parents tells: a parent's quota stops the children as well.
 */
export function throttledNanoseconds(read: ReadKernelFile = readKernelFile): number | undefined {
  if (quotaCores(read) === null) return undefined;
  const times = groupFolders(read, 'cpu').flatMap(({ folder, version }) => {
    const text = read(join(folder, 'cpu.stat')) ?? '';
    const [name, scale] = version === 2 ? ['throttled_usec', 1000] : ['throttled_time', 1];
    const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    return value === undefined ? [] : [Number(value) * Number(scale)];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

/** From `Cpus_allowed_list` (proc(5)), as `0-3,8`, and the group's CPU set. */
function allowedCores(read: ReadKernelFile): number | null {
  const affinity = read('/proc/self/status')?.match(/^Cpus_allowed_list:\s*(\S+)/m)?.[1];
  const sets = groupFolders(read, 'cpuset').flatMap(({ folder, version }) => {
    const names = version === 2 ? ['cpuset.cpus.effective'] : ['cpuset.effective_cpus', 'cpuset.cpus'];
    return names.flatMap((name) => read(join(folder, name)) ?? []).slice(0, 1);
  });
  const counts = [affinity, ...sets].flatMap((list) => (list ? [countOfList(list)] : []));
  return counts.length === 0 ? null : Math.min(...counts);
}

export function countOfList(list: string): number {
  return list
    .split(',')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0);
}

function memoryLimit(read: ReadKernelFile): number | null {
  return memoryOfGroup(read)?.limitBytes ?? null;
}

/** What a control group and its parents allow, and leave: a parent with a larger limit may be fuller than the group. */
export interface GroupMemory {
  /** The least limit. */
  readonly limitBytes: number;
  /** The least that a limit leaves beside what is in use without files that the kernel can drop; all of it where that is not told. */
  readonly leftBytes: number;
}

/** Of the group's, its parents', and of what Node tells; a limit beyond the machine's memory is none. */
export function memoryOfGroup(read: ReadKernelFile = readKernelFile): GroupMemory | undefined {
  const told = (process as { constrainedMemory?: () => number }).constrainedMemory?.() ?? 0;
  const groups = groupFolders(read, 'memory').map(({ folder, version }) => {
    const [limit, usage, droppable] =
      version === 2
        ? (['memory.max', 'memory.current', 'inactive_file'] as const)
        : (['memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'] as const);
    const files = new RegExp(`^${droppable} (\\d+)$`, 'm').exec(read(join(folder, 'memory.stat')) ?? '')?.[1];
    const used = Number(read(join(folder, usage)) ?? 0) - Number(files ?? 0);
    const limitBytes = Number(read(join(folder, limit)));
    return { limitBytes, leftBytes: limitBytes - Math.max(0, used || 0) };
  });
  const limiting = [...groups, { limitBytes: told, leftBytes: told }].filter(
    ({ limitBytes }) => limitBytes > 0 && limitBytes < os.totalmem(),
  );
  if (limiting.length === 0) return undefined;
  return {
    limitBytes: Math.min(...limiting.map(({ limitBytes }) => limitBytes)),
    leftBytes: Math.max(0, Math.min(...limiting.map(({ leftBytes }) => leftBytes))),
  };
}

/** The tightest of the group's and its parents' (kernel documentation, cgroup-v2 and sched-bwc). */
function quotaCores(read: ReadKernelFile): number | null {
  const quotas = groupFolders(read, 'cpu').flatMap(({ folder, version }) => {
    const [quota, period] =
      version === 2
        ? (read(join(folder, 'cpu.max'))?.split(' ') ?? [])
        : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => read(join(folder, name)));
    const cores = Number(quota) / Number(period);
    return cores > 0 && Number.isFinite(cores) ? [cores] : [];
  });
  return quotas.length === 0 ? null : Math.min(...quotas);
}

interface GroupFolder {
  readonly folder: string;
  readonly version: 1 | 2;
}

/**
 * Folders in which a controller's files may lie: of the process's group and its parents. Lines of `/proc/self/cgroup` are `0::/path` in
 * version 2 and `4:cpu,cpuacct:/path` in version 1 (cgroups(7)). In a container the path may be the host's, which is not there: the root
 * is among the parents.
 */
function groupFolders(read: ReadKernelFile, controller: string): GroupFolder[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line === '' || (controllers !== '' && !controllers.split(',').includes(controller))) return [];
    const version = controllers === '' ? 2 : 1;
    const root = version === 2 ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`;
    return withParents(path).map((part) => ({ folder: join(root, part), version }) as const);
  });
}

function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...withParents(parent)];
}
