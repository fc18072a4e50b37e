import { loadPrograms } from '@wasm-dyno/corpora';
import {
  createWebAssembly,
  Engine,
  Func,
  type FunctionType,
  Linker,
  type Module,
  Store,
  type Value,
  ValueType,
} from '@wasm-dyno/engine';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { compileKernel } from '../execute/compile-kernel.js';
import { KERNELS, type Kernel } from '../execute/kernels.js';
import { loadSqlite } from '../execute/sqlite.js';
import { plainTable } from '../table.js';

/** What a real program is charged from its bytes to the end of its call, everything compiled at once and by the default prices: counts, not times. */
export interface FuelRecord {
  readonly program: string;
  readonly moduleBytes: number;
  /** Bytes that translating its bodies is charged for, beyond those that they have. */
  readonly countedBeyondBytes: number;
  readonly fuel: {
    readonly parse: number;
    readonly validate: number;
    readonly translate: number;
    readonly instantiate: number;
    readonly execute: number;
    readonly total: number;
  };
}

const PARTS = ['parse', 'validate', 'translate', 'instantiate', 'execute', 'total'] as const;

/** The same numbers everywhere and each time: nothing is measured. */
export async function fuelSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const programs = loadPrograms().programs.filter(({ name }) => options.matches(name));
  const kernels = KERNELS.filter(({ group, name }) => options.matches(name, group));
  const progress = options.progress(programs.length + kernels.length);
  const records: FuelRecord[] = [];
  for (const { name, bytes, export: entry } of programs) {
    progress.step(name);
    records.push(charged(name, (store) => called(store, bytes, entry)));
  }
  for (const kernel of kernels) {
    progress.step(kernel.name);
    records.push(await chargedKernel(kernel));
  }
  progress.done();
  return { records, text: fuelText(records), failures: [] };
}

async function chargedKernel({ argument, export: entry, module, name }: Kernel): Promise<FuelRecord> {
  if (module !== 'sqlite') {
    const bytes = await compileKernel(module);
    return charged(name, (store) => called(store, bytes, entry, argument));
  }
  const account = new Account();
  const queries = await loadSqlite(createWebAssembly({ store: account.store }) as never);
  queries(argument);
  // The glue loads the module out of the same store.
  return account.record(name, account.store.consumedFuel);
}

function charged(program: string, run: (store: Store) => void): FuelRecord {
  const account = new Account();
  run(account.store);
  return account.record(program, account.store.consumedFuel + account.loading);
}

function called(store: Store, bytes: Uint8Array, entry: string, ...values: number[]): void {
  const module = store.engine.compile(bytes);
  const linker = new Linker(store.engine);
  // As targets have it: what programs import does nothing and gives zeros.
  for (const { module: from, name, type } of module.imports)
    if (type.kind === 'function') linker.define(from, name, Func.wrap(store, type.type, zeros(type.type)));
  linker
    .instantiate(store, module)
    .getFunction(entry)!
    .call(...values);
}

function zeros({ results }: FunctionType): () => Value[] {
  return () => results.map((type) => (type === ValueType.I64 ? 0n : 0));
}

/** A store of its own, and what its engine charged for loading the one module. */
class Account {
  readonly store = new Store(new Engine({ compilationMode: 'eager' }));
  private module: Module | undefined;
  private moduleBytes = 0;
  private countedBeyondBytes = 0;
  private readonly fuel = { parse: 0n, validate: 0n, translate: 0n };

  constructor() {
    this.store.engine.on('compile', ({ bodyBytes, fuelCharged, module, phase, work }) => {
      this.module = module;
      this.fuel[phase] += fuelCharged;
      if (phase === 'parse') this.moduleBytes = bodyBytes;
      if (phase === 'translate') this.countedBeyondBytes += work - bodyBytes;
    });
  }

  get loading(): bigint {
    return this.fuel.parse + this.fuel.validate + this.fuel.translate;
  }

  record(program: string, total: bigint): FuelRecord {
    const { countedBeyondBytes, module, moduleBytes } = this;
    const { parse, translate, validate } = this.fuel;
    const instantiate = module!.instantiationFuel;
    const execute = total - this.loading - instantiate;
    const numbers = { parse, validate, translate, instantiate, execute, total };
    const fuel = Object.fromEntries(PARTS.map((part) => [part, Number(numbers[part])]));
    return { program, moduleBytes, countedBeyondBytes, fuel: fuel as FuelRecord['fuel'] };
  }
}

function fuelText(records: readonly FuelRecord[]): string {
  const count = (value: number) => value.toLocaleString('en');
  return [
    'Fuel: what real programs are charged by the default prices, everything compiled at once',
    '',
    plainTable(
      ['program', 'bytes', 'counted beyond', ...PARTS],
      records.map(({ countedBeyondBytes, fuel, moduleBytes, program }) => [
        program,
        ...[moduleBytes, countedBeyondBytes, ...PARTS.map((part) => fuel[part])].map(count),
      ]),
    ),
  ].join('\n');
}
