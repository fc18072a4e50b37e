import { DESCRIBED_TABLES, describedColumns } from '../recorded-run/described-tables.js';
import { wrapped } from '../wrapped-text.js';

/** Every column of every CSV file, with what it holds, its unit and its meaning, as text of so many letters a line. */
export function columnDescriptions(width = 80): string {
  return DESCRIBED_TABLES.map((table) =>
    [
      table.name,
      ...wrapped(table.schema.description ?? '', width),
      '',
      ...describedColumns(table).flatMap(({ name, holds, unit, description }) => [
        `  ${name}${unit === '' ? '' : ` [${unit}]`}`,
        ...wrapped(`${description} (${holds.join(', ')})`, width - 6).map((line) => `      ${line}`),
      ]),
      '',
    ].join('\n'),
  ).join('\n');
}
