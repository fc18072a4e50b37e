import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { RecordedRunError } from './recorded-run-error.js';

/** How one column is written and read back. `read` throws an Error that says what was expected. */
export interface CsvColumn<T> {
  readonly write: (value: T) => string;
  readonly read: (text: string) => T;
}

type CsvColumns<Row> = { readonly [Name in keyof Row]-?: CsvColumn<Row[Name]> };

/** A table with named, typed columns, a row to a line. */
export class CsvTable<Row extends object> {
  constructor(
    /** What the table is called in errors: its file name. */
    readonly name: string,
    private readonly order: readonly (keyof Row & string)[],
    private readonly columns: CsvColumns<Row>,
  ) {}

  /** The heading line, with its end of line. */
  header(): string {
    return stringify([[...this.order]]);
  }

  /** The rows' lines, each with its end of line. */
  lines(rows: readonly Row[]): string {
    return stringify(
      rows.map((row) => this.order.map((name) => oneLine(this.columns[name].write(row[name])))),
    );
  }

  /**
   * Reads a whole table. A last line without its end was cut off while it was written: it is left out and `torn` says so.
   * Columns that are not known are ignored.
   *
   * @throws RecordedRunError naming line and column.
   */
  parse(text: string): { rows: Row[]; torn: boolean } {
    const end = text.lastIndexOf('\n') + 1;
    const records = this.#records(text.slice(0, end));
    const [heading, ...body] = records;
    if (heading === undefined) return { rows: [], torn: end < text.length };
    const places = this.order.map((name) => {
      const place = heading.indexOf(name);
      if (place === -1)
        throw new RecordedRunError(`${this.name}: the column ${name} is missing; restore the file`);
      return place;
    });
    const rows = body.map((record, index) => this.#row(record, places, index + 2));
    return { rows, torn: end < text.length };
  }

  #records(text: string): string[][] {
    try {
      return parse(text, { relax_column_count: true, skip_empty_lines: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RecordedRunError(`${this.name}: ${reason}; restore the file`, { cause: error });
    }
  }

  #row(record: readonly string[], places: readonly number[], line: number): Row {
    const row: Partial<Row> = {};
    this.order.forEach((name, index) => {
      const text = record[places[index]!];
      try {
        if (text === undefined) throw new Error('should be there');
        row[name] = this.columns[name].read(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RecordedRunError(`${this.name}, line ${line}: ${name} ${reason}; restore the file`, {
          cause: error,
        });
      }
    });
    return row as Row;
  }
}

export const textColumn: CsvColumn<string> = { write: (value) => value, read: (text) => text };

export const numberColumn: CsvColumn<number> = {
  write: (value) => String(value),
  read: (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new Error(`should be a number and is "${text}"`);
    return value;
  },
};

/** An empty cell is a number that is not known. */
export const optionalNumberColumn: CsvColumn<number | undefined> = {
  write: (value) => (value === undefined ? '' : numberColumn.write(value)),
  read: (text) => (text === '' ? undefined : numberColumn.read(text)),
};

/** Names, separated by spaces. */
export const namesColumn: CsvColumn<readonly string[]> = {
  write: (names) => names.join(' '),
  read: (text) => (text === '' ? [] : text.split(' ')),
};

export function choiceColumn<T extends string>(...choices: readonly T[]): CsvColumn<T> {
  return {
    write: (value) => value,
    read: (text) => {
      const choice = choices.find((one) => one === text);
      if (choice === undefined) throw new Error(`should be one of ${choices.join(', ')} and is "${text}"`);
      return choice;
    },
  };
}

/** A row must stay on its line: a torn tail is found by the end of line that it lacks. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
