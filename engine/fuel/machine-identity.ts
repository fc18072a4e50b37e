import { shortDigest } from './short-digest.js';

/** The parts of a machine that a profile binds to: change one and times measured before say little. */
export interface MachineIdentity {
  /** As the operating system names it: often of a whole line of processors. */
  readonly cpuModel: string;
  /** The maker's numbers (x86: family, model, stepping; ARM: implementer, part, variant and revision); null where not told. */
  readonly cpuFamily: string | null;
  readonly cpuModelNumber: string | null;
  readonly cpuStepping: string | null;
  /** Caches of one core, bytes; null where not told. */
  readonly l1dBytes: number | null;
  readonly l2Bytes: number | null;
  /** Instruction set, in Node's words: `x64`, `arm64`, ... */
  readonly arch: string;
  readonly logicalCores: number;
  /** Operating system, in Node's words: `linux`, `darwin`, ... */
  readonly platform: string;
  /** `process.versions.node`, for example `20.19.0`; its major number binds. */
  readonly nodeVersion: string;
  /** `process.versions.v8`, for example `11.3.244.8-node.30`; its first two numbers, which name the JIT, bind. */
  readonly v8Version: string;
}

/** A field by which a profile was made on another machine than this. */
export interface MachineDifference {
  readonly field: string;
  readonly profile: string;
  readonly machine: string;
}

const NOT_TOLD = 'not told';

/** What is compared and digested, in a fixed order. Patch releases of Node and V8 do not count. */
export function bindingFields(machine: MachineIdentity): Readonly<Record<string, string>> {
  return {
    'CPU model': machine.cpuModel.replace(/\s+/g, ' ').trim(),
    'CPU family': machine.cpuFamily ?? NOT_TOLD,
    'CPU model number': machine.cpuModelNumber ?? NOT_TOLD,
    'CPU stepping': machine.cpuStepping ?? NOT_TOLD,
    'L1 data cache of a core': bytesText(machine.l1dBytes),
    'L2 cache of a core': bytesText(machine.l2Bytes),
    architecture: machine.arch,
    'logical cores': String(machine.logicalCores),
    platform: machine.platform,
    'Node major version': machine.nodeVersion.replace(/^v/, '').split('.')[0]!,
    'V8 version': machine.v8Version.split('.').slice(0, 2).join('.'),
  };
}

function bytesText(bytes: number | null): string {
  return bytes === null ? NOT_TOLD : `${bytes / 1024} KiB`;
}

/** The binding fields in which two machines differ. What one of the two systems does not tell is no difference. */
export function machineDifferences(profile: MachineIdentity, machine: MachineIdentity): MachineDifference[] {
  const here = bindingFields(machine);
  return Object.entries(bindingFields(profile))
    .filter(([field, value]) => here[field] !== value && ![here[field], value].includes(NOT_TOLD))
    .map(([field, value]) => ({ field, profile: value, machine: here[field]! }));
}

/**
 * A short name for the binding fields, as 16 hexadecimal digits. It tells machines apart; it is no seal against forgery.
 */
export function machineId(machine: MachineIdentity): string {
  const text = Object.entries(bindingFields(machine))
    .map(([field, value]) => `${field}=${value}\n`)
    .join('');
  return shortDigest(text);
}
