import { fitnessReadings, type FitnessReadings } from '../machine/fitness.js';
import { machineFingerprint } from '../machine/fingerprint.js';
import { readSmt } from '../machine/linux-files.js';
import { throttledNanoseconds } from '../machine/process-limits.js';

/** What a diagnosis is made of; undefined and null where the machine does not tell. */
export interface DoctorReadings extends FitnessReadings {
  readonly smt: boolean | undefined;
  /** Share of the time that the group's CPU quota stopped its programs; undefined without a quota. */
  readonly throttledShare: number | undefined;
  readonly virtualisation: string | null;
  /** Node's own flags, from the command line and NODE_OPTIONS. */
  readonly nodeFlags: readonly string[];
}

/** Takes `milliseconds`: load, steal and throttling are watched for so long. */
export async function doctorReadings(milliseconds = 1000): Promise<DoctorReadings> {
  const throttledBefore = throttledNanoseconds();
  const started = process.hrtime.bigint();
  const fitness = await fitnessReadings(milliseconds);
  const throttled = throttledNanoseconds();
  const elapsed = Number(process.hrtime.bigint() - started);
  const { virtualisation } = await machineFingerprint();
  return {
    ...fitness,
    smt: readSmt(),
    throttledShare:
      throttled === undefined || throttledBefore === undefined
        ? undefined
        : (throttled - throttledBefore) / elapsed,
    virtualisation,
    nodeFlags: [
      ...process.execArgv,
      ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/).filter((word) => word !== ''),
    ],
  };
}
