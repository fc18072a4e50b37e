export interface TableOptions {
  /** Colour beside the words; off unless told. {@link terminalColour} decides for a stream. */
  readonly colour?: boolean;
  /** Size classes too, and not only `all`; on unless told. */
  readonly sizeClasses?: boolean;
  /** Letters of a line; 80 unless told. */
  readonly width?: number;
}
