import type { ExternalType, TrapCode } from '@wasm-dyno/engine';
import { WebAssembly, type HostGlobal, type HostMemory, type HostTable } from '../host-web-assembly.js';
import { sized, unsigned } from '../../encoded-integers.js';
import { ExternKind, moduleOf, name as nameBytes, section, Section } from '../module-binary.js';
import { TYPE_CODES, type TypeLetter } from '../operators.js';
import { GUARD_EXPORT } from '../sources/random-module.js';
import { callRaw, globalReader } from '../../conformance/hosts/v8-bridge.js';
import { HOST_OBJECTS, randomArgument, type Argument, type PlannedCall } from './call-plan.js';
import { floatText, hostNumber } from './engine-side.js';
import { GUARD_CALLS, hostFunctionKey, type HostValues } from './host-values.js';
import { letterOf, signatureOf, type FunctionSignature, type ModuleInterface } from './module-interface.js';
import { bitsText, TYPE_NAMES, type Outcome } from './outcome.js';
import type { Contents, Side } from './side.js';

/** By name. */
export type Exports = Readonly<Record<string, unknown>>;

type HostFunction = (...values: unknown[]) => unknown;

/** The host's own engine. */
export class V8Side implements Side {
  private exports: Exports | undefined;
  private hostCalls: string[] = [];
  private readonly importedFunctions: unknown[] = [];

  constructor(
    private readonly module: object,
    private readonly face: ModuleInterface,
    private readonly hostValues: HostValues,
  ) {}

  instantiate(): Outcome {
    return this.outcomeOf(() => {
      const imports: Record<string, Record<string, unknown>> = Object.create(null);
      for (const { module, name, type } of this.face.imports) {
        imports[module] ??= Object.create(null) as Record<string, unknown>;
        imports[module][name] = this.provide(module, name, type);
      }
      this.exports = new WebAssembly.Instance(this.module, imports).exports;
      return [];
    });
  }

  private outcomeOf(step: () => string[]): Outcome {
    try {
      return { kind: 'values', values: step() };
    } catch (error) {
      return failure(error);
    }
  }

  call({ name, values }: PlannedCall): Outcome {
    const exports = this.exports!;
    const func = exports[name] as HostFunction;
    const signature = this.face.functions.get(name)!;
    if (this.face.globals.get(GUARD_EXPORT)?.mutable)
      (exports[GUARD_EXPORT] as HostGlobal).value = GUARD_CALLS;
    return this.outcomeOf(() => {
      if (signature.parameters.includes('v') || signature.results.includes('v')) {
        return this.callThroughBridge(func, signature, values);
      }
      const returned = func(...values.map((value) => this.hostValue(value)));
      const results = signature.results.length === 1 ? [returned] : ((returned ?? []) as unknown[]);
      return signature.results.map((type, index) => this.text(type, results[index]));
    });
  }

  private callThroughBridge(
    func: HostFunction,
    signature: FunctionSignature,
    values: readonly Argument[],
  ): string[] {
    const codes = {
      parameters: signature.parameters.map((type) => TYPE_CODES[type]),
      results: signature.results.map((type) => TYPE_CODES[type]),
    };
    const bridged = values.map((value) => ('bits' in value ? value : { reference: this.hostValue(value) }));
    return callRaw(func, codes, bridged).map((value, index) => {
      const type = signature.results[index]!;
      return 'bits' in value ? bitsText(type, value.bits, false) : this.text(type, value.reference);
    });
  }

  takeHostCalls(): string[] {
    const calls = this.hostCalls;
    this.hostCalls = [];
    return calls;
  }

  state(): Map<string, Contents> {
    const contents = new Map<string, Contents>();
    const { exports } = this;
    if (exports === undefined) return contents;
    for (const name of this.face.memories) {
      contents.set(name, new Uint8Array((exports[name] as HostMemory).buffer));
    }
    for (const [name, type] of this.face.tables) {
      const table = exports[name] as HostTable;
      const elements = Array.from({ length: table.length }, (_, index) => this.text(type, table.get(index)));
      contents.set(name, elements.join(' '));
    }
    for (const [name, { type, mutable }] of this.face.globals) {
      const global = exports[name] as HostGlobal;
      contents.set(name, type === 'v' ? vectorGlobalText(global, mutable) : this.text(type, global.value));
    }
    return contents;
  }

  private text(type: TypeLetter, value: unknown): string {
    switch (type) {
      case 'i':
        return bitsText(type, BigInt((value as number) >>> 0), false);
      case 'I':
        return bitsText(type, BigInt.asUintN(64, value as bigint), false);
      case 'f':
      case 'F':
        return floatText(type, value as number);
      case 'v':
        return 'v128';
      default:
        return `${TYPE_NAMES[type]}:${value === null ? 'null' : this.referenceText(value)}`;
    }
  }

  /** Exported functions are named by their index (JavaScript API, "name of the WebAssembly function"). */
  private referenceText(value: unknown): string | number {
    if (typeof value !== 'function') return HOST_OBJECTS.indexOf(value as object);
    const imported = this.importedFunctions.indexOf(value);
    return imported >= 0 ? imported : value.name;
  }

  private hostValue(value: Argument): unknown {
    if ('bits' in value) return hostNumber(value.type, value.bits);
    if ('object' in value) return value.object === null ? null : HOST_OBJECTS[value.object];
    return value.exportName === null ? null : this.exports![value.exportName];
  }

  private provide(module: string, name: string, type: ExternalType): unknown {
    switch (type.kind) {
      case 'function':
        this.importedFunctions.push(this.hostFunction(hostFunctionKey(module, name), signatureOf(type.type)));
        return this.importedFunctions.at(-1);
      case 'global': {
        const letter = letterOf(type.value);
        const random = this.hostValues.random(`global/${module}/${name}`);
        const value = this.hostValue(randomArgument(random, letter, []));
        return new WebAssembly.Global({ value: HOST_TYPE_NAMES[letter], mutable: type.mutable }, value);
      }
      case 'memory': {
        const { minimum, maximum } = this.hostValues.limits(type.limits);
        return new WebAssembly.Memory({ initial: minimum, maximum });
      }
      case 'table': {
        const { minimum, maximum } = this.hostValues.limits(type.limits);
        const element = HOST_TYPE_NAMES[letterOf(type.element)];
        return new WebAssembly.Table({ element, initial: minimum, maximum });
      }
    }
  }

  private hostFunction(key: string, signature: FunctionSignature): unknown {
    if (signature.parameters.includes('v') || signature.results.includes('v')) return zeroFunction(signature);
    return (...values: unknown[]) => {
      const shown = values.map((value, index) => this.text(signature.parameters[index]!, value));
      const calls = this.hostCalls.push(`${key}(${shown.join(' ')})`);
      const results = this.hostValues.results(key, signature, calls).map((value) => this.hostValue(value));
      return results.length === 1 ? results[0] : results;
    };
  }
}

const HOST_TYPE_NAMES: Readonly<Record<TypeLetter, string>> = {
  ...TYPE_NAMES,
  r: 'anyfunc',
};

function vectorGlobalText(global: HostGlobal, mutable: boolean): string {
  const reader = globalReader(global, { type: TYPE_CODES.v, mutable });
  const [value] = callRaw(reader, { parameters: [], results: [TYPE_CODES.v] }, []);
  return 'bits' in value! ? bitsText('v', value.bits, false) : 'v128';
}

/** A function for imports that vectors cross, which functions of the host cannot be: it gives zeros and nulls. */
function zeroFunction({ parameters, results }: FunctionSignature): unknown {
  const codes = (types: readonly TypeLetter[]) => sized(types.map((type) => TYPE_CODES[type]));
  const locals = [...unsigned(results.length), ...results.flatMap((type) => [1, TYPE_CODES[type]])];
  const gets = results.flatMap((_, index) => [0x20, ...unsigned(parameters.length + index)]);
  const bytes = moduleOf(
    section(Section.Type, [[0x60, ...codes(parameters), ...codes(results)]]),
    section(Section.Function, [[0]]),
    section(Section.Export, [[...nameBytes('zero'), ExternKind.Function, 0]]),
    section(Section.Code, [sized([...locals, ...gets, 0x0b])]),
  );
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports['zero'];
}

/** V8's messages, and the traps of the specification that each may stand for. */
const TRAPS: readonly (readonly [message: RegExp, codes: readonly TrapCode[]])[] = [
  [/^unreachable/, ['unreachable']],
  [/memory access out of bounds|data segment (\d+ )?(is )?out of bounds/, ['memory-out-of-bounds']],
  [/divide by zero|remainder by zero/, ['integer-divide-by-zero']],
  [/divide result unrepresentable/, ['integer-overflow']],
  [/float unrepresentable in integer range/, ['integer-overflow', 'invalid-conversion-to-integer']],
  [/element segment (\d+ )?(is )?out of bounds|table access out of bounds/, ['table-out-of-bounds']],
  [/table index is out of bounds|table.*out of bounds/, ['table-out-of-bounds', 'undefined-element']],
  [/function signature mismatch/, ['uninitialized-element', 'indirect-call-type-mismatch']],
  [/null/, ['null-reference']],
];

function failure(error: unknown): Outcome {
  if (error instanceof RangeError && error.message.includes('call stack')) return { kind: 'exhausted' };
  if (error instanceof WebAssembly.RuntimeError) return trapOf(error.message);
  if (error instanceof WebAssembly.LinkError) return { kind: 'unlinkable', message: error.message };
  return {
    kind: 'error',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function trapOf(message: string): Outcome {
  const known = TRAPS.find(([pattern]) => pattern.test(message));
  return known === undefined
    ? { kind: 'error', message: `V8: ${message}` }
    : { kind: 'trap', codes: known[1] };
}
