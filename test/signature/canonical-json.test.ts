import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from '@wasm-dyno/engine';

describe('canonical JSON', () => {
  it("is that of RFC 8785's examples", () => {
    // Section 3.2.2: literals, numbers, strings.
    const example: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    assert.equal(
      canonicalJson(example),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    // Section 3.2.3: members in the order of UTF-16 code units.
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const ordered = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const members = (of: readonly string[]) => of.map((name) => `${JSON.stringify(name)}:0`).join(',');
    assert.equal(canonicalJson(JSON.parse(`{${members(names)}}`)), `{${members(ordered)}}`);
  });

  it('is what the library gives, for every JSON value, and reads back as the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value);
        assert.equal(text, canonicalize(value));
        assert.equal(canonicalJson(JSON.parse(text)), text);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON cannot say, by its place', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const [value, place] of [
      [{ a: { b: [0, NaN] } }, /a\.b\[1\] is NaN/],
      [{ a: Infinity }, /a is Infinity/],
      [{ a: undefined }, /a is of type undefined/],
      [{ a: '\ud800' }, /a has half a character/],
      [{ '\udc00': 1 }, /half a character/],
      [[10n], /\[0\] is of type bigint/],
      [circle, /nests deeper than 64/],
      [{ a: () => 0 }, /a is of type function/],
    ] as const)
      assert.throws(
        () => canonicalJson(value),
        (error: unknown) => error instanceof TypeError && place.test(error.message),
      );
  });
});
