import type { Static, TSchema } from 'typebox';
import * as Type from './type.js';

/** What a schema describes, as it is read: nothing of it is changed. */
export type Recorded<T extends TSchema> = DeepReadonly<Static<T>>;

/** A mapped type keeps lists and pairs what they are. */
type DeepReadonly<T> = T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> } : T;

const MOST = Number.MAX_SAFE_INTEGER;

/** A text that is not empty. */
export const name = (description?: string) => Type.String({ minLength: 1, ...about(description) });
export const text = (description?: string) => Type.String(about(description));
export const texts = (description?: string) => Type.Array(Type.String(), about(description));
export const number = (description?: string) => Type.Number(about(description));
export const count = (description?: string) =>
  Type.Integer({ minimum: 0, maximum: MOST, ...about(description) });
export const positiveCount = (description?: string) =>
  Type.Integer({ minimum: 1, maximum: MOST, ...about(description) });
/** From 0 to 1. */
export const part = (description?: string) => Type.Number({ minimum: 0, maximum: 1, ...about(description) });
export const utcTime = (description: string) =>
  Type.String({
    title: 'a UTC time such as 2026-01-31T12:00:00Z',
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$',
    description: `${description}, UTC.`,
  });
export const sha256 = (description: string) =>
  Type.String({ title: '64 hexadecimal digits', pattern: '^[0-9a-f]{64}$', description });
/** What a digest of 64 bits is written as. */
export const SHORT_DIGEST = { title: '16 hexadecimal digits', pattern: '^[0-9a-f]{16}$' };
export const seed = () =>
  Type.Integer({ minimum: -MOST, maximum: MOST, description: 'Seed of everything random.' });

export function nullable<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], about(description));
}

export function choice<const T extends readonly (string | number)[]>(values: T, description?: string) {
  return Type.Unsafe<T[number]>({ enum: [...values], ...about(description) });
}

export const pair = <T extends TSchema>(item: T, description?: string) =>
  Type.Unsafe<[Static<T>, Static<T>]>({
    type: 'array',
    items: item,
    minItems: 2,
    maxItems: 2,
    ...about(description),
  });

/** What wrote a file. */
export const TOOL = Type.Object({ name: name(), version: name() }, { description: 'What wrote it.' });

/** The version of a run's own files: `run.json`, and the rows and fits that stand beside it without a version of their own. */
export const RUN_SCHEMA_VERSION = 2;

/** The JSON Schema of a file, version by version: the one it names in `schemaVersion`, else the run's. */
export function fileSchema<T extends TSchema>(file: string, title: string, schema: T): T {
  const { schemaVersion } =
    (schema as { properties?: { schemaVersion?: { const?: number } } }).properties ?? {};
  const version = schemaVersion?.const ?? RUN_SCHEMA_VERSION;
  return { $schema: DRAFT, $id: `urn:wasm-dyno:schema:${file}:${version}`, title, ...schema };
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

function about(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}
