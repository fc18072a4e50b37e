import type { Static, TObject, TOptional, TProperties, TSchema } from 'typebox';
import * as Type from './type.js';

/**
 * The columns of a CSV file, in order, each with what it says and its unit. One declaration gives the rows' type, how cells are
 * written and read, the documentation and the published schema. An optional column's cell is empty where its value is not known.
 */
export type CsvRowSchema = TObject<TProperties>;

/** A row: every column is there; an optional one may be undefined. */
export type CsvRow<T extends CsvRowSchema> =
  T extends TObject<infer Columns>
    ? {
        readonly [Name in keyof Columns]: Columns[Name] extends TOptional<TSchema>
          ? Cell<Columns[Name]> | undefined
          : Cell<Columns[Name]>;
      }
    : never;

type Cell<T extends TSchema> = Static<T> extends string[] ? readonly string[] : Static<T>;

/** A column that holds no number, or a pure one, has no unit. */
export interface ColumnOptions {
  readonly unit?: string;
}

export const textColumn = (description: string, { unit }: ColumnOptions = {}) =>
  Type.String({ description, ...(unit === undefined ? {} : { unit }) });

export const numberColumn = (description: string, { unit }: ColumnOptions = {}) =>
  Type.Number({ description, ...(unit === undefined ? {} : { unit }) });

/** Empty where it is not known. */
export const optionalNumberColumn = (description: string, options: ColumnOptions = {}) =>
  Type.Optional(numberColumn(description, options));

/** The same of a column that files of earlier versions do not have. */
export function laterNumberColumn(description: string, options: ColumnOptions = {}) {
  const column = optionalNumberColumn(description, options);
  Object.defineProperty(column, IS_LATER, { value: true });
  return column;
}

/** Names, separated by spaces. */
export const namesColumn = (description: string) => Type.Array(Type.String(), { description });

/**
 * One of some words.
 *
 * @param earlier what earlier versions wrote, and the word for it now
 */
export function choiceColumn<const T extends readonly string[]>(
  values: T,
  description: string,
  earlier: Readonly<Record<string, T[number]>> = {},
) {
  const column = { enum: [...values], description };
  // Readers need it, those who take the published schema do not.
  Object.defineProperty(column, EARLIER_WORDS, { value: earlier });
  return Type.Unsafe<T[number]>(column);
}

const EARLIER_WORDS = Symbol('earlier words');
const IS_LATER = Symbol('is later');

/** What documentation and tables need of a column's schema. */
export interface CsvColumnFacts {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'names' | 'choice';
  readonly optional: boolean;
  /** Whether files of earlier versions have no such column. */
  readonly later: boolean;
  readonly choices: readonly string[];
  /** Words of earlier versions, each with the choice that it means. */
  readonly earlier: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly description: string;
}

export function columnsOf(row: CsvRowSchema): CsvColumnFacts[] {
  const required: readonly string[] = row.required ?? [];
  return Object.entries(row.properties).map(([name, schema]) => {
    const column = schema as ColumnSchema;
    const { type, enum: choices, unit, description, [EARLIER_WORDS]: earlier, [IS_LATER]: later } = column;
    const kind = choices !== undefined ? 'choice' : KINDS[type ?? ''];
    if (kind === undefined) throw new TypeError(`a CSV column cannot hold ${type}: ${name}`);
    return {
      name,
      kind,
      optional: !required.includes(name),
      later: later ?? false,
      choices: choices ?? [],
      earlier: earlier ?? {},
      unit: unit ?? '',
      description: description ?? '',
    };
  });
}

interface ColumnSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly unit?: string;
  readonly description?: string;
  readonly [EARLIER_WORDS]?: Readonly<Record<string, string>>;
  readonly [IS_LATER]?: boolean;
}

const KINDS: Readonly<Record<string, CsvColumnFacts['kind']>> = {
  string: 'text',
  number: 'number',
  array: 'names',
};
