import { camelCase } from '../usage.js';
import type { DeclaredCommand, DeclaredOption } from './option-catalog.js';

/** What a configuration may hold, as a JSON Schema: editors complete and check it, by its key `$schema`. */
export function configSchema(commands: readonly DeclaredCommand[]): object {
  const every = new Map(commands.flatMap(({ options }) => options.map((option) => [option.name, option])));
  // In `common` a name may stand for different options: any value that one of them takes.
  const common = [...every.keys()].map((name) => {
    const found = commands.flatMap(({ options }) => options.filter((option) => option.name === name));
    const schemas = [
      ...new Map(found.map((one) => [JSON.stringify(valueSchema(one)), valueSchema(one)])).values(),
    ];
    return [name, schemas.length === 1 ? schemas[0]! : { anyOf: schemas }] as const;
  });
  const sections = commands.map(({ name, describe, options }) => [
    name,
    section(
      describe,
      options.map((option) => [option.name, valueSchema(option)]),
    ),
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:wasm-dyno:schema:config',
    title: 'wasm-dyno.config.json',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      common: section('Options of every command that has them', common),
      ...Object.fromEntries(sections),
    },
  };
}

/** Both spellings of a name are taken: `fail-over`, `failOver`. */
function section(description: string, values: readonly (readonly [name: string, schema: object])[]): object {
  const properties = Object.fromEntries(
    values.flatMap(([name, schema]) => [...new Set([name, camelCase(name)])].map((key) => [key, schema])),
  );
  return { description, type: 'object', additionalProperties: false, properties };
}

function valueSchema({
  choices,
  default: value,
  describe,
  isList,
  kind,
  needsValue,
}: DeclaredOption): object {
  const text = choices === undefined ? { type: ['string', 'number'] } : { enum: choices };
  const told = { description: describe, ...(value === undefined ? {} : { default: value }) };
  if (kind === 'switch') return { type: 'boolean', ...told };
  if (kind === 'number') return { type: 'number', ...told };
  if (isList) return { anyOf: [text, { type: 'array', items: text }], ...told };
  return needsValue || choices !== undefined
    ? { ...text, ...told }
    : { anyOf: [text, { const: true }], ...told };
}
