/** Nothing that is signed nests deeper; JSON that does is no profile. */
const DEEPEST = 64;

/**
 * A JSON value in its one canonical form, the JSON Canonicalization Scheme (RFC 8785): members ordered by UTF-16 code units, numbers as
 * ECMAScript writes them, no blanks.
 *
 * @throws TypeError naming the place of what JSON cannot say: a number that is none, half a character, undefined, a circle
 */
export function canonicalJson(value: unknown): string {
  return textOf(value, '', 0);
}

function textOf(value: unknown, path: string, depth: number): string {
  if (depth > DEEPEST) throw new TypeError(`${path} nests deeper than ${DEEPEST}`);
  switch (typeof value) {
    case 'string':
      return stringText(value, path);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${named(path)} is ${value}, which JSON cannot say`);
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? listText(value, path, depth) : objectText(value, path, depth);
    default:
      throw new TypeError(`${named(path)} is of type ${typeof value}, which JSON does not have`);
  }
}

function listText(list: readonly unknown[], path: string, depth: number): string {
  // By index: a list with holes has undefined in them, which is refused.
  const items = Array.from(list, (item, i) => textOf(item, `${path}[${i}]`, depth + 1));
  return `[${items.join(',')}]`;
}

function objectText(object: object, path: string, depth: number): string {
  const members = memberNames(object).map((name) => {
    const at = memberPath(path, name);
    const value = (object as Readonly<Record<string, unknown>>)[name];
    return `${stringText(name, at)}:${textOf(value, at, depth + 1)}`;
  });
  return `{${members.join(',')}}`;
}

/** An object's names in canonical order: that of UTF-16 code units, which is JavaScript's own. */
export function memberNames(object: object): string[] {
  return Object.keys(object).sort();
}

/** As {@link ShapeProblem} writes places: `policies.warm.phases`. */
export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function stringText(text: string, path: string): string {
  if (LONE_SURROGATE.test(text))
    throw new TypeError(`${named(path)} has half a character (a lone surrogate)`);
  return JSON.stringify(text);
}

function named(path: string): string {
  return path === '' ? 'the value' : path;
}
