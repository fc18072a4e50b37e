import os from 'node:os';

import si from 'systeminformation';

import { type ProfileMachine, machineId } from '@wasm-dyno/engine';
import { machineIdentity } from '@wasm-dyno/engine/node';
import { readGovernor } from './linux-files.js';
import { usableMemoryBytes } from './process-limits.js';

/** The machine as it is recorded in `run.json` and the profile. */
export async function machineFingerprint(): Promise<ProfileMachine> {
  const [cpu, system] = await Promise.all([quietly(() => si.cpu()), quietly(() => si.system())]);
  const told = machineIdentity();
  const identity = {
    ...told,
    l1dBytes: told.l1dBytes ?? positive(cpu?.cache.l1d),
    l2Bytes: told.l2Bytes ?? positive(cpu?.cache.l2),
  };
  const hypervisor = system?.virtual === true ? system.virtualHost || system.model || 'virtual' : undefined;
  return {
    ...identity,
    id: machineId(identity),
    physicalCores: positive(cpu?.physicalCores),
    l3Bytes: positive(cpu?.cache.l3),
    memoryBytes: usableMemoryBytes(),
    osRelease: os.release(),
    virtualisation: hypervisor?.toLowerCase() ?? null,
    governor: readGovernor() ?? (cpu?.governor || null),
  };
}

/** Bytes of the last-level cache; 32 MiB where the machine does not tell. */
export function lastLevelCacheBytes(machine: ProfileMachine): number {
  return machine.l3Bytes ?? machine.l2Bytes ?? 32 * 1024 * 1024;
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? Math.round(value) : null;
}

/** What the library cannot find out on a machine is missing from the fingerprint; it is no reason to stop. */
async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
