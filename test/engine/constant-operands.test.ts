import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { Engine, Linker, Store } from '@wasm-dyno/engine';

import { unsigned } from '../encoded-integers.js';
import { moduleOf, section, signedLeb128 } from './whole-module.js';

const I32 = 0x7f;
const I64 = 0x7e;

/** Opcode, and the type of the result. */
const BINARY: readonly (readonly [number, number])[] = [
  // i64: eq to ge_u, then add to rotr without the four that may trap.
  ...Array.from({ length: 10 }, (_, index) => [0x51 + index, I32] as const),
  ...[0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a].map(
    (opcode) => [opcode, I64] as const,
  ),
];

/** One function for each operator and each side the constant may stand on, exported by its number. */
function moduleWith(constant: readonly number[]): { bytes: Uint8Array<ArrayBuffer>; names: string[] } {
  const local = [0x20, 0];
  const bodies = BINARY.flatMap(([opcode, result]) => [
    { result, code: [...local, 0x42, ...constant, opcode] },
    { result, code: [0x42, ...constant, ...local, opcode] },
  ]);
  const names = bodies.map((_, index) => String(index));
  const bytes = moduleOf(
    section(1, 2, [0x60, 1, I64, 1, I32], [0x60, 1, I64, 1, I64]),
    section(
      3,
      unsigned(bodies.length),
      bodies.map(({ result }) => (result === I32 ? 0 : 1)),
    ),
    section(
      7,
      unsigned(names.length),
      names.flatMap((name, index) => [name.length, ...new TextEncoder().encode(name), 0, ...unsigned(index)]),
    ),
    section(
      10,
      unsigned(bodies.length),
      bodies.flatMap(({ code }) => [...unsigned(code.length + 2), 0, ...code, 0x0b]),
    ),
  );
  return { bytes: new Uint8Array(bytes), names };
}

describe('operators with a constant operand', () => {
  const wide = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -200n, max: 200n }),
    fc.constantFrom(
      -(2n ** 63n),
      2n ** 63n - 1n,
      -(2n ** 31n),
      2n ** 31n,
      2n ** 32n,
      2n ** 34n,
      -(2n ** 35n),
    ),
  );

  it('compute what the host computes, whatever the constant and its length, on both executors', () => {
    fc.assert(
      fc.property(wide, fc.nat(10), wide, (constant, padding, operand) => {
        const { bytes, names } = moduleWith(signedLeb128(constant, padding, 10));
        const hosts = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<
          string,
          (value: bigint) => number | bigint
        >;
        const wanted = names.map((name) => hosts[name]!(operand));
        for (const executor of ['interpreter', 'host'] as const) {
          const engine = new Engine({ executor });
          const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
          deepEqual(
            names.map((name) => instance.getFunction(name)!.call(operand)),
            wanted.map((value) => [value]),
            executor,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
