/** The reference loop's times right before and right after a block; each undefined where the target does not tell. */
export interface ReferenceReadings {
  readonly referenceBeforeNanoseconds?: number | undefined;
  readonly referenceAfterNanoseconds?: number | undefined;
}

/**
 * What a block's core is judged by: the quicker of its two readings. A neighbour who has part of the core all the while slows both; a blink
 * that hits one of them, some tens of microseconds out of a millisecond, says next to nothing of the block.
 */
export function quickerReference(readings: ReferenceReadings): number | undefined {
  const { referenceBeforeNanoseconds: before, referenceAfterNanoseconds: after } = readings;
  return before === undefined || after === undefined ? (before ?? after) : Math.min(before, after);
}

/** The slower of the two: that something had part of the core at one end of the block, if only for a blink. */
export function slowerReference(readings: ReferenceReadings): number | undefined {
  const { referenceBeforeNanoseconds: before, referenceAfterNanoseconds: after } = readings;
  return before === undefined || after === undefined ? (before ?? after) : Math.max(before, after);
}
