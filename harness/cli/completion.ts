import yargs, { type Argv, type CommandModule } from 'yargs';

import { printData } from '../console/output.js';

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
