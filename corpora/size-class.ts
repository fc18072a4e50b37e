/** A class of functions by the bytes of their bodies, both bounds included; the last class has no upper bound. */
export interface SizeClass {
  /** As it stands in files and tables. */
  readonly name: (typeof CLASSES)[number][0];
  readonly minimumBytes: number;
  readonly maximumBytes: number;
}

const CLASSES = [
  ['1..63B', 1, 63],
  ['64..255B', 64, 255],
  ['256..1023B', 256, 1023],
  ['1024..4095B', 1024, 4095],
  ['4096..16383B', 4096, 16_383],
  ['16384..65535B', 16_384, 65_535],
  ['65536B+', 65_536, Infinity],
] as const;

/** The size classes in ascending order; together they cover every size from one byte on. */
export const SIZE_CLASSES: readonly SizeClass[] = Object.freeze(
  CLASSES.map(([name, minimumBytes, maximumBytes]) => Object.freeze({ name, minimumBytes, maximumBytes })),
);

/** The size class of a body. Throws a RangeError for a size that no body has. */
export function sizeClassOf(bodyBytes: number): SizeClass {
  const found = SIZE_CLASSES.find(
    ({ minimumBytes, maximumBytes }) => bodyBytes >= minimumBytes && bodyBytes <= maximumBytes,
  );
  if (found === undefined) throw new RangeError(`a body has at least 1 byte, not ${bodyBytes}`);
  return found;
}
