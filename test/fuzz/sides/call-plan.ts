import { Random } from '@wasm-dyno/corpora';
import { edgeF32Bits, edgeF64Bits, edgeI32, edgeI64, edgeV128Bits } from '../edge-values.js';
import type { TypeLetter } from '../operators.js';
import type { FunctionSignature } from './module-interface.js';

/** An argument: bits, the name of an exported function, or the number of a host object; null for null references. */
export type Argument =
  | { readonly type: TypeLetter; readonly bits: bigint }
  | { readonly type: 'r'; readonly exportName: string | null }
  | { readonly type: 'e'; readonly object: number | null };

export interface PlannedCall {
  readonly name: string;
  readonly values: readonly Argument[];
}

const HOST_OBJECT_COUNT = 3;

/** What external references point to on both sides. */
export const HOST_OBJECTS: readonly object[] = Array.from({ length: HOST_OBJECT_COUNT }, (_, number) => ({
  number,
}));

/**
 * The calls of one module: some rounds of every exported function, at most `most` calls. Each call's arguments depend on the seed, the
 * export's name and the round alone, so that they stay when a minimiser takes other functions away.
 */
export function planCalls(
  functions: ReadonlyMap<string, FunctionSignature>,
  seed: number,
  rounds: number,
  most: number,
): PlannedCall[] {
  const names = [...functions.keys()];
  const calls: PlannedCall[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      if (calls.length >= most) return calls;
      const random = new Random(seed, `call/${name}/${round}`);
      const values = functions.get(name)!.parameters.map((type) => randomArgument(random, type, names));
      calls.push({ name, values });
    }
  }
  return calls;
}

/** A value for a parameter, or for a result that an embedder function gives. */
export function randomArgument(random: Random, type: TypeLetter, functionNames: readonly string[]): Argument {
  switch (type) {
    case 'i':
      return { type, bits: BigInt(edgeI32(random) >>> 0) };
    case 'I':
      return { type, bits: BigInt.asUintN(64, edgeI64(random)) };
    case 'f':
      return { type, bits: withoutNanPayload32(edgeF32Bits(random)) };
    case 'F':
      return { type, bits: withoutNanPayload64(edgeF64Bits(random)) };
    case 'v':
      return { type, bits: edgeV128Bits(random) };
    case 'r':
      return {
        type,
        exportName: functionNames.length > 0 && random.chance(0.7) ? random.pick(functionNames) : null,
      };
    case 'e':
      return { type, object: random.chance(0.8) ? random.integer(0, HOST_OBJECT_COUNT - 1) : null };
  }
}

/** JavaScript numbers have one NaN: no other crosses the border. */
function withoutNanPayload32(bits: number): bigint {
  return (bits & 0x7fff_ffff) > 0x7f80_0000 ? 0x7fc0_0000n : BigInt(bits);
}

function withoutNanPayload64(bits: bigint): bigint {
  return (bits & 0x7fff_ffff_ffff_ffffn) > 0x7ff0_0000_0000_0000n ? 0x7ff8_0000_0000_0000n : bits;
}
