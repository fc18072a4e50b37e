import { print, printJson } from '../../console/output.js';
import { terminalTable } from '../../console/terminal.js';

/** Where an option's value comes from. */
export interface ExplainedOption {
  readonly command: string;
  readonly name: string;
  readonly value: unknown;
  readonly origin: string;
  /** What people read for the value, where that is not the value. */
  readonly text: string | undefined;
}

/** Thrown instead of running the command: `--explain-config` asked what it would run with. */
export class OptionsExplained extends Error {
  override readonly name = 'OptionsExplained';
  constructor(
    readonly options: readonly ExplainedOption[],
    readonly file: string | undefined,
    readonly asJson: boolean,
  ) {
    super('the options are explained');
  }
}

export function showExplained({ options, file, asJson }: OptionsExplained): void {
  if (asJson) {
    const rows = options.map(({ command, name, value, origin }) => ({
      command,
      option: name,
      value: value ?? null,
      origin,
    }));
    printJson({ config: file ?? null, options: rows });
    return;
  }
  const columns = [{ head: 'command' }, { head: 'option' }, { head: 'value' }, { head: 'from' }];
  const rows = options.map(({ command, name, value, origin, text }) => [
    command,
    name,
    text ?? valueText(value),
    origin,
  ]);
  print(`configuration: ${file ?? 'none found'}\n\n${terminalTable(columns, rows)}\n`);
}

function valueText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '-';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'string' ? value || '""' : JSON.stringify(value);
}
