import { didYouMean, nearestName } from '../../console/nearest-name.js';
import { CommandFailure, ExitCode } from '../exit-code.js';
import type { ConfiguredValues } from './configured-values.js';
import type { DeclaredCommand, DeclaredOption } from './option-catalog.js';

const PREFIX = 'WASM_DYNO_';

/** Variables that have a meaning of their own. */
const OTHERS: ReadonlySet<string> = new Set([
  'WASM_DYNO_LLC_BYTES',
  'WASM_DYNO_PADDING',
  'WASM_DYNO_PROFILE',
  'WASM_DYNO_PUBLIC_KEY',
  'WASM_DYNO_SIGNING_KEY',
]);

/** Whether any variable may give an option: only then are all options looked at. */
export function namesAnOption(environment: NodeJS.ProcessEnv = process.env): boolean {
  return Object.keys(environment).some((name) => name.startsWith(PREFIX) && !OTHERS.has(name));
}

/** `profile sign`'s `--signed-by` is `WASM_DYNO_PROFILE_SIGN_SIGNED_BY`. */
export function variableName(command: string, option: string): string {
  return PREFIX + `${command}_${option}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/**
 * What the environment says for a command, by option. An empty variable says nothing.
 *
 * @throws CommandFailure in one line for a value that the option does not take, and for a variable of the command that names no option
 */
export function environmentValues(
  command: DeclaredCommand,
  environment: NodeJS.ProcessEnv = process.env,
): ConfiguredValues {
  const known = new Map(command.options.map((option) => [variableName(command.name, option.name), option]));
  const own = variableName(command.name, '');
  const given = Object.entries(environment).filter(
    ([name, text]) => name.startsWith(own) && text !== undefined && text !== '' && !OTHERS.has(name),
  );
  return new Map(
    given.map(([name, text]) => {
      const option = known.get(name);
      if (option === undefined) {
        const near = nearestName(name, [...known.keys()]);
        const mend = near === undefined ? `${command.name} has no such option` : `did you mean ${near}?`;
        throw new CommandFailure(ExitCode.Usage, `${name}: unknown variable; ${mend}`);
      }
      return [option.name, { value: readValue(name, text!, option), origin: `environment: ${name}` }];
    }),
  );
}

function readValue(name: string, text: string, { choices, isList, kind }: DeclaredOption): unknown {
  const wanted = (what: string) =>
    new CommandFailure(ExitCode.Usage, `${name} is ${JSON.stringify(text)}; give ${what}`);
  if (kind === 'switch') {
    if (text !== 'true' && text !== 'false') throw wanted('true or false');
    return text === 'true';
  }
  if (kind === 'number') {
    const value = Number(text);
    if (!Number.isFinite(value) || text.trim() === '') throw wanted('a number');
    return value;
  }
  const items = isList ? text.split(',').map((item) => item.trim()) : [text];
  const other = choices && items.find((item) => !choices.includes(item));
  if (other !== undefined)
    throw wanted(`${isList ? 'some' : 'one'} of ${choices!.join(', ')}${didYouMean(other, choices!)}`);
  return isList ? items : text;
}
