/** One shape of a recipe. */
export interface RecipePart {
  /** Name of a shape. */
  readonly shape: string;
  /** How strong it is, in the shape's own measure; whole. */
  readonly intensity: number;
  /** Its share of the statements beside the other parts', from 1 to 9. */
  readonly share: number;
}

/** How to make a module that is dear for its bytes: the same recipe gives the same bytes on every machine. */
export interface Recipe {
  /** Bytes of a function's body, about: it ends with the first statement that makes it as long. Of the module, for shapes of modules. */
  readonly bodyBytes: number;
  /** Functions alike in size; those of many small ones say how often what a function takes beside its body is taken. */
  readonly functions: number;
  /** Of the order of statements, and of what they draw. */
  readonly seed: number;
  /** At least one; shapes of modules do not mix with those of bodies. */
  readonly parts: readonly RecipePart[];
}

/** A recipe in a line, for example `4096 bytes x 8, seed 1: block-parameters 1000 x 1 + nops 64 x 3`. */
export function recipeText({ bodyBytes, functions, parts, seed }: Recipe): string {
  const mixed = parts.map(({ shape, intensity, share }) => `${shape} ${intensity} x ${share}`);
  return `${bodyBytes} bytes x ${functions}, seed ${seed}: ${mixed.join(' + ')}`;
}
