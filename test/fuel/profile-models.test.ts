import { deepEqual, equal, match, notEqual, ok, throws } from 'node:assert/strict';
import {
  agreedProfileId,
  CHARGE_POLICIES,
  Engine,
  formatCostExplanations,
  Linker,
  parseProfile,
  Store,
  type ChargePolicy,
  type EngineConfig,
  type Func,
  type HardwareProfile,
  type Value,
} from '@wasm-dyno/engine';
import { frontEndName, useFrontEnd } from '@wasm-dyno/engine/phases';
import { ENGINE_VERSION } from '../../engine/version.js';
import { MODEL_PRICES, profileExample, withModels } from '../profile/profile-example.js';
import { assemble } from '../programs/compile.js';

const MODES = ['eager', 'lazy-translation', 'lazy'] as const;
const BYTES_PER_FUEL = 64;
const FACTORS = { typical: 1, p90: 1.4, p99: 2, safe: 3 } as const;

function profile(): HardwareProfile {
  const example = profileExample();
  return withModels({ ...example, engine: { ...example.engine, version: ENGINE_VERSION } });
}

/** What the example's models charge. */
function charge(phase: 'validate' | 'translate', counted: number, policy: ChargePolicy): bigint {
  const [ofFunction, ofByte] = MODEL_PRICES[phase];
  const thousandths = (price: number) => Math.ceil(price * FACTORS[policy] * 1000);
  const sum = thousandths(ofFunction) + counted * thousandths(ofByte);
  return BigInt(Math.ceil(sum / (1000 * BYTES_PER_FUEL)));
}

/** A function of some 25 bytes, a tiny one of 2, and one of a hundred results at a block: outside, each in its own way, but the first. */
const MANY = 'i32 '.repeat(100);
const WAT = `(module
  (func (export "usual") (param i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 7)) (i32.add (local.get 0) (i32.const 123456))))
  (func (export "tiny"))
  (func (export "lists") (result i32)
    ${'(i32.const 1) '.repeat(100)}
    ${`(block (param ${MANY}) (result ${MANY}))`.repeat(8)}
    ${'drop '.repeat(99)}))`;

describe('cost models of a profile', () => {
  it('are charged by the policy p90, unless told another', () => {
    const costs = new Engine({ profile: profile() }).costs;
    equal(costs.chargePolicy, 'p90');
    for (const phase of ['validate', 'translate'] as const)
      equal(costs.functionFuel(phase, 1000, 1000), charge(phase, 1000, 'p90'));
    for (const chargePolicy of CHARGE_POLICIES) {
      const engine = new Engine({ profile: profile(), chargePolicy });
      equal(engine.costs.functionFuel('translate', 1000, 1000), charge('translate', 1000, chargePolicy));
      equal(engine.explain().chargePolicy, chargePolicy);
    }
    throws(
      () => new Engine({ profile: profile(), chargePolicy: 'p95' as ChargePolicy }),
      /unknown charge policy "p95"; one of typical, p90, p99, safe/,
    );
  });

  it('charge functions outside of their domain safe', () => {
    const { costs } = new Engine({ profile: profile() });
    for (const [bytes, counted, isOutside] of [
      [10, 10, false],
      [9, 9, true],
      [10_000, 10_000, false],
      [10_001, 10_001, true],
      [1000, 1100, false],
      [1000, 1101, true],
    ] as const) {
      equal(costs.isOutsideDomain('validate', bytes, counted), isOutside, `${bytes} as ${counted}`);
      const policy = isOutside ? 'safe' : 'p90';
      equal(costs.functionFuel('validate', bytes, counted), charge('validate', counted, policy));
    }
  });

  it('leave parsing, cold starts, and profiles without them as they were', () => {
    const without: HardwareProfile & { models?: unknown } = profile();
    delete without.models;
    const [modelled, priced] = [profile(), without].map((each) => new Engine({ profile: each }).costs) as [
      Engine['costs'],
      Engine['costs'],
    ];
    equal(priced.chargePolicy, undefined);
    equal(modelled.compileFuel('parse', 5000), priced.compileFuel('parse', 5000));
    equal(priced.functionFuel('validate', 3, 900), priced.compileFuel('validate', 900));
    const cold = (each: HardwareProfile) => new Engine({ profile: each, profilePolicy: 'cold' }).costs;
    equal(cold(profile()).chargePolicy, undefined);
    deepEqual(cold(profile()).costs, cold(without).costs);
  });

  it('yield to the configuration, number by number', () => {
    const fuelCosts = { validateMultiplier: 7, translateFunctionFuel: 3 };
    const { costs } = new Engine({ profile: profile(), fuelCosts });
    const [validated, translated] = [MODEL_PRICES.validate, MODEL_PRICES.translate];
    const ceil = (bytes: number) => BigInt(Math.ceil(bytes / BYTES_PER_FUEL));
    equal(costs.functionFuel('validate', 100, 100), ceil(validated[0] * 1.4 + 7 * 100));
    equal(costs.functionFuel('validate', 2, 2), ceil(validated[0] * 3 + 7 * 2));
    equal(costs.functionFuel('translate', 2, 2), ceil(3 * BYTES_PER_FUEL + translated[1] * 3 * 2));
  });

  it('are explained: which model, which policy, what it leaves undercharged, what lies outside', () => {
    const engine = new Engine({ profile: profile(), chargePolicy: 'p99' });
    const text = formatCostExplanations(engine.explain().costs);
    match(text, /validateMultiplier +1600\.000 +x memset +profile/);
    match(text, /model constant \+ bytes, policy p99 \(2 x typical\); modules held out: 3\.65% of functions/);
    match(text, /translateMultiplier\.outside +4500\.000 .*bodies of 10 to 10000 bytes.* policy safe/);
    match(text, /translateFunctionFuel\.outside +938 +fuel\/function/);
  });

  it('count the functions that they say nothing of', async () => {
    const bytes = await assemble(WAT);
    for (const executor of ['interpreter', 'host'] as const) {
      for (const compilationMode of MODES) {
        const engine = new Engine({ profile: profile(), compilationMode, executor });
        equal(engine.describe().functionsOutsideDomain, 0);
        const module = engine.compile(bytes);
        const afterLoading = compilationMode === 'lazy' && executor === 'interpreter' ? 0 : 2;
        equal(engine.describe().functionsOutsideDomain, afterLoading, `${executor} ${compilationMode}`);
        const instance = new Linker(engine).instantiate(new Store(engine), module);
        for (const name of ['usual', 'tiny', 'lists', 'tiny'])
          instance.getFunction(name)!.call(...(name === 'usual' ? [1] : []));
        equal(engine.describe().functionsOutsideDomain, 2, `${executor} ${compilationMode}`);
      }
    }
    equal(new Engine().describe().functionsOutsideDomain, undefined);
  });

  it('cost the same fuel on both executors and front ends, in all modes, in one go and at every step', async () => {
    const bytes = await assemble(WAT);
    const before = frontEndName();
    const seen = new Set<bigint>();
    try {
      for (const frontEnd of ['webassembly', 'javascript'] as const) {
        useFrontEnd(frontEnd);
        for (const compilationMode of MODES) {
          for (const step of [undefined, 1n, 7n, 1000n]) seen.add(total(bytes, { compilationMode }, step));
          seen.add(total(bytes, { compilationMode, executor: 'host' }));
        }
      }
    } finally {
      useFrontEnd(before);
    }
    equal(seen.size, 1, [...seen].join(', '));
    // Safe for the two that lie outside, and p90 for the one within.
    const engine = new Engine({ profile: profile() });
    const module = engine.compile(bytes);
    const [usual, tiny, lists] = [0, 1, 2].map((index) => module.weightOf(index));
    ok(lists!.translate > 1.1 * module.bodyBytes(2));
    equal(module.phaseFuel('translate', 0), charge('translate', usual!.translate, 'p90'));
    equal(module.phaseFuel('translate', 1), charge('translate', tiny!.translate, 'safe'));
    equal(module.phaseFuel('translate', 2), charge('translate', lists!.translate, 'safe'));
  });

  it('that contradict themselves are refused by place', () => {
    const refused = (change: (models: Mutable) => void, message: RegExp) => {
      const changed = structuredClone(profile());
      change(changed.models as unknown as Mutable);
      throws(() => parseProfile(changed), message);
    };
    refused(
      (models) => (models.phases.validate.charged = 'none'),
      /models\.phases\.validate\.charged is none of/,
    );
    refused(
      (models) => (models.phases.validate.models[1]!.prices[1]!.of = 'calls'),
      /models\.phases\.validate\.charged has prices of more than functions and bytes/,
    );
    refused(
      (models) => (models.phases.translate.models[1]!.prices[1]!.thousandths.safe = 5),
      /models\.phases\.translate\.models\[1\]\.prices\[1\]\.thousandths\.safe is below what a less careful/,
    );
    refused(
      (models) => (models.phases.translate.domain.mostBytes = 3),
      /domain\.mostBytes is below the least/,
    );
  });

  it('are part of what an agreed profile is named by', () => {
    const changed = structuredClone(profile());
    const { models } = (changed.models as unknown as Mutable).phases.translate;
    models[1]!.prices[0]!.thousandths.safe += 1;
    notEqual(agreedProfileId(changed), agreedProfileId(profile()));
  });
});

/** What of a profile's models the tests change. */
interface Mutable {
  readonly phases: Record<
    'validate' | 'translate',
    {
      charged: string;
      domain: { mostBytes: number };
      models: { prices: { of: string; thousandths: { safe: number } }[] }[];
    }
  >;
}

/** Fuel of loading the module, and of calling each of its functions; what runs out goes on in steps. */
function total(bytes: Uint8Array, config: EngineConfig, step?: bigint): bigint {
  const engine = new Engine({ profile: profile(), ...config });
  const module = engine.compile(bytes);
  const store = new Store(engine);
  const instance = new Linker(engine).instantiate(store, module);
  for (const name of ['usual', 'tiny', 'lists']) {
    const values = name === 'usual' ? [1] : [];
    const func = instance.getFunction(name)!;
    if (step === undefined) func.call(...values);
    else inSteps(store, func, values, step);
  }
  return module.fuelCharged + store.consumedFuel;
}

function inSteps(store: Store, func: Func, values: readonly Value[], step: bigint): void {
  store.fuel = 0n;
  let call = func.callResumable(...values);
  while (call.state === 'out-of-fuel') {
    store.addFuel(step);
    call = call.resume();
  }
  equal(call.state, 'finished');
  store.fuel = 1_000_000n;
}
