import yargs, { type Argv, type CommandModule } from 'yargs';

import { printData } from '../console/output.js';
import { ON_BY_DEFAULT } from './usage.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const completionCommand: CommandModule<object, { shell: Shell }> = {
  command: 'completion <shell>',
  describe: 'Print a script that completes commands, options and their values in a shell',
  builder: (builder) =>
    builder
      .positional('shell', { choices: SHELLS, demandOption: true, describe: 'Whose script' })
      .example('$0 completion bash >> ~/.bashrc', '')
      .example('$0 completion zsh > "$' + '{fpath[1]}/_wasm-dyno"', '')
      .example('$0 completion fish > ~/.config/fish/completions/wasm-dyno.fish', '') as unknown as Argv<{
      shell: Shell;
    }>,
  handler: ({ shell }) => printData(completionScript(shell)),
};

/** The command as completions are told of it: with the `--no-` form of each switch that is on by default, which the parser never sees. */
export function offeringNegations(command: CommandModule): CommandModule {
  const switches = ON_BY_DEFAULT[String(command.command).split(' ')[0]!] ?? [];
  const { builder } = command;
  if (switches.length === 0 || typeof builder !== 'function') return command;
  const offered = Object.fromEntries(
    switches.map((name) => [`no-${name}`, { type: 'boolean', describe: `Without --${name}` } as const]),
  );
  return { ...command, builder: async (own: Argv) => (await builder(own)).options(offered) };
}

const ASK = 'wasm-dyno --get-yargs-completions';

/** Answers differ by shell, and yargs tells the shell by a variable that names the user's, not the asking one. */
export function completionScript(shell: Shell): string {
  return (shell === 'fish' ? FISH : yargsScript(shell)).replaceAll(ASK, `SHELL=${shell} ${ASK}`);
}

/** Files are offered too: most arguments are files. */
const FISH = `# Completions of wasm-dyno; into ~/.config/fish/completions/wasm-dyno.fish
complete -c wasm-dyno -a '(${ASK} (commandline -opc) (commandline -ct) 2>/dev/null)'
`;

function yargsScript(shell: Shell): string {
  const before = process.env['SHELL'];
  process.env['SHELL'] = shell;
  try {
    const own = yargs([]).scriptName('wasm-dyno') as unknown as {
      showCompletionScript(program: string, command: string): void;
      getInternalMethods(): { getLoggerInstance(): { log(text: string): void } };
    };
    let script = '';
    own.getInternalMethods().getLoggerInstance().log = (text) => void (script += `${text}\n`);
    own.showCompletionScript('wasm-dyno', `completion ${shell}`);
    return script;
  } finally {
    if (before === undefined) delete process.env['SHELL'];
    else process.env['SHELL'] = before;
  }
}
