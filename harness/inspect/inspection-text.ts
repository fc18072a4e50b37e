import { counted } from '@wasm-dyno/reports/wording';
import { shortNumber, terminalTable } from '../console/terminal.js';
import type { InspectedFunction, Inspection, OutsideReason } from './inspect-module.js';

const WORDS: Readonly<Record<OutsideReason, string>> = {
  'counts-beyond-bytes': 'counts as more than its bytes',
  'larger-than-measured': 'larger than any measured',
  'smaller-than-measured': 'smaller than any measured',
};

/** The inspection as tables: what loading and first calls come to, then the `most` dearest functions. */
export function inspectionText(inspection: Inspection, most: number): string {
  const { functions } = inspection;
  const shown = functions.slice(0, most);
  const rows = shown.map((inspected) => functionRow(inspected, inspection));
  const outside = functions.filter(({ outside: reasons }) => reasons.length > 0);
  const left = functions.length - shown.length;
  return [
    totalsText(inspection),
    rows.length === 0 ? '' : `\n${terminalTable(COLUMNS, rows)}\n`,
    left > 0 ? `and ${counted(left, 'function')} more; --top tells how many to show\n` : '',
    outside.length > 0
      ? `${outside.length.toLocaleString('en')} of ${counted(functions.length, 'function')} ${outside.length === 1 ? 'lies' : 'lie'} outside what prices were measured on\n`
      : '',
  ].join('');
}

const COLUMNS = [
  { head: 'function', align: 'right' },
  { head: 'name' },
  { head: 'body bytes', align: 'right' },
  { head: 'validate', align: 'right' },
  { head: 'translate', align: 'right' },
  { head: 'of all', align: 'right' },
  { head: 'outside' },
] as const;

function functionRow(inspected: InspectedFunction, inspection: Inspection): string[] {
  const { bodyBytes, index, name = '', outside, translateFuel, validateFuel } = inspected;
  const all = inspection.validateFuel + inspection.translateFuel;
  const share = all === 0n ? 0 : (100 * Number(validateFuel + translateFuel)) / Number(all);
  return [
    String(index),
    name.length > 48 ? `${name.slice(0, 47)}…` : name,
    whole(bodyBytes),
    whole(validateFuel),
    whole(translateFuel),
    `${shortNumber(share)}%`,
    outside.map((reason) => WORDS[reason]).join('; '),
  ];
}

function totalsText(inspection: Inspection): string {
  const { functions, instantiationFuel, moduleBytes, parseFuel, translateFuel, validateFuel } = inspection;
  const rows = [
    ['parsing', whole(parseFuel), counted(moduleBytes, 'byte')],
    [
      'validating',
      whole(validateFuel),
      `${counted(functions.length, 'function')}, once, while loading or on first calls`,
    ],
    ['translating', whole(translateFuel), 'all of them; each on its first call, unless the mode is eager'],
    ['instantiating', whole(instantiationFuel), 'each instance, beside its start function'],
  ];
  return `${terminalTable([{ head: '' }, { head: 'fuel', align: 'right' }, { head: 'for' }], rows)}\n`;
}

function whole(value: number | bigint): string {
  return value.toLocaleString('en');
}

/** For programs: fuel as decimal text, which JSON's numbers may not hold. */
export function inspectionJson({ functions, ...totals }: Inspection) {
  const text = (value: bigint) => String(value);
  return {
    moduleBytes: totals.moduleBytes,
    parseFuel: text(totals.parseFuel),
    validateFuel: text(totals.validateFuel),
    translateFuel: text(totals.translateFuel),
    instantiationFuel: text(totals.instantiationFuel),
    functions: functions.map(({ translateFuel, validateFuel, ...inspected }) => ({
      ...inspected,
      validateFuel: text(validateFuel),
      translateFuel: text(translateFuel),
    })),
  };
}
