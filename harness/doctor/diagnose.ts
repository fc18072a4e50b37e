import { MOST_THROTTLED_SHARE } from '../guards/flags.js';
import { fitnessOf, type FitnessCheck } from '../machine/fitness.js';
import type { DoctorReadings } from './doctor-readings.js';

/** One thing looked at. A `note` disturbs measuring less than others' load does: guards and pairs take care of it. */
export interface DiagnosisCheck {
  readonly name: FitnessCheck['name'] | 'smt' | 'throttling' | 'virtualisation' | 'node flags';
  readonly state: 'fit' | 'note' | 'unfit' | 'unknown';
  /** What was seen, for people. */
  readonly seen: string;
  /** How to mend it; with `unfit` and `note`. */
  readonly mend?: string;
}

export interface Diagnosis {
  readonly fit: boolean;
  readonly checks: readonly DiagnosisCheck[];
}

/** Flags with which V8 compiles, runs or collects otherwise, or something watches it. */
const SLOWING_FLAGS =
  /^--(inspect|cpu-prof|heap-prof|prof$|jitless|no-opt|no-turbofan|no-sparkplug|no-maglev|always-|max-lazy|no-lazy|single-threaded|predictable|stress|trace|interpreted-frames|liftoff|no-liftoff|wasm|no-wasm|expose-gc|gc-interval|no-concurrent|max-semi|min-semi|optimize-for-size|lite-mode)/;

/** What is unfit for measuring, and how to mend it. */
export function diagnose(readings: DoctorReadings): Diagnosis {
  const checks: DiagnosisCheck[] = [
    ...fitnessOf(readings).checks.map((check) => (check.name === 'turbo' ? turbo(readings.turbo) : check)),
    smt(readings.smt),
    throttling(readings),
    virtualisation(readings.virtualisation),
    nodeFlags(readings.nodeFlags),
  ];
  return { fit: checks.every(({ state }) => state !== 'unfit'), checks };
}

function turbo(on: boolean | undefined): DiagnosisCheck {
  const name = 'turbo';
  if (on === undefined) return { name, state: 'unknown', seen: 'not told' };
  if (!on) return { name, state: 'fit', seen: 'off' };
  const mend =
    'steadier without: echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo (or 0 > cpufreq/boost)';
  return { name, state: 'note', seen: 'on', mend };
}

function smt(on: boolean | undefined): DiagnosisCheck {
  const name = 'smt';
  if (on === undefined) return { name, state: 'unknown', seen: 'not told' };
  if (!on) return { name, state: 'fit', seen: 'one thread per core' };
  const mend = 'steadier without: echo off > /sys/devices/system/cpu/smt/control';
  return { name, state: 'note', seen: 'threads share cores', mend };
}

function throttling({ throttledShare, limits: { quotaCores } }: DoctorReadings): DiagnosisCheck {
  const name = 'throttling';
  if (throttledShare === undefined)
    return quotaCores === null
      ? { name, state: 'fit', seen: 'no CPU quota' }
      : { name, state: 'unknown', seen: 'not told' };
  const seen = `stopped ${(throttledShare * 100).toFixed(1)}% of the time by the CPU quota`;
  if (throttledShare <= MOST_THROTTLED_SHARE) return { name, state: 'fit', seen };
  return { name, state: 'unfit', seen, mend: 'allow more CPU time: docker --cpus, cpu.max' };
}

function virtualisation(hypervisor: string | null): DiagnosisCheck {
  const name = 'virtualisation';
  if (hypervisor === null) return { name, state: 'fit', seen: 'none found' };
  const mend = 'others may share its cores: prefer a dedicated host, and look at steal';
  return { name, state: 'note', seen: hypervisor, mend };
}

function nodeFlags(flags: readonly string[]): DiagnosisCheck {
  const name = 'node flags';
  if (flags.length === 0) return { name, state: 'fit', seen: 'none' };
  const seen = flags.join(' ');
  const slowing = flags.filter((flag) => SLOWING_FLAGS.test(flag.replaceAll('_', '-')));
  if (slowing.length > 0)
    return { name, state: 'unfit', seen, mend: `run without ${slowing.join(' ')} (NODE_OPTIONS too)` };
  return { name, state: 'note', seen, mend: 'profiles are for Node as it is: run without, or always with' };
}
