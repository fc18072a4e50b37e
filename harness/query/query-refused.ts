/** What was asked, or what was to be asked of, is not as it has to be. The message is for people: one line. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
}
