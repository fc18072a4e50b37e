import { counted } from '@wasm-dyno/reports/wording';
import type { Argv, CommandModule } from 'yargs';

import { checkTarget } from '../targets/check/check-target.js';
import { BUILDABLE_TARGETS, buildTargets } from '../targets/build-targets.js';
import { describedTargets } from '../targets/described-targets.js';
import {
  knownTargets,
  resolveTarget,
  splitCommand,
  targetNames,
  UnknownTarget,
} from '../targets/registry.js';
import { print, printJson } from '../console/output.js';
import { visibleLine } from '../console/visible-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { afterSeparator, helpHint } from './usage.js';
import { terminalTable, styled } from '../console/terminal.js';

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
    if ((words[0] ?? '') === '')
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
    if (json) printJson(report);
    if (!report.passed) {
      const failed = report.lines.filter(({ passed }) => !passed).length;
      throw new CommandFailure(
        ExitCode.Failed,
        `${command.join(' ')} fails ${counted(failed, 'check')} of the target protocol`,
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

interface BuildArguments {
  readonly targets: string[];
}

const buildCommand: CommandModule<object, BuildArguments> = {
  command: 'build [targets..]',
  describe: 'Build the targets whose sources come with the package (needs cargo, or go)',
  builder: (yargs) =>
    yargs.positional('targets', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe: `What to build: ${BUILDABLE_TARGETS.join(', ')}; all unless given`,
    }) as unknown as Argv<BuildArguments>,
  handler: ({ targets }) => {
    const unknown = targets.find((name) => !BUILDABLE_TARGETS.includes(name));
    if (unknown !== undefined) {
      const message = `no target "${unknown}" to build; there are ${BUILDABLE_TARGETS.join(', ')}; ${helpHint(['target', 'build'])}`;
      throw new CommandFailure(ExitCode.Usage, message);
    }
    const outcomes = buildTargets(targets.length === 0 ? BUILDABLE_TARGETS : targets);
    for (const { name, state, detail } of outcomes)
      print(`${name.padEnd(10)} ${state.padEnd(9)} ${detail}\n`);
    const missing = outcomes.filter(({ name, state }) => state !== 'built' && targets.includes(name));
    if (outcomes.some(({ state }) => state === 'failed') || missing.length > 0)
      process.exitCode = ExitCode.Failed;
  },
};

const listCommand: CommandModule<object, { json: boolean }> = {
  command: 'list',
  describe: 'Tell which engines there are, of what versions, and how to get those that are missing',
  builder: (yargs) => yargs.option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }),
  handler: async ({ json }) => {
    const targets = await describedTargets(knownTargets());
    if (json) printJson(targets);
    else {
      const rows = targets.map(({ name, about, missing, version, failure }) => [
        name,
        missing !== undefined
          ? styled('yellow', 'missing')
          : failure !== undefined
            ? styled('red', 'broken')
            : styled('green', 'ready'),
        version ?? '-',
        [about, missing ?? failure].filter((part) => part !== undefined).join('; '),
      ]);
      const columns = [
        { head: 'target' },
        { head: 'state', styled: true },
        { head: 'version' },
        { head: 'what it is' },
      ];
      print(`${terminalTable(columns, rows)}\n`);
    }
  },
};

export const targetCommand: CommandModule = {
  command: 'target <command>',
  describe: 'Engines as child processes: list, build, check',
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(buildCommand)
      .command(checkCommand)
      .demandCommand(1, 'Name a command.'),
  handler: () => undefined,
};
