import assert from 'node:assert/strict';

import fc from 'fast-check';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, MalformedModuleError } from '@wasm-dyno/engine';
import { parseModule } from '@wasm-dyno/engine/phases';

import { unsigned } from '../encoded-integers.js';
import { moduleOf } from './whole-module.js';

/** The name of a custom section of these bytes; undefined where they are no UTF-8. */
function nameOf(bytes: readonly number[]): string | undefined {
  const content = [...unsigned(bytes.length), ...bytes];
  try {
    const module = parseModule(
      moduleOf([0, ...unsigned(content.length), ...content]),
      DEFAULT_FEATURES,
      DEFAULT_LIMITS,
    );
    return module.customSections[0]!.name;
  } catch (error) {
    assert.ok(error instanceof MalformedModuleError && /malformed UTF-8 encoding/.test(error.message));
    return undefined;
  }
}

/** What the host makes of the same. */
function hostName(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

describe('names', () => {
  it('are decoded as strictly as by the host, whatever their bytes', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 0xff }),
      fc.constantFrom(
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc0,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
        0xf8,
        0xff,
      ),
    );
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((name) => [...new TextEncoder().encode(name)]);
    const cut = fc
      .tuple(text, fc.nat(100), byte)
      .map(([bytes, place, other]) => bytes.map((old, i) => (i === place % bytes.length ? other : old)));
    fc.assert(
      fc.property(fc.oneof(fc.array(byte, { maxLength: 8 }), text, cut), (bytes) => {
        assert.equal(nameOf(bytes), hostName(bytes));
      }),
      { seed: 7, numRuns: 800 },
    );
  });

  it('are decoded alike at the ends of every length of UTF-8, in few letters and in many', () => {
    const ends = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x10ffff];
    for (const point of ends)
      for (const times of [1, 30]) {
        const name = String.fromCodePoint(point).repeat(times);
        assert.equal(nameOf([...new TextEncoder().encode(name)]), name);
      }
    const wrong = [
      [0xc0, 0x80],
      [0xc1, 0xbf],
      [0xe0, 0x9f, 0xbf],
      [0xed, 0xa0, 0x80],
      [0xed, 0xbf, 0xbf],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0x80],
      [0xe2, 0x82],
      [0xe2, 0x28, 0xa1],
    ];
    for (const bytes of wrong) {
      assert.equal(nameOf(bytes), undefined, bytes.join());
      assert.equal(nameOf([0x61, ...bytes, 0x61]), undefined, bytes.join());
      assert.equal(nameOf([...Array<number>(80).fill(0x61), ...bytes]), undefined, bytes.join());
    }
  });
});
