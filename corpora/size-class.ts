/** A class of functions by the bytes of their bodies, both bounds included; the last class has no upper bound. */
export interface SizeClass {
  /** As it stands in files and tables, for example `64-255`. */
  readonly name: string;
  readonly minimumBytes: number;
  readonly maximumBytes: number;
}

/** The size classes in ascending order; together they cover every size from one byte on. */
export const SIZE_CLASSES: readonly SizeClass[] = Object.freeze([
  sizeClass(1, 63),
  sizeClass(64, 255),
  sizeClass(256, 1023),
  sizeClass(1024, 4095),
  sizeClass(4096, 16_383),
  sizeClass(16_384, 65_535),
  sizeClass(65_536, Infinity),
]);

/** The size class of a body. Throws a RangeError for a size that no body has. */
export function sizeClassOf(bodyBytes: number): SizeClass {
  const found = SIZE_CLASSES.find(
    ({ minimumBytes, maximumBytes }) => bodyBytes >= minimumBytes && bodyBytes <= maximumBytes,
  );
  if (found === undefined) throw new RangeError(`a body has at least 1 byte, not ${bodyBytes}`);
  return found;
}

function sizeClass(minimumBytes: number, maximumBytes: number): SizeClass {
  const name = maximumBytes === Infinity ? `${minimumBytes}+` : `${minimumBytes}-${maximumBytes}`;
  return Object.freeze({ name, minimumBytes, maximumBytes });
}
