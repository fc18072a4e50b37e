import assert from 'node:assert/strict';

import { DEFAULT_LIMITS, Engine, limitsWith } from '@wasm-dyno/engine';

describe('enforced limits', () => {
  it('are the defaults but for what is changed', () => {
    assert.deepEqual(limitsWith({ maximumLocals: 7 }), { ...DEFAULT_LIMITS, maximumLocals: 7 });
  });

  it('are refused with the name and the reason', () => {
    assert.throws(() => limitsWith({ maximumLocal: 7 } as object), /unknown limit "maximumLocal"/);
    for (const value of [-1, 0.5, NaN, Infinity]) {
      assert.throws(
        () => limitsWith({ maximumLocals: value }),
        /maximumLocals must be a whole number from 0/,
      );
    }
  });

  it('of the stack may be lowered, not raised: there is one stack for all stores', () => {
    for (const [name, most] of [
      ['maximumStackSlots', 1_048_576],
      ['maximumCallDepth', DEFAULT_LIMITS.maximumCallDepth],
    ] as const) {
      assert.equal(limitsWith({ [name]: most })[name], most);
      assert.throws(
        () => new Engine({ limits: { [name]: most + 1 } }),
        new RegExp(`limit ${name} may be ${most} at most, not ${most + 1}: the interpreter has no room`),
      );
    }
  });
});
