import assert from 'node:assert/strict';

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store } from '@wasm-dyno/engine';

/** Loops that test first, one for each condition that a back edge is fused with; with and without a count at their end. */
const CONDITIONS: Readonly<Record<string, string>> = {
  notZero: 'local.get $n',
  notEqual: '(i32.ne (local.get $i) (local.get $n))',
  greater: '(i32.gt_s (local.get $n) (local.get $i))',
  greaterUnsigned: '(i32.gt_u (local.get $n) (local.get $i))',
  less: '(i32.lt_s (local.get $i) (local.get $n))',
  lessUnsigned: '(i32.lt_u (local.get $i) (local.get $n))',
  notEqualConstant: '(i32.ne (local.get $i) (i32.const 9))',
  lessConstant: '(i32.lt_s (local.get $i) (i32.const 9))',
  lessConstantUnsigned: '(i32.lt_u (local.get $i) (i32.const 9))',
};

function loops(): string {
  return Object.entries(CONDITIONS)
    .flatMap(([name, condition]) =>
      [
        ['count', '(local.set $i (i32.add (local.get $i) (i32.const 1)))'],
        ['back', '(local.set $i (i32.sub (i32.const 0) (i32.sub (i32.const -1) (local.get $i))))'],
      ].map(
        ([kind, step]) => `
    (func (export "${name} ${kind}") (param $n i32) (result i32) (local $i i32) (local $sum i32)
      (local.set $n (i32.and (local.get $n) (i32.const 15)))
      (loop $again
        (if ${condition.startsWith('(') ? condition : `(${condition})`} (then
          (local.set $sum (i32.add (i32.mul (local.get $sum) (local.get $i)) (i32.const 7)))
          (if (i32.eqz (local.get $n)) (then (return (local.get $sum))))
          ${name === 'notZero' ? '(local.set $n (i32.sub (local.get $n) (i32.const 1)))' : ''}
          (if (i32.gt_s (local.get $i) (i32.const 20)) (then (return (local.get $sum))))
          ${step}
          (br $again))))
      (local.get $sum))`,
      ),
    )
    .join('\n');
}

const ACCESSES: readonly (readonly [string, string])[] = [
  ...['i32.load', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u'].map(
    (load) =>
      [load, `(${load} offset=4 (i32.add (i32.shl (local.get $x) (i32.const 1)) (i32.const 12)))`] as const,
  ),
  ['i32.load after add', '(i32.load offset=8 (i32.add (local.get $x) (i32.const -16)))'],
  ['i64.load', '(i32.wrap_i64 (i64.load offset=8 (i32.add (local.get $x) (i32.const -16))))'],
  ['f32.load', '(i32.reinterpret_f32 (f32.load (i32.add (local.get $x) (i32.const 3))))'],
  ['f64.load', '(i32.wrap_i64 (i64.reinterpret_f64 (f64.load (i32.add (local.get $x) (i32.const 8)))))'],
  ...['i32.store', 'i32.store8', 'i32.store16'].flatMap((store): [string, string][] => [
    [
      `${store} at a sum`,
      `(${store} offset=4 (i32.add (local.get $x) (i32.const -8)) (local.get $x)) (i32.load (i32.const 32))`,
    ],
    [
      `${store} of a constant`,
      `(${store} offset=4 (local.get $x) (i32.const -559038737)) (i32.load (i32.const 32))`,
    ],
  ]),
  [
    'i64.store at a sum',
    '(i64.store offset=4 (i32.add (local.get $x) (i32.const -4)) (local.get $y)) (i32.load (i32.const 32))',
  ],
  ['multiply, add', '(i32.add (i32.mul (local.get $x) (local.get $x)) (local.get $x))'],
  [
    'add to a temporary, multiply',
    '(i32.add (i32.popcnt (local.get $x)) (i32.mul (local.get $x) (local.get $x)))',
  ],
  [
    'add to a temporary, shift',
    '(i32.add (i32.load8_u (i32.const 3)) (i32.shl (local.get $x) (i32.const 2)))',
  ],
  ['add, multiply', '(i32.add (local.get $x) (i32.mul (local.get $x) (local.get $x)))'],
  ['multiply by a constant, add', '(i32.add (local.get $x) (i32.mul (local.get $x) (i32.const 1237)))'],
  ['shift, add', '(i32.add (i32.shl (local.get $x) (i32.const 35)) (local.get $x))'],
  ['shift, add a constant', '(i32.add (i32.shl (local.get $x) (i32.const 3)) (i32.const -77))'],
  [
    'floats',
    `(i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.add (f64.mul (f64.convert_i32_s (local.get $x)) (f64.const 1e308))
      (f64.div (f64.const 1.5) (f64.convert_i32_s (local.get $x))))) (i64.const 32)))`,
  ],
  [
    'mask',
    '(if (result i32) (i32.and (local.get $x) (i32.const 6)) (then (i32.const 1)) (else (i32.const 2)))',
  ],
  [
    'mask, negated',
    '(block $b (br_if $b (i32.and (local.get $x) (i32.const 6))) (return (i32.const 3))) (i32.const 4)',
  ],
];

const MODULE = `(module (memory 1)
  (data (i32.const 0) "\\01\\82\\03\\84\\05\\86\\07\\88\\09\\8a\\0b\\8c\\0d\\8e\\0f\\90\\11\\92\\13\\94")
  ${ACCESSES.map(
    ([name, body]) =>
      `(func (export "${name}") (param $x i32) (result i32) (local $y i64)
        (local.set $y (i64.extend_i32_s (local.get $x))) ${body})`,
  ).join('\n')}
  ${loops()})`;

const ARGUMENTS = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 20, 21, 24, 28, 30, 31, 32, 33, 36, 40, 65_528, 65_531, 65_532,
  65_536, -1, -8, -16, -0x8000_0000, 0x7fff_fff0, 0x7fff_ffff,
];

/** The result, or that there was a trap. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch {
    return 'trap';
  }
}

const bytes = new Uint8Array(await parse(MODULE));

describe('fused operators', () => {
  const hostModule = new WebAssembly.Module(bytes);
  const names = Object.keys(new WebAssembly.Instance(hostModule).exports);

  for (const name of names) {
    it(`give what the host's engine gives: ${name}`, () => {
      const engine = new Engine();
      const module = engine.compile(bytes);
      for (const argument of ARGUMENTS) {
        // Each in memories as they were made.
        const host = new WebAssembly.Instance(hostModule).exports[name] as (x: number) => number;
        const own = new Linker(engine).instantiate(new Store(engine), module).getFunction(name)!;
        assert.equal(
          outcome(() => own.call(argument)[0]),
          outcome(() => host(argument)),
          `${name}(${argument})`,
        );
      }
    });

    it(`charge the same when stopped at every basic block: ${name}`, () => {
      const engine = new Engine({ compilationMode: 'eager' });
      const module = engine.compile(bytes);
      const start = (fuel?: bigint) => {
        const store = new Store(engine, fuel === undefined ? {} : { fuel });
        return { store, func: new Linker(engine).instantiate(store, module).getFunction(name)! };
      };
      const whole = start();
      const before = whole.store.consumedFuel;
      const expected = outcome(() => whole.func.call(24)[0]);
      const consumed = whole.store.consumedFuel - before;

      const stopped = start();
      const loaded = stopped.store.consumedFuel;
      stopped.store.fuel = 0n;
      let stops = 0;
      let call = stopped.func.callResumable(24);
      while (call.state === 'out-of-fuel') {
        stops++;
        stopped.store.addFuel(call.requiredFuel - stopped.store.fuel);
        call = call.resume();
      }
      assert.ok(stops > 0);
      assert.equal(call.state, 'finished');
      assert.deepEqual(call.state === 'finished' ? call.results[0] : undefined, expected);
      assert.equal(stopped.store.consumedFuel - loaded, consumed);
    });
  }
});
