import { Engine, type ExecutorName, Func, Linker, Store, ValueType } from '@wasm-dyno/engine';

export interface PageResult {
  readonly sum: unknown;
  readonly ticks: number;
  readonly fuel: string;
  readonly outOfFuel: string;
}

/**
 * What the page does, in a browser and without a single Node module: load, run, show fuel. The module exports `sum`, which adds
 * n + (n - 1) + ... + 1 and calls `host.tick` each time round.
 */
export function runInPage(bytes: Uint8Array, executor: ExecutorName): PageResult {
  const engine = new Engine({ compilationMode: 'lazy', executor });
  const store = new Store(engine);
  let ticks = 0;
  const tick = Func.wrap(store, { parameters: [ValueType.I32], results: [] }, () => {
    ticks++;
  });
  const module = engine.compile(bytes);
  const sum = new Linker(engine).define('host', 'tick', tick).instantiate(store, module).getFunction('sum')!;
  const results = sum.call(100);
  const fuel = store.consumedFuel.toString();
  store.fuel = 3n;
  let outOfFuel = '';
  try {
    sum.call(100);
  } catch (error) {
    outOfFuel = (error as Error).message;
  }
  return { sum: results[0], ticks, fuel, outOfFuel };
}

export function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}

declare const document: { body: { textContent: string | null } } | undefined;

if (typeof document !== 'undefined') {
  const show = (hex: string, executor: ExecutorName): PageResult => {
    const result = runInPage(hexBytes(hex), executor);
    document!.body.textContent = `sum ${String(result.sum)}, ${result.fuel} fuel`;
    return result;
  };
  Object.assign(globalThis, { show });
}
