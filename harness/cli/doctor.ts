import type { CommandModule } from 'yargs';

import { print, printJson } from '../console/output.js';
import { styled, terminalTable } from '../console/terminal.js';
import { diagnose, doctorReadings, type Diagnosis, type DiagnosisCheck } from '../doctor/index.js';
import { ExitCode } from './exit-code.js';

export const doctorCommand: CommandModule<object, { json: boolean }> = {
  command: 'doctor',
  describe: 'Tell what on this machine is unfit for measuring, and how to mend it',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' })
      .epilogue('Exit code 1: something is unfit.'),
  handler: async ({ json }) => {
    const diagnosis = diagnose(await doctorReadings());
    if (json) printJson(diagnosis);
    else print(diagnosisText(diagnosis));
    if (!diagnosis.fit) process.exitCode = ExitCode.Failed;
  },
};

const STYLES = { fit: 'green', note: 'cyan', unfit: 'yellow', unknown: 'gray' } as const;

/** What was found, what is unfit first. */
export function diagnosisText({ fit, checks }: Diagnosis): string {
  const order: readonly DiagnosisCheck['state'][] = ['unfit', 'note', 'fit', 'unknown'];
  const rows = order.flatMap((state) =>
    checks
      .filter((check) => check.state === state)
      .map(({ name, seen, mend = '' }) => [name, styled(STYLES[state], state), seen, mend]),
  );
  const unfit = checks.filter(({ state }) => state === 'unfit').map(({ name }) => name);
  const verdict = fit
    ? styled('green', 'Nothing here is unfit for measuring.')
    : styled('yellow', `Unfit for measuring: ${unfit.join(', ')}.`);
  const columns = [
    { head: 'check' },
    { head: 'state', styled: true },
    { head: 'seen' },
    { head: 'how to mend it' },
  ];
  return `${terminalTable(columns, rows)}\n\n${verdict}\n`;
}
