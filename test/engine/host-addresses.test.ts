import { runInProcess } from './own-process.js';

/** A host whose WebAssembly has no more addresses once `full.now` is set, as V8 is after 16,380 memories. */
const FULL = `data:text/javascript,${encodeURIComponent(`
  const { Instance } = WebAssembly;
  globalThis.full = { now: false };
  WebAssembly.Instance = new Proxy(Instance, { construct(target, values) {
    if (full.now) throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance');
    return new target(...values);
  } });`)}`;

describe('a host without addresses for another memory', () => {
  it('is told by a LinkError with what was asked, what the store holds, and the mend', async () => {
    await runInProcess(
      `const engine = new Engine({ executor: 'host' });
      const module = engine.compile(await binary('(module (memory 0) (table 1 funcref) (table 1 funcref))'));
      const store = new Store(engine);
      const linker = new Linker(engine);
      const kept = [linker.instantiate(store, module), linker.instantiate(store, module)];
      full.now = true;
      const lack = (asked, mend) => ({ name: 'LinkError', message: 'the host cannot provide ' + asked + ' more; ' +
        'the store holds 2 memories and 4 tables. ' + mend });
      const instances = 'let go of instances, or allow fewer (maximumInstances)';
      const memories = 'Each memory takes gigabytes of addresses, however small it is: let go of memories and ' +
        'of instances that have some, or allow fewer instances (maximumInstances)';
      assert.throws(() => linker.instantiate(store, module), lack('1 memory and 2 tables', memories));
      assert.throws(() => Memory.create(store, { limits: { minimum: 0 } }), lack('1 memory and 0 tables', memories));
      assert.throws(() => Table.create(store, { element: ValueType.FuncRef, limits: { minimum: 0 } }),
        lack('0 memories and 1 table', instances[0].toUpperCase() + instances.slice(1)));
      full.now = false;
      assert.equal(linker.instantiate(store, module).store, kept[0].store);`,
      `--import=${FULL}`,
    );
  });
});
