import assert from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora/random';
import { OPERATOR_SPACE, operatorName } from '../../engine/dist/binary/operator.js';
import { RegisterFiles } from '../../engine/dist/interpreter/register-files.js';
import {
  executeVectorLoad,
  executeVectorStore,
  vectorAccessBytes,
} from '../../engine/dist/interpreter/vector/index.js';
import { instantiateOracle } from './vector-oracle.js';
import type { HostModule } from './vector-oracle.js';

interface Access {
  readonly name: string;
  readonly operator: number;
  readonly lane: number | undefined;
}

const accesses: Access[] = [];
for (let operator = 0x200; operator < OPERATOR_SPACE; operator++) {
  const bytes = vectorAccessBytes(operator);
  const name = operatorName(operator) ?? '';
  if (bytes === 0) continue;
  if (name.includes('_lane'))
    for (let lane = 0; lane < 16 / bytes; lane++) accesses.push({ name, operator, lane });
  else accesses.push({ name, operator, lane: undefined });
}

/** In the host the vector lies at 64, the result of a load goes to 80, and the parameter is the address under test. */
function oracleText(access: Access, index: number): string {
  const lane = access.lane ?? '';
  const vector =
    access.name.includes('store') || access.lane !== undefined ? '(v128.load (i32.const 64))' : '';
  const operator = `(${access.name} ${lane} (local.get 0) ${vector})`;
  const body = access.name.includes('store') ? operator : `(v128.store (i32.const 80) ${operator})`;
  return `(func (export "f${index}") (param i32) ${body})`;
}

describe('vector memory access against the host', () => {
  let host: HostModule;
  before(async () => {
    host = await instantiateOracle(accesses.map(oracleText));
  });

  it('knows all 22 operators that access memory, and how much', () => {
    assert.equal(new Set(accesses.map((access) => access.operator)).size, 22);
    assert.equal(vectorAccessBytes(0x200), 16);
    assert.equal(vectorAccessBytes(0x20c), 0);
    assert.equal(vectorAccessBytes(0x26e), 0);
  });

  accesses.forEach((access, index) => {
    it(access.lane === undefined ? access.name : `${access.name} ${access.lane}`, () => {
      const random = new Random(index);
      const files = new RegisterFiles(4);
      files.ensureVectors();
      for (let round = 0; round < 60; round++) {
        const bytes = new Uint8Array(64).map(() => random.word());
        const vector = new Uint8Array(16).map(() => random.word());
        const width = vectorAccessBytes(access.operator);
        const address = round % 4 === 0 ? 64 - width : random.integer(0, 64 - width);
        host.bytes.set(bytes);
        host.bytes.set(vector, 64);
        host.functions[`f${index}`](address);
        const memory = new DataView(bytes.buffer);
        files.vectors.u8.set(vector, 16);
        if (access.name.includes('store')) {
          executeVectorStore(files, access.operator, 1, memory, address, access.lane ?? 0);
          assert.deepEqual(bytes, host.bytes.slice(0, 64));
        } else {
          const d = round % 2 === 0 ? 1 : 2;
          executeVectorLoad(files, access.operator, d, memory, address, access.lane ?? 0, 1);
          assert.deepEqual(files.vectors.u8.slice(16 * d, 16 * d + 16), host.bytes.slice(80, 96));
        }
      }
    });
  });

  it('refuses other operators', () => {
    const files = new RegisterFiles(1);
    const memory = new DataView(new ArrayBuffer(16));
    assert.throws(() => executeVectorLoad(files, 0x20b, 0, memory, 0, 0, 0), TypeError);
    assert.throws(() => executeVectorStore(files, 0x200, 0, memory, 0, 0), TypeError);
  });
});
