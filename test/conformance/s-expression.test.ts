import { deepEqual, equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { readForms, ReadError, type Form } from './script/s-expression.js';

/** Forms without their places. */
type Plain = string | { readonly bytes: readonly number[] } | readonly Plain[];

function plain(form: Form): Plain {
  if (form.kind === 'atom') return form.text;
  return form.kind === 'string' ? { bytes: [...form.bytes] } : form.items.map(plain);
}

const read = (source: string): Plain[] => [...readForms(source)].map(plain);
const bytesOf = (text: string): Plain => ({ bytes: [...new TextEncoder().encode(text)] });

describe('conformance: s-expression reader', () => {
  it('reads atoms, strings and lists', () => {
    deepEqual(read('(module $M (func) -0x1p+3 "a") x'), [
      ['module', '$M', ['func'], '-0x1p+3', bytesOf('a')],
      'x',
    ]);
  });

  it('resolves every escape of strings to bytes', () => {
    const source = String.raw`"\t\n\r\"\'\\" "\00\fF" "\u{e9}\u{1F6_00}" "é😀"`;
    deepEqual(read(source), [
      { bytes: [9, 10, 13, 0x22, 0x27, 0x5c] },
      { bytes: [0, 0xff] },
      bytesOf('é😀'),
      bytesOf('é😀'),
    ]);
  });

  it('reads quoted identifiers as identifiers', () => {
    deepEqual(read(String.raw`($"a b" $"\41")`), [['$a b', '$A']]);
  });

  it('takes comments and annotations for white space', () => {
    deepEqual(read('(a ;; b\n (; c (; d ;) " ;) e)'), [['a', 'e']]);
    deepEqual(read('(a (@b c "(" ; ] (d (; ) ;)) ;; )\n) e) (@f)'), [['a', 'e']]);
  });

  it('keeps the places of forms', () => {
    const source = ' (a (b))\n"c"';
    const forms = [...readForms(source)];
    deepEqual(
      forms.map((form) => form.offset),
      [1, 9],
    );
    const [list] = forms;
    equal(list?.kind === 'list' && source.slice(list.offset, list.end), '(a (b))');
  });

  for (const source of [
    '(',
    ')',
    '(a',
    '"a',
    '"\n"',
    '"\\q"',
    '"\\u{d800}"',
    '"\\u{110000}"',
    '(; a',
    '(@a',
    ';',
  ]) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      throws(() => read(source), ReadError);
    });
  }

  it('does not overflow the stack on deep nesting', () => {
    throws(() => read('('.repeat(1_000_000)), ReadError);
  });

  const atom = fc.stringMatching(/^[$a-z0-9._:+\-/@!]{1,8}$/).filter((text) => !text.startsWith('@'));
  const bytes = fc.uint8Array({ maxLength: 12 }).map((content) => ({ bytes: [...content] }));
  const { tree } = fc.letrec<{ tree: Plain }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, atom, bytes, fc.array(tie('tree'), { maxLength: 5 })),
  }));
  const space = fc.constantFrom(' ', '\n', '\t', ' ;; ) "\n', '(; ( ;)', ' (@x "(" y)', '\r\n');

  it('reads back what is written, whatever white space is between', () => {
    fc.assert(
      fc.property(fc.array(tree), fc.infiniteStream(space), fc.boolean(), (trees, spaces, hexadecimal) => {
        const write = (form: Plain): string => {
          const gap = spaces.next().value;
          if (typeof form === 'string') return `${gap}${form} `;
          if ('bytes' in form) return `${gap}${writeString(form.bytes, hexadecimal)} `;
          return `${gap}(${(form as readonly Plain[]).map(write).join('')}${gap})`;
        };
        deepEqual(read(trees.map(write).join('')), trees);
      }),
    );
  });

  it('throws nothing but ReadError on any text', () => {
    // Not `fc.string` of every code point, which makes a map of them all first: a second of it.
    const anyText = fc
      .array(fc.nat(0x10ffff), { maxLength: 3 })
      .map((points) => String.fromCodePoint(...points));
    const token = fc.constantFrom(
      '(',
      ')',
      '"',
      ';',
      '@',
      '(;',
      ';)',
      '\\',
      '$"',
      'a',
      '\u{1F600}',
      '\n',
      ' ',
      '\\u{',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(token, anyText)), (tokens) => {
        try {
          read(tokens.join(''));
        } catch (error) {
          equal(error instanceof ReadError, true, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });
});

function writeString(bytes: readonly number[], hexadecimal: boolean): string {
  const write = (byte: number) =>
    hexadecimal || byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte);
  return `"${bytes.map(write).join('')}"`;
}
