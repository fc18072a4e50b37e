/** Profiles are not put together; the message says which and why, in a line. */
export class MergeRefused extends Error {
  override readonly name = 'MergeRefused';
}
