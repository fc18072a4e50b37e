import assert from 'node:assert/strict';
import { entityCounts, moduleEntities, ValueType } from '@wasm-dyno/engine';
import { loadCorpus, ModuleBuilder, Operator, probeCorpus, Random } from '@wasm-dyno/corpora';
import { chargedPerByte, fitPrices, normal, type PricedArm, type PricedEntity } from 'wasm-dyno';

/** What an invented engine takes to parse, nanoseconds. */
const TRUTH: Readonly<Record<PricedEntity, number>> = {
  process: 0,
  module: 1500,
  section: 60,
  type: 250,
  function: 12,
  import: 90,
  export: 110,
  global: 30,
  segment: 40,
  'declaration-byte': 4,
};
const PER_BYTE = 0.03;
const ENTITIES = Object.keys(TRUTH).filter((entity) => entity !== 'process') as PricedEntity[];

function armOf(name: string, bytes: Uint8Array, isReal: boolean): PricedArm {
  return {
    arm: name,
    bytes: bytes.length,
    counts: entityCounts(moduleEntities(bytes)),
    weight: isReal ? 0.2 : 0.05,
    levelBytes: isReal ? bytes.length : 0,
  };
}

function trueNanosecondsPerByte(arm: PricedArm): number {
  return chargedPerByte(arm, { perByte: PER_BYTE, constants: TRUTH });
}

/** A module of so many functions of some bytes each. */
function moduleOfFunctions(count: number, bodyBytes: number): Uint8Array {
  const module = new ModuleBuilder();
  for (let i = 0; i < count; i++) {
    module.addFunction([ValueType.I32], [], (body) => {
      while (body.codeBytes < bodyBytes) body.i32Const(1).operator(Operator.Drop);
    });
  }
  return module.toBytes();
}

describe('the price of parsing', () => {
  it('per byte and per function is known within 10%, on modules of 4 KB and of 4 MB alike', async () => {
    const real = await loadCorpus('real', { real: { tiers: ['small'], check: 'parse' } });
    const arms = [
      ...real.modules.map(({ name, bytes }) => armOf(name, bytes, true)),
      ...probeCorpus().modules.map(({ name, bytes }) => armOf(name, bytes, false)),
    ];
    const others = [
      moduleOfFunctions(20, 200),
      moduleOfFunctions(400, 10),
      moduleOfFunctions(20_000, 200),
      moduleOfFunctions(400, 10_000),
    ].map((bytes) => armOf('other', bytes, false));
    assert.ok(others[0]!.bytes < 5000 && others[2]!.bytes > 4e6 && others[3]!.bytes > 4e6);
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const times = arms.map((arm) => trueNanosecondsPerByte(arm) * Math.exp(0.02 * normal(random)));
      const prices = fitPrices(arms, ENTITIES, times)!;
      assert.ok(Math.abs(prices.perByte / PER_BYTE - 1) < 0.1, `byte: ${prices.perByte}`);
      const perFunction = prices.constants.function! + 2 * prices.constants['declaration-byte']!;
      const truePerFunction = TRUTH.function + 2 * TRUTH['declaration-byte'];
      assert.ok(Math.abs(perFunction / truePerFunction - 1) < 0.1, `function: ${perFunction}`);
      for (const other of others) {
        const closure = chargedPerByte(other, prices) / trueNanosecondsPerByte(other);
        assert.ok(Math.abs(closure - 1) < 0.1, `${other.bytes} bytes: ${closure}`);
      }
    }
  });
});
