/** The host executor: the host's WebAssembly running modules that meter themselves. */
import {
  CompileError,
  Engine,
  HostInstance,
  HostModule,
  HostStore,
  LinkError,
  MalformedModuleError,
  Trap,
  UnsupportedModuleError,
} from 'wasm-dyno/engine';
import { parseModule } from 'wasm-dyno/engine/phases';
import type { ModuleOutline } from '../module-outline.js';
import type { ScriptValue } from '../script/values.js';
import type { HostExport, HostModuleImports } from './host-web-assembly.js';
import { PLENTY_OF_FUEL } from './random-fuel.js';
import {
  HostError,
  MissingExportError,
  type ScriptHost,
  type ScriptInstance,
  type ScriptModule,
  type ScriptSession,
} from './script-host.js';
import { callRaw, globalReader } from './v8-bridge.js';
import { bridged, scriptValue, spectestModule, v8Host } from './v8-host.js';

export function meteredV8Host(): ScriptHost {
  const engine = new Engine();
  return {
    supported: v8Host().supported,
    switchedOff: new Set(),
    newSession: () => new MeteredSession(engine),
  };
}

class MeteredSession implements ScriptSession {
  readonly store = new HostStore(PLENTY_OF_FUEL);
  readonly imports: Record<string, HostModuleImports> = Object.assign(Object.create(null), {
    spectest: spectestModule(),
  });
  /** Fuel of calls that exhausted the stack: how much they get to consume depends on how deep the host lets them. */
  private exhaustedFuel = 0n;

  constructor(private readonly engine: Engine) {}

  get consumedFuel(): bigint {
    return this.store.consumedFuel - this.exhaustedFuel;
  }

  check(bytes: Uint8Array): void {
    guarded(() => this.compileModule(bytes));
  }

  compile(bytes: Uint8Array, outline: ModuleOutline): ScriptModule {
    const module = guarded(() => this.compileModule(bytes));
    return {
      instantiate: () => {
        this.store.fuel = PLENTY_OF_FUEL;
        const instance = guarded(() => HostInstance.instantiate(this.store, module, this.imports));
        return new MeteredInstance(this, instance, outline);
      },
    };
  }

  private compileModule(bytes: Uint8Array): HostModule {
    const { engine } = this;
    return HostModule.compile(parseModule(bytes, engine.features, engine.limits), {
      bytesPerFuel: engine.costs.costs.bytesPerFuel,
      compilationFuel: (bodyBytes) => engine.costs.compileFuel('translate', bodyBytes),
    });
  }

  /** Runs a call with plenty of fuel. */
  run<Result>(call: () => Result): Result {
    const before = this.consumedFuel;
    this.store.fuel = PLENTY_OF_FUEL;
    try {
      return guarded(() => this.store.run(call));
    } catch (error) {
      if (error instanceof HostError && error.kind === 'exhaustion') {
        this.exhaustedFuel += this.consumedFuel - before;
      }
      throw error;
    }
  }
}

class MeteredInstance implements ScriptInstance {
  constructor(
    private readonly session: MeteredSession,
    private readonly instance: HostInstance,
    private readonly outline: ModuleOutline,
  ) {}

  invoke(name: string, values: readonly ScriptValue[]): ScriptValue[] {
    const target = this.instance.exports.get(name);
    const signature = this.outline.exportedFunctions.get(name);
    if (target === undefined || signature === undefined)
      throw new MissingExportError(`no function "${name}"`);
    const results = this.session.run(() => callRaw(target as HostExport, signature, values.map(bridged)));
    return results.map((value, index) => scriptValue(value, signature.results[index]!));
  }

  get(name: string): ScriptValue {
    const global = this.instance.exports.get(name);
    const signature = this.outline.exportedGlobals.get(name);
    if (global === undefined || signature === undefined) throw new MissingExportError(`no global "${name}"`);
    const results = [signature.type];
    const [value] = callRaw(globalReader(global as HostExport, signature), { parameters: [], results }, []);
    return scriptValue(value!, signature.type);
  }

  registerAs(name: string): void {
    this.session.imports[name] = Object.fromEntries(this.instance.exports) as HostModuleImports;
  }
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
    if (error instanceof Trap) {
      const kind = error.code === 'stack-exhausted' ? 'exhaustion' : 'trap';
      throw new HostError(kind, error.message, error.message);
    }
    throw error;
  }
}
