/** The host's own WebAssembly, so that the runner can be checked without the embedded engine, and the two compared. */
import { type ModuleOutline, type Proposal } from '../module-outline.js';
import type { ScriptValue } from '../script/values.js';
import {
  hostWebAssembly as WebAssembly,
  type HostExport,
  type HostInstance,
  type HostModuleImports,
} from './host-web-assembly.js';
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
import { callRaw, globalReader, type BridgedValue } from './v8-bridge.js';

const TYPES: Readonly<Record<number, 'i32' | 'i64' | 'f32' | 'f64' | 'v128'>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
};
const FUNCREF = 0x70;

/** A module whose validity shows that V8 has the proposal, as its sections after the preamble. */
const PROBES: readonly (readonly [Proposal, readonly number[]])[] = [
  ['tail calls', [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x12, 0, 0x0b]],
  ['extended constant expressions', [6, 9, 1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b]],
  ['multiple memories', [5, 5, 2, 0, 0, 0, 0]],
  ['64-bit addresses', [5, 3, 1, 4, 0]],
  ['64-bit table addresses', [4, 4, 1, 0x70, 4, 0]],
  // i8x16.relaxed_swizzle of two unreachable operands
  ['relaxed SIMD', [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0x00, 0xfd, 0x80, 0x02, 0x1a, 0x0b]],
];

export function v8Host(): ScriptHost {
  const supported = PROBES.filter(([, sections]) => WebAssembly.validate(withPreamble(sections)));
  return {
    supported: new Set(supported.map(([proposal]) => proposal)),
    switchedOff: new Set(),
    newSession: () => new V8Session(),
  };
}

function withPreamble(sections: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections]);
}

class V8Session implements ScriptSession {
  readonly imports: Record<string, HostModuleImports> = Object.assign(Object.create(null), {
    spectest: spectestModule(),
  });
  readonly consumedFuel = undefined;

  check(bytes: Uint8Array): void {
    guarded(() => new WebAssembly.Module(bytes));
  }

  compile(bytes: Uint8Array, outline: ModuleOutline): ScriptModule {
    const module = guarded(() => new WebAssembly.Module(bytes));
    return {
      instantiate: () => {
        const instance = guarded(() => new WebAssembly.Instance(module, this.imports));
        return new V8Instance(this, instance, outline);
      },
    };
  }
}

class V8Instance implements ScriptInstance {
  constructor(
    private readonly session: V8Session,
    private readonly instance: HostInstance,
    private readonly outline: ModuleOutline,
  ) {}

  invoke(name: string, values: readonly ScriptValue[]): ScriptValue[] {
    const target = this.instance.exports[name];
    const signature = this.outline.exportedFunctions.get(name);
    if (target === undefined || signature === undefined)
      throw new MissingExportError(`no function "${name}"`);
    const results = guarded(() => callRaw(target, signature, values.map(bridged)));
    return results.map((value, index) => scriptValue(value, signature.results[index]!));
  }

  get(name: string): ScriptValue {
    const global = this.instance.exports[name];
    const signature = this.outline.exportedGlobals.get(name);
    if (global === undefined || signature === undefined) throw new MissingExportError(`no global "${name}"`);
    const results = [signature.type];
    const [value] = callRaw(globalReader(global, signature), { parameters: [], results }, []);
    return scriptValue(value!, signature.type);
  }

  registerAs(name: string): void {
    this.session.imports[name] = { ...this.instance.exports };
  }
}

function bridged(value: ScriptValue): BridgedValue {
  if (value.kind === 'number') return value;
  if (value.sort === 'null') return { reference: null };
  if (value.hostNumber === undefined) throw new TypeError('only numbered host references can be passed');
  return { reference: NumberedReference.of(value.hostNumber) };
}

function scriptValue(value: BridgedValue, code: number): ScriptValue {
  if ('reference' in value) return referenceValue(value.reference, code === FUNCREF);
  return { kind: 'number', type: TYPES[code]!, bits: value.bits };
}

/** Runs `step` and tells V8's errors in the terms of scripts. */
function guarded<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw new HostError('refused', error.message);
    if (error instanceof WebAssembly.LinkError) throw new HostError('unlinkable', error.message);
    if (error instanceof WebAssembly.RuntimeError) throw new HostError('trap', error.message);
    if (error instanceof RangeError && error.message.includes('call stack')) {
      throw new HostError('exhaustion', error.message);
    }
    // a missing import module is a TypeError in the JavaScript API
    if (error instanceof TypeError && error.message.startsWith('WebAssembly.Instance()')) {
      throw new HostError('unlinkable', error.message);
    }
    throw error;
  }
}

function spectestModule(): HostModuleImports {
  const codes = Object.fromEntries(Object.entries(TYPES).map(([code, type]) => [type, Number(code)]));
  const functionExports: HostModuleImports = {};
  for (const [name, parameters] of SPECTEST_FUNCTIONS) {
    functionExports[name] = typedFunction(parameters.map((type) => codes[type]!));
  }
  return {
    ...functionExports,
    global_i32: new WebAssembly.Global({ value: 'i32' }, 666),
    global_i64: new WebAssembly.Global({ value: 'i64' }, 666n),
    global_f32: new WebAssembly.Global({ value: 'f32' }, 666.6),
    global_f64: new WebAssembly.Global({ value: 'f64' }, 666.6),
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 20 }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}

/** An empty WebAssembly function: unlike a function of the host, it has a type that imports are checked against. */
function typedFunction(parameters: readonly number[]): HostExport {
  const sections = [
    ...[1, 4 + parameters.length, 1, 0x60, parameters.length, ...parameters, 0],
    ...[3, 2, 1, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, 4, 1, 2, 0, 0x0b],
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(withPreamble(sections))).exports['f']!;
}
