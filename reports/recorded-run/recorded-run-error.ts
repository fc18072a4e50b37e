/** A recorded file is missing or does not say what it should. The message names the file, the place and the mend. */
export class RecordedRunError extends Error {
  override readonly name = 'RecordedRunError';
}
