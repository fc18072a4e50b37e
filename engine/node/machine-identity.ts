import os from 'node:os';
import type { MachineIdentity } from '../fuel/machine-identity.js';

/** This machine, in the fields that profiles bind to. Cheap: no child process, no file of ours is read. */
export function machineIdentity(): MachineIdentity {
  const cpus = os.cpus();
  return {
    cpuModel: cpus[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
    arch: process.arch,
    logicalCores: Math.max(1, cpus.length),
    platform: process.platform,
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
  };
}
