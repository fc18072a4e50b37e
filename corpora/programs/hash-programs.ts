import { Operator } from '@wasm-dyno/engine/operators';
import { counting } from './inputs.js';
import { copyInput, type ProgramRecipe } from './program-recipe.js';

const SHA256_BYTES = 512;
const BLOCKS = 4;
const XXH64_BYTES = 32_768;

export const HASH_PROGRAMS: readonly ProgramRecipe[] = [
  {
    module: 'as-sha256',
    name: 'sha256',
    description: 'SHA-256 of 512 bytes (AssemblyScript)',
    input: () => counting(SHA256_BYTES),
    write: (body, scope, bytes) => {
      const { func, global } = scope;
      body.globalGet(global('input'));
      copyInput(body, scope, bytes);
      body.i32Const(bytes).call(func('digest'));
      body.globalGet(global('output')).memoryAccess(Operator.I32Load, 2, 0);
    },
    result: '-603389935',
  },
  {
    module: 'as-sha256-simd',
    name: 'sha256-simd',
    description: 'SHA-256 of four blocks of 64 bytes at once, with 128-bit SIMD (AssemblyScript)',
    input: () => counting(BLOCKS * 64),
    write: (body, scope, bytes) => {
      const { func, global } = scope;
      body.globalGet(global('input'));
      copyInput(body, scope, bytes);
      body.globalGet(global('output')).call(func('batchHash4UintArray64s'));
      for (let i = 0; i < BLOCKS; i++) {
        body.globalGet(global('output')).memoryAccess(Operator.I32Load, 2, 32 * i);
        if (i > 0) body.operator(Operator.I32Xor);
      }
    },
    result: '-1549436445',
  },
  {
    module: 'xxhash',
    name: 'xxh64',
    description: `xxHash of ${XXH64_BYTES} zero bytes (text format, by hand)`,
    input: () => new Uint8Array(),
    write: (body, { func }) => {
      body.i32Const(0).i32Const(XXH64_BYTES).i64Const(0n).call(func('xxh64')).operator(Operator.I32WrapI64);
    },
    result: '-171688455',
  },
];
