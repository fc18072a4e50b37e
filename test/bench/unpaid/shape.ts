import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, type EngineConfig, Linker, Store } from '@wasm-dyno/engine';

export type ExecutorName = NonNullable<EngineConfig['executor']>;

/** Does the work once, and returns the fuel that was charged for it. */
export type PaidWork = () => bigint;

/** Modules of one shape in growing sizes, whose work may be badly paid for. */
export interface UnpaidShape {
  readonly group: 'executing' | 'instantiating' | 'loading' | 'WASI';
  readonly name: string;
  /** Doubling from one to the next, unless they are named. */
  readonly sizes: readonly number[];
  /** What a size is called that is no size. */
  readonly nameOf?: (size: number) => string;
  /** Only this executor can do it. */
  readonly only?: ExecutorName;
  prepare(size: number, executor: ExecutorName): Promise<PaidWork>;
}

export function doubling(largest: number, count = 3): number[] {
  return Array.from({ length: count }, (_, step) => Math.round(largest / 2 ** (count - 1 - step)));
}

export function repeat(count: number, text: string): string {
  return new Array<string>(count).fill(text).join(' ');
}

export interface CallShape {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Fields of a module that exports `run`, without results, whose one i32 parameter says how often it shall go round. */
  readonly text: (size: number) => string;
  readonly turns?: (size: number) => number;
  readonly imports?: (linker: Linker, store: Store, size: number) => void;
}

/** Text of a function `run` that goes round as often as its parameter says. */
export function turning(body: string, locals = '', before = ''): string {
  return `(func (export "run") (param $n i32) ${locals} ${before}
    (loop $turn ${body} (br_if $turn (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))`;
}

/** A call of `run`; the first call, which compiles it, is not measured. */
export function callShape({ name, sizes, text, turns = () => 1, imports, ...rest }: CallShape): UnpaidShape {
  return {
    group: 'executing',
    name,
    sizes,
    ...rest,
    prepare: async (size, executor) => {
      const bytes = await parse(`(module ${text(size)})`);
      const engine = new Engine({ executor });
      const store = new Store(engine);
      const linker = new Linker(engine);
      imports?.(linker, store, size);
      const run = linker.instantiate(store, engine.compile(bytes)).getFunction('run')!;
      const times = turns(size);
      return () => {
        const before = store.consumedFuel;
        run.call(times);
        return store.consumedFuel - before;
      };
    },
  };
}

/** An instantiation of a module that is compiled already. */
export function instantiationShape(
  shape: Pick<CallShape, 'name' | 'sizes' | 'text' | 'imports'>,
): UnpaidShape {
  const { imports, text, ...rest } = shape;
  return {
    group: 'instantiating',
    ...rest,
    prepare: async (size, executor) => {
      const engine = new Engine({ executor });
      const module = engine.compile(await parse(`(module ${text(size)})`));
      return () => {
        const store = new Store(engine);
        const linker = new Linker(engine);
        imports?.(linker, store, size);
        linker.instantiate(store, module);
        return store.consumedFuel;
      };
    },
  };
}

/** Loading a module, whether that ends well or not: everything is validated and translated at once. */
export function loadingShape(
  shape: Pick<CallShape, 'name' | 'sizes'> & {
    readonly bytes: (size: number) => Promise<Uint8Array> | Uint8Array;
    readonly config?: EngineConfig;
  },
): UnpaidShape {
  const { bytes: bytesOf, config, ...rest } = shape;
  return {
    group: 'loading',
    ...rest,
    prepare: async (size, executor) => {
      const bytes = await bytesOf(size);
      return () => {
        const engine = new Engine({ executor, compilationMode: 'eager', ...config });
        try {
          return engine.compile(bytes).fuelCharged;
        } catch (error) {
          return (error as { fuelCharged?: bigint }).fuelCharged ?? 0n;
        }
      };
    },
  };
}

/** Loading a module by an engine that is there: with what comes after, if `isCalled`, see `loadedAndCalledShape`. */
export function reloadingShape(
  shape: Pick<CallShape, 'name' | 'sizes'> & {
    readonly bytes: (size: number) => Promise<Uint8Array> | Uint8Array;
    readonly isCalled?: boolean;
  },
): UnpaidShape {
  const { bytes: bytesOf, isCalled = false, ...rest } = shape;
  return {
    group: 'loading',
    ...rest,
    prepare: async (size, executor) => {
      const bytes = await bytesOf(size);
      const engine = new Engine({ executor, compilationMode: 'lazy' });
      return () => {
        const module = engine.compile(bytes);
        if (!isCalled) return module.fuelCharged;
        const store = new Store(engine);
        new Linker(engine).instantiate(store, module).getFunction('run')!.call();
        return module.fuelCharged + store.consumedFuel;
      };
    },
  };
}

/** Loading a module by an engine that is there, and the first call of its function `run`: hosts compile no earlier. */
export function loadedAndCalledShape(
  shape: Pick<CallShape, 'name' | 'sizes'> &
    Pick<UnpaidShape, 'nameOf'> & {
      readonly bytes: (size: number) => Uint8Array;
      readonly imports?: CallShape['imports'];
    },
): UnpaidShape {
  const { bytes: bytesOf, imports, ...rest } = shape;
  return {
    group: 'loading',
    ...rest,
    prepare: (size, executor) => {
      const bytes = bytesOf(size);
      const engine = new Engine({ executor });
      return Promise.resolve(() => {
        const module = engine.compile(bytes);
        const store = new Store(engine);
        const linker = new Linker(engine);
        imports?.(linker, store, size);
        linker.instantiate(store, module).getFunction('run')!.call();
        return module.fuelCharged + store.consumedFuel;
      });
    },
  };
}
