import type { Argv, CommandModule } from 'yargs';

import { ENGINE_VERSION } from '@wasm-dyno/engine';
import { VERIFICATION_FILE, type VerificationCheck } from '@wasm-dyno/reports/recorded-run';
import { lastLevelCacheBytes, machineFingerprint } from '../machine/fingerprint.js';
import { verificationSession } from '../process/verification-session.js';
import { keepVerification } from '../run-directory/latest-verification.js';
import { takeCalibrationLock } from '../run-directory/lock.js';
import { resolveTarget } from '../targets/registry.js';
import {
  DEFAULT_ARM_RATIO,
  SELF_EXPERIMENTS,
  checkAgainstItself,
  checkClosure,
  checkCoverage,
  checkKnownAnswer,
  speaksForMachine,
  verificationRecord,
} from '../verify/index.js';
import { print, printJson } from '../console/output.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { ProcessCount } from './display/progress.js';
import { styled } from '../console/terminal.js';

interface VerifyArguments {
  simulation: boolean;
  experiments: number;
  seed: number;
  json: boolean;
  quiet: boolean;
}

export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify',
  describe: 'Prove that the intervals hold: simulated coverage, A against A, known answer, closure',
  builder: (yargs) =>
    yargs
      .option('simulation', {
        type: 'boolean',
        default: false,
        describe: 'Only the simulation; times nothing',
      })
      .option('experiments', {
        requiresArg: true,
        type: 'number',
        default: SELF_EXPERIMENTS,
        describe: 'A/A experiments; fewer are tried out, and not kept for reports',
      })
      .option('seed', {
        requiresArg: true,
        type: 'number',
        default: 1,
        describe: 'Seed of all that is drawn',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print as JSON',
      })
      .option('quiet', {
        type: 'boolean',
        default: false,
        describe: 'No progress',
      }) as unknown as Argv<VerifyArguments>,
  handler: async ({ simulation, experiments, seed, json, quiet }) => {
    if (!Number.isSafeInteger(experiments) || experiments < 1)
      throw new CommandFailure(ExitCode.Usage, '--experiments takes a whole number from 1 on');
    if (!Number.isSafeInteger(seed)) throw new CommandFailure(ExitCode.Usage, '--seed takes a whole number');
    const checks: VerificationCheck[] = [];
    // The known answer, the closure and each experiment take as many.
    const progress = new ProcessCount((2 + experiments) * DEFAULT_ARM_RATIO.processes, quiet || simulation);
    const add = (check: VerificationCheck): void => {
      checks.push(check);
      progress.clear();
      if (!json) print(checkText(check));
    };
    add(checkCoverage({ seed }));
    const machine = await machineFingerprint();
    if (!simulation) {
      const unlock = takeCalibrationLock('a verification');
      const session = verificationSession(resolveTarget('embedded'), lastLevelCacheBytes(machine));
      try {
        const options = { seed, onProcess: progress.step };
        progress.what = 'known answer';
        add(await checkKnownAnswer(session.target, options));
        progress.what = 'closure';
        add(await checkClosure(session.target, options));
        progress.what = 'A against A';
        add(await checkAgainstItself(session.target, { ...options, experiments }));
      } finally {
        progress.stop();
        session.remove();
        unlock();
      }
    }
    const record = verificationRecord(checks, {
      tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
      machine: machine.id,
      engine: simulation ? null : 'embedded',
      seed,
    });
    if (speaksForMachine({ simulation, experiments }))
      keepVerification(machine.id, VERIFICATION_FILE.text(record));
    if (json) printJson(record);
    if (!record.passed) {
      const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
      throw new CommandFailure(ExitCode.Failed, `verification failed: ${failed.join(', ')}`);
    }
  },
};

function checkText({ name, passed, wanted, found, coverages }: VerificationCheck): string {
  const verdict = passed ? styled('green', 'passed') : styled('red', 'FAILED');
  const details = (coverages ?? []).map(
    ({ design, nominal, observed }) =>
      `    ${design}: nominal ${(nominal * 100).toFixed(1)}%, observed ${(observed * 100).toFixed(1)}%\n`,
  );
  return `${verdict}  ${name}: ${found} (wanted: ${wanted})\n${details.join('')}`;
}
