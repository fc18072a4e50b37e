import { runInProcess } from './own-process.js';

const WIDTHS = `
  const widths = [
    ['i32.store8', 'i32.load8_u', 'i32', 1, 0xabn], ['i32.store16', 'i32.load16_u', 'i32', 2, 0xabcdn],
    ['i32.store', 'i32.load', 'i32', 4, 0x7bcdef01n], ['i64.store8', 'i64.load8_u', 'i64', 1, 0xacn],
    ['i64.store16', 'i64.load16_u', 'i64', 2, 0xabcen], ['i64.store32', 'i64.load32_u', 'i64', 4, 0xabcdef02n],
    ['i64.store', 'i64.load', 'i64', 8, 0x1234567890abcdefn], ['f32.store', 'f32.load', 'f32', 4, 1.5],
    ['f64.store', 'f64.load', 'f64', 8, -2.5],
  ];
  const accesses = widths.map(([store, load, type], i) => \`
    (func (export "s\${i}") (param i32 \${type}) (\${store} (local.get 0) (local.get 1)))
    (func (export "l\${i}") (param i32) (result \${type}) (\${load} (local.get 0)))\`).join('');
  const vector = \`(func (export "sv") (param i32 i64) (v128.store (local.get 0) (i64x2.splat (local.get 1))))
    (func (export "lv") (param i32) (result i64) (i64x2.extract_lane 1 (v128.load (local.get 0))))\`;
  const bulk = \`(func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))\`;
  const moduleOf = (memory) => binary(\`(module \${memory} \${accesses} \${vector} \${bulk})\`);
  const check = (instance, at) => {
    const call = (name, ...values) => instance.getFunction(name).call(...values)[0];
    widths.forEach(([, , type, bytes, value], i) => {
      for (const address of [at, at - 1, at - bytes + 1].filter((address) => address >= 0)) {
        const given = type === 'i32' ? Number(value) : value;
        call('s' + i, address | 0, given);
        const read = call('l' + i, address | 0);
        if (read !== given) throw new Error(\`\${widths[i][0]} at \${address} gave \${read}\`);
        const seen = call('l0', address | 0);
        const memory = instance.getMemory('memory');
        if (memory.u8[address] !== seen) throw new Error(\`\${widths[i][0]} at \${address}: u8 has \${memory.u8[address]}, i32.load8_u \${seen}\`);
      }
    });
    call('sv', (at - 8) | 0, 0x1122334455667788n);
    assert.equal(call('lv', (at - 8) | 0), 0x1122334455667788n);
    call('fill', (at - 4) | 0, 0x5a, 8);
    assert.equal(call('l2', (at - 4) | 0), 0x5a5a5a5a);
    call('copy', (at - 6) | 0, (at - 2) | 0, 4);
    assert.equal(call('l2', (at - 6) | 0), 0x5a5a5a5a);
  };
`;

for (const executor of ['interpreter', 'host']) {
  describe(`a memory of 2 GiB and more on the executor ${executor}`, () => {
    const process = (text: string) =>
      runInProcess(`${WIDTHS}
        const engine = new Engine({ executor: '${executor}' });
        const instantiate = async (memory) =>
          new Linker(engine).instantiate(new Store(engine), engine.compile(await moduleOf(memory)));
        ${text}`);

    it('has every width of access right at 32,768 pages', () =>
      process(`const instance = await instantiate('(memory (export "memory") 32768)');
        for (const at of [16, 2 ** 30, 2 ** 31 - 16]) check(instance, at);`));

    it('has every width of access right at 65,536 pages, up to its last byte', () =>
      process(`const instance = await instantiate('(memory (export "memory") 65536)');
        for (const at of [16, 2 ** 31 - 2, 2 ** 31, 2 ** 31 + 6, 2 ** 32 - 16]) check(instance, at);
        const memory = instance.getMemory('memory');
        assert.equal(memory.byteLength, 2 ** 32);
        instance.getFunction('s0').call(-1, 0x77);
        assert.equal(memory.u8[2 ** 32 - 1], 0x77);
        assert.throws(() => instance.getFunction('s1').call(-1, 1), /out of bounds memory access/);
        assert.deepEqual(instance.getFunction('grow').call(1), [-1]);
        assert.deepEqual(instance.getFunction('grow').call(0), [65536]);
        assert.equal(memory.grow(1), -1);`));

    it('of which views cannot be made does not grow: -1, and every access goes on in one buffer', () =>
      process(`const instance = await instantiate('(memory (export "memory") 16384)');
        check(instance, 2 ** 30 - 16);
        const Views = [Uint16Array, Int32Array, BigInt64Array, DataView];
        assert.deepEqual(instance.getFunction('grow').call(1), [16384]);
        check(instance, 2 ** 30);
        const memory = instance.getMemory('memory');
        const { buffer } = memory.u8;
        for (const view of [memory.u16, memory.i32, memory.i64, memory.view]) assert.equal(view.buffer, buffer);`));
  });
}

describe('a memory that the host cannot provide', () => {
  const failing = `
    const { ArrayBuffer: Real } = globalThis;
    globalThis.ArrayBuffer = class extends Real {
      constructor(length, options) { if (length > 2 ** 20) throw new RangeError('Array buffer allocation failed'); super(length, options); }
    };
    const engine = new Engine();`;

  it('grows to -1 where a buffer or one of its views cannot be made, with nothing changed', () =>
    runInProcess(`${failing}
      const { Int32Array: RealViews } = globalThis;
      const store = new Store(engine);
      const memory = Memory.create(store, { limits: { minimum: 1 } });
      memory.u8[9] = 7;
      assert.equal(memory.grow(100), -1);
      globalThis.Int32Array = class { constructor() { throw new RangeError('Invalid typed array length'); } };
      const before = [memory.u8, memory.u16, memory.i32, memory.i64, memory.view];
      assert.equal(memory.grow(1), -1);
      globalThis.Int32Array = RealViews;
      assert.deepEqual([memory.u8, memory.u16, memory.i32, memory.i64, memory.view].map((view, i) => view === before[i]), [true, true, true, true, true]);
      assert.equal(memory.pages, 1);
      assert.equal(memory.grow(1), 1);
      assert.equal(memory.u8[9], 7);`));

  it('is a LinkError that says so when it is made', () =>
    runInProcess(`${failing}
      assert.throws(() => Memory.create(new Store(engine), { limits: { minimum: 50 } }),
        { name: 'LinkError', message: 'the host cannot provide a memory of 3276800 bytes' });
      const bytes = await binary('(module (memory 50))');
      assert.throws(() => new Linker(engine).instantiate(new Store(engine), engine.compile(bytes)), LinkError);`));
});
