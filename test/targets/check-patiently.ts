import { checkTarget, type CheckReport } from '../../harness/dist/targets/check/check-target.js';

/** Checks of times, which other programs on the machine may spoil. */
const OF_TIMES =
  /-(accounts-for-time|grows-with-(bytes|calls|work)|repeats|possible|fills-every-size|curve)$/;
const TRIES = 5;

export function failures({ lines }: CheckReport): string[] {
  return lines.filter(({ passed }) => !passed).map(({ name }) => name);
}

/** Of a report: the checks that failed and that no busy machine is to blame for. */
export function faults(report: CheckReport): string[] {
  return failures(report).filter((name) => !OF_TIMES.test(name));
}

/** The check of a target, made again while nothing but times fails. */
export async function checkPatiently(command: readonly string[]): Promise<CheckReport> {
  for (let tries = 1; ; tries++) {
    const report = await checkTarget(command, { timeoutMilliseconds: 300_000 });
    if (report.passed || faults(report).length > 0 || tries === TRIES) return report;
  }
}
