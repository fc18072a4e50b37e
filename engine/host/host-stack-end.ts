/** What V8 and JavaScriptCore throw at the end of their stack, and SpiderMonkey. */
const MESSAGES: readonly string[] = [
  'Maximum call stack size exceeded',
  'Maximum call stack size exceeded.',
  'too much recursion',
];

/**
 * Whether a host throws this where its own stack ends: a RangeError, or an InternalError in SpiderMonkey. There may be hardly any stack
 * left: so texts are only compared.
 */
export function isHostStackEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { message } = error;
  for (let i = 0; i < MESSAGES.length; i++) if (message === MESSAGES[i]) return true;
  return false;
}
