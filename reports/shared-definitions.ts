/** A JSON Schema as it is published: what it has more than once stands in `$defs` once, and is referred to. */

type Schema = Readonly<Record<string, unknown>>;

/** A shorter one is read faster where it stands than looked up. */
const LEAST_LETTERS = 90;

/** Keywords that do not decide what is valid: they stay beside a reference. */
const ANNOTATIONS = ['description'] as const;

/** The same schema, told with references to what it has more than once. */
export function withSharedDefinitions(schema: Schema): Schema {
  const names = definitionNames(schema);
  if (names.size === 0) return schema;
  const definitions = [...names].map(
    ([text, name]) => [name, rewritten(JSON.parse(text) as Schema, names, true)] as const,
  );
  return { ...rewritten(schema, names, true), $defs: Object.fromEntries(definitions) };
}

/** A name for each part that occurs more than once, by its text without annotations. */
function definitionNames(schema: Schema): Map<string, string> {
  const found = new Map<string, { name: string; times: number }>();
  const visit = (part: Schema, name: string): void => {
    const text = bareText(part);
    const known = found.get(text);
    if (known !== undefined) known.times++;
    else found.set(text, { name, times: 1 });
    // Parts of a part that is shared are shared with it, and counted once.
    if (known === undefined) for (const [inner, place] of partsOf(part)) visit(inner, place ?? name);
  };
  visit(schema, 'root');
  const taken = new Map<string, number>();
  return new Map(
    [...found]
      .filter(([text, { times }]) => times > 1 && text.length >= LEAST_LETTERS)
      .map(([text, { name }]) => {
        const number = (taken.get(name) ?? 0) + 1;
        taken.set(name, number);
        return [text, number === 1 ? name : `${name}${number}`];
      }),
  );
}

function bareText(part: Schema): string {
  const bare = Object.entries(part).filter(([name]) => !(ANNOTATIONS as readonly string[]).includes(name));
  return JSON.stringify(Object.fromEntries(bare));
}

/** The schemas directly inside of one, with the name of the property that each is of. */
function partsOf(schema: Schema): (readonly [Schema, string | undefined])[] {
  const { properties, patternProperties, items, anyOf } = schema;
  return [
    ...Object.entries((properties ?? {}) as Record<string, Schema>).map(
      ([name, part]) => [part, name] as const,
    ),
    ...Object.values((patternProperties ?? {}) as Record<string, Schema>).map(
      (part) => [part, undefined] as const,
    ),
    ...(isSchema(items) ? [[items, undefined] as const] : []),
    ...((anyOf ?? []) as Schema[]).map((part) => [part, undefined] as const),
  ];
}

function rewritten(schema: Schema, names: ReadonlyMap<string, string>, isDefinition = false): Schema {
  const name = names.get(bareText(schema));
  if (name !== undefined && !isDefinition) {
    const kept = ANNOTATIONS.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]]));
    return { $ref: `#/$defs/${name}`, ...(Object.fromEntries(kept) as Schema) };
  }
  const each = (parts: unknown): unknown =>
    Object.fromEntries(
      Object.entries(parts as Record<string, Schema>).map(([key, part]) => [key, rewritten(part, names)]),
    );
  const { properties, patternProperties, items, anyOf } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: each(properties) }),
    ...(patternProperties === undefined ? {} : { patternProperties: each(patternProperties) }),
    ...(isSchema(items) ? { items: rewritten(items, names) } : {}),
    ...(anyOf === undefined ? {} : { anyOf: (anyOf as Schema[]).map((part) => rewritten(part, names)) }),
  };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
