import assert from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora';

import { unpackModule } from '../../engine/dist/host/packed-module.js';
import { HOST_WEB_ASSEMBLY } from '../../engine/dist/host/web-assembly.js';

/** The build's own, which is JavaScript. */
const { base85, lz4Block } = (await import(String(new URL('../../build/lz4.mjs', import.meta.url)))) as {
  base85: (bytes: Uint8Array) => string;
  lz4Block: (bytes: Uint8Array) => Buffer;
};

function unpacked(bytes: Buffer): Uint8Array {
  const packed = { byteLength: bytes.length, block: base85(lz4Block(bytes)) };
  return unpackModule(packed, HOST_WEB_ASSEMBLY!);
}

describe("the engine's own modules", () => {
  it('are unpacked to what was packed: runs, literals, and lengths at the ends of their fields', () => {
    const random = new Random(1, 'packed modules');
    for (let round = 0; round < 300; round++) {
      const pieces: Buffer[] = [];
      for (let left = random.integer(0, 12); left >= 0; left--) {
        const length = random.pick([0, 1, 3, 4, 14, 15, 16, 18, 19, 20, 269, 270, 273, 274, 275, 600]);
        const earlier = Buffer.concat(pieces);
        const from = random.integer(0, Math.max(0, earlier.length - 1));
        const kinds = [
          () => Buffer.alloc(length, random.integer(0, 255)),
          () => Buffer.from(Array.from({ length }, () => random.integer(0, 255))),
          () => earlier.subarray(from, from + length),
        ];
        pieces.push(random.pick(kinds)());
      }
      const bytes = Buffer.concat(pieces);
      assert.deepEqual(Buffer.from(unpacked(bytes)), bytes, `round ${round}`);
    }
  });
});
