import type { Value } from './value.js';

/**
 * What an embedder function returned, as a list of `count` values: see EmbedderFunction.
 * @throws TypeError for another number of them
 */
export function embedderResults(count: number, answer: unknown): readonly Value[] {
  if (count === 0) return [];
  // A v128 is an array-like of its own: only a real array is a list of results.
  if (count === 1) return [Array.isArray(answer) && answer.length === 1 ? (answer[0] as Value) : answer];
  if (!Array.isArray(answer) || answer.length !== count) {
    throw new TypeError(`an embedder function of ${count} results must return an array of them`);
  }
  return answer as Value[];
}
