import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { columnsOf, type CsvColumnFacts, type CsvRow, type CsvRowSchema } from './csv-row.js';
import { RecordedRunError } from './recorded-run-error.js';
import { ORIGIN_COLUMNS, type RowOrigin } from './row-origin.js';

/** How one column's cells are written and read back. `read` throws an Error that says what was expected. */
interface CellForm {
  readonly write: (value: unknown) => string;
  readonly read: (text: string) => unknown;
}

/** A {@link CsvTable} for the rows of one run. */
export interface RunTable<Row> {
  header(): string;
  lines(rows: readonly Row[]): string;
  parse(text: string): { rows: Row[]; torn: boolean };
}

/** Columns that say where a row comes from; readers know it from the run's record. */
const ORIGIN_ORDER = Object.keys(ORIGIN_COLUMNS.properties) as (keyof RowOrigin)[];

/** The place of a column that a file does not have. */
const MISSING = -1;

/** As RFC 4180 ends its lines. */
const END_OF_LINE = '\r\n';

/** A file of rows with named, typed columns, a row to a line (RFC 4180). */
export class CsvTable<Schema extends CsvRowSchema> {
  private readonly order: readonly string[];
  private readonly forms: readonly CellForm[];
  private readonly later: ReadonlySet<string>;

  constructor(
    /** What the table is called in errors: its file name. */
    readonly name: string,
    readonly schema: Schema,
  ) {
    const columns = columnsOf(schema);
    this.order = columns.map((column) => column.name);
    this.forms = columns.map(cellForm);
    this.later = new Set(columns.filter(({ later }) => later).map(({ name: column }) => column));
  }

  /** The heading line, with its end of line. */
  header(): string {
    return stringify([[...ORIGIN_ORDER, ...this.order]], { record_delimiter: END_OF_LINE });
  }

  /** The rows' lines, each with its end of line. */
  lines(rows: readonly CsvRow<Schema>[], origin: RowOrigin): string {
    const begin = ORIGIN_ORDER.map((name) => origin[name]);
    return stringify(
      rows.map((row) => {
        const values = row as Readonly<Record<string, unknown>>;
        return [
          ...begin,
          ...this.order.map((name, index) => oneLine(this.forms[index]!.write(values[name]))),
        ];
      }),
      { record_delimiter: END_OF_LINE },
    );
  }

  /** A whole file. */
  text(rows: readonly CsvRow<Schema>[], origin: RowOrigin): string {
    return this.header() + this.lines(rows, origin);
  }

  /** How the rows of one run are written and read. */
  of(origin: RowOrigin): RunTable<CsvRow<Schema>> {
    return {
      header: () => this.header(),
      lines: (rows) => this.lines(rows, origin),
      parse: (text) => this.parse(text),
    };
  }

  /**
   * Reads a whole table. A last line without its end was cut off while it was written: it is left out and `torn` says so.
   * Columns that are not known are ignored.
   *
   * @throws RecordedRunError naming line and column.
   */
  parse(text: string): { rows: CsvRow<Schema>[]; torn: boolean } {
    const end = text.lastIndexOf('\n') + 1;
    const records = this.#records(text.slice(0, end));
    const [heading, ...body] = records;
    if (heading === undefined) return { rows: [], torn: end < text.length };
    const places = this.order.map((name) => {
      const place = heading.indexOf(name);
      if (place === MISSING && !this.later.has(name))
        throw new RecordedRunError(`${this.name}: the column ${name} is missing; restore the file`);
      return place;
    });
    const rows = body.map((record, index) => this.#row(record, places, index + 2));
    return { rows, torn: end < text.length };
  }

  #records(text: string): string[][] {
    try {
      // Earlier versions ended lines as Unix does.
      return parse(text, {
        relax_column_count: true,
        skip_empty_lines: true,
        record_delimiter: [END_OF_LINE, '\n'],
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RecordedRunError(`${this.name}: ${reason}; restore the file`, { cause: error });
    }
  }

  #row(record: readonly string[], places: readonly number[], line: number): CsvRow<Schema> {
    const row: Record<string, unknown> = {};
    this.order.forEach((name, index) => {
      const place = places[index]!;
      const text = place === MISSING ? '' : record[place];
      try {
        if (text === undefined) throw new Error('should be there');
        row[name] = this.forms[index]!.read(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RecordedRunError(`${this.name}, line ${line}: ${name} ${reason}; restore the file`, {
          cause: error,
        });
      }
    });
    return row as CsvRow<Schema>;
  }
}

function cellForm({ kind, optional, choices, earlier }: CsvColumnFacts): CellForm {
  const form = kind === 'choice' ? choiceForm(choices, earlier) : FORMS[kind];
  if (!optional) return form;
  return {
    write: (value) => (value === undefined ? '' : form.write(value)),
    read: (text) => (text === '' ? undefined : form.read(text)),
  };
}

const FORMS: Readonly<Record<'text' | 'number' | 'names', CellForm>> = {
  text: { write: String, read: (text) => text },
  number: {
    write: String,
    read: (text) => {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value))
        throw new Error(`should be a number and is "${text}"`);
      return value;
    },
  },
  names: {
    write: (names) => (names as readonly string[]).join(' '),
    read: (text) => (text === '' ? [] : text.split(' ')),
  },
};

function choiceForm(choices: readonly string[], earlier: Readonly<Record<string, string>>): CellForm {
  return {
    write: String,
    read: (text) => {
      if (choices.includes(text)) return text;
      if (Object.hasOwn(earlier, text)) return earlier[text];
      throw new Error(`should be one of ${choices.join(', ')} and is "${text}"`);
    },
  };
}

/** A row must stay on its line: a torn tail is found by the end of line that it lacks. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
