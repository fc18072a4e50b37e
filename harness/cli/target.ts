import type { Argv, CommandModule } from 'yargs';

import { checkTarget } from '../targets/check.js';
import { resolveTarget, splitCommand, targetNames, UnknownTarget } from '../targets/registry.js';
import { print, printData } from '../console/output.js';
import { jsonText, visibleLine } from '../console/visible-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { afterSeparator, helpHint } from './usage.js';
import { styled } from '../console/terminal.js';

interface CheckArguments {
  program: string[];
  json: boolean;
}

const checkCommand: CommandModule<object, CheckArguments> = {
  command: 'check [program..]',
  describe: 'Tell whether a program keeps to the target protocol',
  builder: (yargs) =>
    yargs
      .positional('program', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'The name of a target, or a program and its arguments (after -- if they begin with -)',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print as JSON',
      }) as unknown as Argv<CheckArguments>,
  handler: async ({ program, json }) => {
    const words = [...program, ...afterSeparator()];
    if (words.length === 0)
      throw new CommandFailure(
        ExitCode.Usage,
        `name a target or a program to check; ${helpHint(['target', 'check'])}`,
      );
    const command = commandOf(words);
    const report = await checkTarget(command, {
      onLine: ({ name, passed, detail }) => {
        if (json) return;
        const verdict = passed ? styled('green', 'passed') : styled('red', 'FAILED');
        print(`${verdict}  ${name}: ${visibleLine(detail)}\n`);
      },
    });
    if (json) printData(jsonText(report));
    if (!report.passed) {
      const failed = report.lines.filter(({ passed }) => !passed).length;
      throw new CommandFailure(
        ExitCode.Failed,
        `${command.join(' ')} fails ${failed} checks of the target protocol`,
      );
    }
  },
};

/** A known target by its name, or a command; one that was given in a single word is split at its spaces. */
function commandOf(program: readonly string[]): string[] {
  if (program.length > 1) return [...program];
  try {
    const { command, arguments: rest } = resolveTarget(program[0]!);
    return [command, ...rest];
  } catch (error) {
    if (!(error instanceof UnknownTarget)) throw error;
    // A name of ours that is not built, or stands for several, is not a program to look for.
    if (targetNames().includes(program[0]!)) throw error;
    return splitCommand(program[0]!);
  }
}

export const targetCommand: CommandModule = {
  command: 'target <command>',
  describe: 'Engines as child processes',
  builder: (yargs) => yargs.command(checkCommand).demandCommand(1, 'Name a command: target check PROGRAM'),
  handler: () => undefined,
};
