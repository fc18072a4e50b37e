/** The embedded engine, through its public entries. */
import {
  CompileError,
  Engine,
  Func,
  functionType,
  Global,
  Linker,
  LinkError,
  MalformedModuleError,
  Memory,
  OutOfFuelError,
  Store,
  Table,
  Trap,
  UnsupportedModuleError,
  ValueType,
  type Features,
  type Instance,
  type Module,
  type RawValue,
} from '@wasm-dyno/engine';
import { parseModule, validateFunction } from '@wasm-dyno/engine/phases';
import type { Proposal } from '../module-outline.js';
import type { RunMode } from '../run-mode.js';
import type { NumericType, ScriptValue } from '../script/values.js';
import { Bystander } from './bystander.js';
import { v8Host } from './v8-host.js';
import { PLENTY_OF_FUEL, RandomFuel } from './random-fuel.js';
import {
  HostError,
  MissingExportError,
  NumberedReference,
  referenceValue,
  SPECTEST_FUNCTIONS,
  type ScriptHost,
  type ScriptInstance,
  type ScriptModule,
  type ScriptSession,
} from './script-host.js';

/** What the engine has beyond WebAssembly 2.0. A proposal leaves the skipped ones by being added here. */
const SUPPORTED: readonly Proposal[] = [
  'tail calls',
  'extended constant expressions',
  'multiple memories',
  '64-bit addresses',
  '64-bit table addresses',
  'relaxed SIMD',
];

/** Proposals that are off by default: the folder of their scripts, and the engine's switch. */
const SWITCHED: readonly { proposal: Proposal; folder: string; feature: keyof Features }[] = [
  { proposal: 'custom page sizes', folder: 'custom-page-sizes', feature: 'customPageSizes' },
  { proposal: 'wide arithmetic', folder: 'wide-arithmetic', feature: 'wideArithmetic' },
];

const NUMERIC_TYPES: ReadonlyMap<ValueType, NumericType> = new Map([
  [ValueType.I32, 'i32'],
  [ValueType.I64, 'i64'],
  [ValueType.F32, 'f32'],
  [ValueType.F64, 'f64'],
  [ValueType.V128, 'v128'],
]);
const VALUE_TYPES = { i32: ValueType.I32, i64: ValueType.I64, f32: ValueType.F32, f64: ValueType.F64 };

/** The engine in a run mode, set up for a script by its path: scripts of a proposal's folder have it switched on. */
export function embeddedHost(mode: RunMode, file: string): ScriptHost {
  const isOn = ({ folder }: { folder: string }) => file.split('/').slice(0, -1).includes(folder);
  const features = Object.fromEntries(SWITCHED.map((entry) => [entry.feature, isOn(entry)]));
  const engine = new Engine({
    features,
    executor: mode.executor,
    compilationMode: mode.compilationMode,
    consumeFuel: mode.metering,
  });
  const own = [...SUPPORTED, ...SWITCHED.map(({ proposal }) => proposal)];
  const supported =
    mode.executor === 'host' ? own.filter((proposal) => v8Host().supported.has(proposal)) : own;
  return {
    supported: new Set(supported),
    switchedOff: new Set(SWITCHED.filter((entry) => !isOn(entry)).map(({ proposal }) => proposal)),
    newSession: () => new EmbeddedSession(engine, mode, supported),
  };
}

class EmbeddedSession implements ScriptSession {
  readonly store: Store;
  readonly linker: Linker;
  private readonly randomFuel: RandomFuel | undefined;
  /** Fuel of what is there before the script: the run that goes on at random points has a bystander. */
  private readonly fuelOfSetup: bigint;
  /** Fuel of calls that exhausted the stack: how much they get to consume depends on how deep they began. */
  private exhaustedFuel = 0n;

  constructor(
    private readonly engine: Engine,
    private readonly mode: RunMode,
    supported: readonly Proposal[],
  ) {
    this.store = new Store(engine, mode.metering ? { fuel: PLENTY_OF_FUEL } : {});
    this.linker = new Linker(engine);
    if (mode.randomFuelSeed !== undefined) {
      this.randomFuel = new RandomFuel(mode.randomFuelSeed, this.store, new Bystander(engine, this.store));
    }
    defineSpectest(this.linker, this.store, supported);
    this.fuelOfSetup = this.store.consumedFuel;
  }

  get consumedFuel(): bigint | undefined {
    if (!this.mode.metering) return undefined;
    return (
      this.store.consumedFuel - this.fuelOfSetup - (this.randomFuel?.otherFuel ?? 0n) - this.exhaustedFuel
    );
  }

  /** Calls a function as the run mode says. */
  call(target: Func, values: readonly RawValue[]): RawValue[] {
    const { randomFuel } = this;
    const before = this.consumedFuel;
    if (this.mode.metering) this.store.fuel = PLENTY_OF_FUEL;
    try {
      return guarded(() =>
        randomFuel === undefined
          ? target.callRaw(values)
          : randomFuel.run(() => target.callRawResumable(values)),
      );
    } catch (error) {
      if (error instanceof HostError && error.kind === 'exhaustion') {
        this.exhaustedFuel += (this.consumedFuel ?? 0n) - (before ?? 0n);
      }
      throw error;
    }
  }

  check(bytes: Uint8Array): void {
    let refusal: unknown;
    try {
      guarded(() => this.compileWholly(bytes));
    } catch (error) {
      refusal = error;
    }
    if (refusal instanceof HostError && refusal.kind === 'unsupported') throw refusal;
    const isValid = refusal === undefined;
    if (this.engine.validate(bytes) !== isValid)
      throw new Error(
        `validate() gives ${String(!isValid)}, compiling gives ${isValid ? 'a module' : String(refusal)}`,
      );
    if (!isValid) throw refusal;
  }

  private compileWholly(bytes: Uint8Array): void {
    this.engine.compile(bytes);
    if (this.mode.compilationMode !== 'lazy') return;
    // this mode leaves bodies alone until they are called: check them as the first call would
    const module = parseModule(bytes, this.engine.features, this.engine.limits);
    const end = module.importedFunctionCount + module.bodyOffsets.length;
    for (let index = module.importedFunctionCount; index < end; index++) validateFunction(module, index);
  }

  compile(bytes: Uint8Array): ScriptModule {
    const module = guarded(() => this.engine.compile(bytes));
    if (!this.engine.validate(bytes)) throw new Error('compile() takes the module, validate() does not');
    return {
      instantiate: () =>
        new EmbeddedInstance(
          this,
          guarded(() => this.instantiate(module)),
        ),
    };
  }

  private instantiate(module: Module): Instance {
    if (this.mode.metering) this.store.fuel = PLENTY_OF_FUEL;
    return this.linker.instantiate(this.store, module);
  }
}

class EmbeddedInstance implements ScriptInstance {
  constructor(
    private readonly session: EmbeddedSession,
    private readonly instance: Instance,
  ) {}

  invoke(name: string, values: readonly ScriptValue[]): ScriptValue[] {
    const target = this.instance.getFunction(name);
    if (target === undefined) throw new MissingExportError(`no function "${name}"`);
    const results = this.session.call(target, values.map(rawValue));
    return results.map((value, index) => scriptValue(value, target.type.results[index]!));
  }

  get(name: string): ScriptValue {
    const global = this.instance.getGlobal(name);
    if (global === undefined) throw new MissingExportError(`no global "${name}"`);
    return scriptValue(global.raw, global.type.value);
  }

  registerAs(name: string): void {
    this.session.linker.defineInstance(name, this.instance);
  }
}

function rawValue(value: ScriptValue): RawValue {
  if (value.kind === 'number') return value.bits;
  if (value.sort === 'null') return null;
  if (value.hostNumber === undefined) throw new TypeError('only numbered host references can be passed');
  return NumberedReference.of(value.hostNumber);
}

function scriptValue(value: RawValue, type: ValueType): ScriptValue {
  const numeric = NUMERIC_TYPES.get(type);
  if (numeric === undefined) {
    if (value !== null && (type === ValueType.FuncRef) !== value instanceof Func) {
      throw new TypeError('the engine returned a reference of the wrong kind');
    }
    return referenceValue(value, type === ValueType.FuncRef);
  }
  if (typeof value !== 'bigint') throw new TypeError(`the engine returned ${typeof value} as raw ${numeric}`);
  return { kind: 'number', type: numeric, bits: value };
}

/** Runs `step` and tells the engine's errors in the terms of scripts. */
function guarded<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (error instanceof MalformedModuleError) throw new HostError('malformed', error.message);
    if (error instanceof UnsupportedModuleError) throw new HostError('unsupported', error.message);
    if (error instanceof CompileError) throw new HostError('invalid', error.message);
    if (error instanceof LinkError) throw new HostError('unlinkable', error.message);
    if (error instanceof Trap && !(error instanceof OutOfFuelError)) {
      const kind = error.code === 'stack-exhausted' ? 'exhaustion' : 'trap';
      throw new HostError(kind, error.message, error.message);
    }
    throw error;
  }
}

function defineSpectest(linker: Linker, store: Store, supported: readonly Proposal[]): void {
  for (const [name, parameters] of SPECTEST_FUNCTIONS) {
    const type = functionType(
      parameters.map((parameter) => VALUE_TYPES[parameter]),
      [],
    );
    linker.define(
      'spectest',
      name,
      Func.wrap(store, type, () => undefined),
    );
  }
  const constant = (value: ValueType) => ({ value, mutable: false });
  const table = (addressType: 'i32' | 'i64') =>
    Table.create(store, { element: ValueType.FuncRef, limits: { minimum: 10, maximum: 20 }, addressType });
  linker
    .define('spectest', 'global_i32', Global.create(store, constant(ValueType.I32), 666))
    .define('spectest', 'global_i64', Global.create(store, constant(ValueType.I64), 666n))
    .define('spectest', 'global_f32', Global.create(store, constant(ValueType.F32), Math.fround(666.6)))
    .define('spectest', 'global_f64', Global.create(store, constant(ValueType.F64), 666.6))
    .define('spectest', 'table', table('i32'))
    .define('spectest', 'memory', Memory.create(store, { limits: { minimum: 1, maximum: 2 } }));
  if (supported.includes('64-bit table addresses')) linker.define('spectest', 'table64', table('i64'));
}
