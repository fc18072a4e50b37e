/** Whether to colour what goes to a stream: only on a terminal, and never with NO_COLOR (no-color.org). */
export function terminalColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}
