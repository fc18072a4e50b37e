import os from 'node:os';
import { processor } from './processor.js';
import type { MachineIdentity } from '../fuel/machine-identity.js';

/** This machine, in the fields that profiles bind to. Cheap: no child process, and of the system's files a few small ones. */
export function machineIdentity(): MachineIdentity {
  const cpus = os.cpus();
  return {
    cpuModel: cpus[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
    ...processor(),
    arch: process.arch,
    logicalCores: Math.max(1, cpus.length),
    platform: process.platform,
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
  };
}
