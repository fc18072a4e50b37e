import { CommandFailure, ExitCode } from './exit-code.js';

/** `10%` or `0.1` as the part 0.1; undefined where the option is not given. @throws CommandFailure naming the option */
export function partOfPercentage(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, sign] = /^\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(%?)\s*$/.exec(text) ?? [];
  const value = Number(digits) / (sign === '%' ? 100 : 1);
  if (!(value > 0 && value < 10)) {
    throw new CommandFailure(
      ExitCode.Usage,
      `--${option} takes a percentage, for example 10%, not "${text}"`,
    );
  }
  return value;
}
