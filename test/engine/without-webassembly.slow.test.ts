import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

/** Runs every program, whose host answers zeros, and tells what runs, what came out and what it cost. */
const SCRIPT = `
  const { loadPrograms } = await import('@wasm-dyno/corpora');
  const { Engine, Func, Linker, Store, ValueType } = await import('@wasm-dyno/engine');
  const told = {};
  for (const { name, bytes, export: run, results } of loadPrograms().programs) {
    const engine = new Engine();
    const store = new Store(engine);
    const module = engine.compile(bytes);
    const linker = new Linker(engine);
    for (const { module: from, name: wanted, type } of module.imports)
      linker.define(from, wanted, Func.wrap(store, type.type, () => type.type.results.map((one) => (one === ValueType.I64 ? 0n : 0))));
    const values = linker.instantiate(store, module).getFunction(run).call();
    told[name] = [values.map(String), results, String(store.consumedFuel)];
  }
  console.log(JSON.stringify({ ...new Engine().describe(), hasWebAssembly: typeof WebAssembly !== 'undefined', told }));`;

interface Told {
  readonly frontEnd: string;
  readonly loop: string;
  readonly executor: string;
  readonly hasWebAssembly: boolean;
  readonly told: Readonly<Record<string, readonly [values: string[], results: string[], fuel: string]>>;
}

const run = (...options: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, [...options, '--input-type=module', '--eval', SCRIPT], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as Told;

describe('a host without WebAssembly', function () {
  this.timeout(600_000);

  it('runs programs in JavaScript alone, says so, and they cost what they cost elsewhere', () => {
    const { told, ...without } = run('--jitless');
    const elsewhere = run();
    assert.deepEqual(without, {
      ...without,
      frontEnd: 'javascript',
      loop: 'javascript',
      hasWebAssembly: false,
    });
    assert.equal(elsewhere.frontEnd, 'webassembly');
    assert.deepEqual(told, elsewhere.told);
    assert.ok(Object.keys(told).length >= 4);
    for (const [name, [values, results]] of Object.entries(told)) assert.deepEqual(values, results, name);
  });

  it('tells who asks for the host executor what to use', () => {
    const script = `
      const { Engine } = await import('@wasm-dyno/engine');
      try { new Engine({ executor: 'host' }); } catch (error) { console.log(error.name + ': ' + error.message); }`;
    const output = execFileSync(process.execPath, ['--jitless', '--input-type=module', '--eval', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.equal(output, 'ExecutorError: this host has no WebAssembly: use the executor "interpreter"\n');
  });

  it('is one too where little is left of the namespace', () => {
    for (const lockdown of [
      'WebAssembly = {}',
      'delete WebAssembly.Memory',
      'WebAssembly.Module = undefined',
    ]) {
      const script = `
        ${lockdown};
        const { Engine } = await import('@wasm-dyno/engine');
        const { frontEnd, loop } = new Engine().describe();
        console.log(frontEnd, loop);
        try { new Engine({ executor: 'host' }); } catch (error) { console.log(error.name + ': ' + error.message); }`;
      const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        encoding: 'utf8',
      });
      const [runs, refusal] = output.split('\n');
      assert.equal(runs, 'javascript javascript', lockdown);
      assert.equal(
        refusal,
        'ExecutorError: this host has no WebAssembly: use the executor "interpreter"',
        lockdown,
      );
    }
  });
});
