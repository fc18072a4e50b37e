/**
 * Checks of JSON values, just enough of them for the profile's: the build writes its schema as calls of these (`profile-form.ts`), which a test
 * holds to the schema that is published. A schema validator would weigh ten times as much.
 */

/** Why a value does not fit: where, what was wanted and what was there. */
export interface ShapeProblem {
  /** Path of the field, for example `policies.warm.phases.parse.ratio`; empty for the whole. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** A check: the first problem found in `value`, or undefined when it fits. */
export type Shape = (value: unknown, field: string) => ShapeProblem | undefined;

interface NumberBounds {
  readonly integer?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

export function numberShape(bounds: NumberBounds = {}): Shape {
  const { integer = false, minimum, exclusiveMinimum, maximum } = bounds;
  const expected = [
    integer ? 'an integer' : 'a number',
    minimum === undefined ? '' : ` from ${minimum}`,
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    maximum === undefined ? '' : ` to ${maximum}`,
  ].join('');
  return (value, field) =>
    typeof value === 'number' &&
    (integer ? Number.isInteger(value) : Number.isFinite(value)) &&
    (minimum === undefined || value >= minimum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (maximum === undefined || value <= maximum)
      ? undefined
      : problem(field, expected, value);
}

export function stringShape(options: { pattern?: RegExp; form?: string; nonEmpty?: boolean } = {}): Shape {
  const { pattern, form, nonEmpty = false } = options;
  const expected = form ?? (nonEmpty ? 'a text that is not empty' : 'a text');
  return (value, field) =>
    typeof value === 'string' && (!nonEmpty || value !== '') && (pattern === undefined || pattern.test(value))
      ? undefined
      : problem(field, expected, value);
}

export const booleanShape: Shape = (value, field) =>
  typeof value === 'boolean' ? undefined : problem(field, 'true or false', value);

/** Exactly one of the given scalars. */
export function enumShape(...values: readonly (string | number)[]): Shape {
  const expected = values.map((value) => JSON.stringify(value)).join(' or ');
  return (value, field) =>
    (values as readonly unknown[]).includes(value) ? undefined : problem(field, expected, value);
}

export function nullable(shape: Shape): Shape {
  return (value, field) => {
    const found = value === null ? undefined : shape(value, field);
    return (
      found && { ...found, expected: found.field === field ? `${found.expected}, or null` : found.expected }
    );
  };
}

function lengthText(minimum: number, maximum: number): string {
  if (minimum === maximum) return ` of ${minimum}`;
  if (minimum > 0) return ` of at least ${minimum}`;
  return maximum < Infinity ? ` of at most ${maximum}` : '';
}

export function arrayShape(items: Shape, length: { minimum?: number; maximum?: number } = {}): Shape {
  const { minimum = 0, maximum = Infinity } = length;
  const bounds = lengthText(minimum, maximum);
  return (value, field) => {
    if (!Array.isArray(value) || value.length < minimum || value.length > maximum) {
      return problem(field, `a list${bounds}`, value);
    }
    for (let index = 0; index < value.length; index++) {
      const found = items(value[index], `${field}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** An object with the required and perhaps the optional fields; fields it does not know are ignored. */
export function objectShape(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (value, field) => {
    if (!isObject(value)) return problem(field, 'an object', value);
    for (const [name, shape] of Object.entries(required)) {
      const path = join(field, name);
      if (!Object.hasOwn(value, name)) return { field: path, expected: 'a value', found: 'nothing' };
      const found = shape(value[name], path);
      if (found !== undefined) return found;
    }
    for (const [name, shape] of Object.entries(optional)) {
      const found = Object.hasOwn(value, name) ? shape(value[name], join(field, name)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** An object whose every field, whatever its name, has the shape. */
export function recordShape(values: Shape): Shape {
  return (value, field) => {
    if (!isObject(value)) return problem(field, 'an object', value);
    for (const [name, item] of Object.entries(value)) {
      const found = values(item, join(field, name));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** A text, a number, true, false or null. */
export const scalarShape: Shape = (value, field) =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
    ? undefined
    : problem(field, 'a text, a number, true, false or null', value);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

function problem(field: string, expected: string, value: unknown): ShapeProblem {
  return { field, expected, found: shown(value) };
}

/** The value on one short line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
