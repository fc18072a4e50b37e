import { counted } from '@wasm-dyno/reports/wording';
import { functionTypeAt } from '@wasm-dyno/engine/phases';
import { type ParsedModule, type FunctionType, ValueType, valueTypeName } from '@wasm-dyno/engine';
import { generateLoop } from '../embedded/generated-loop.js';
import type { LoadedModule } from '../embedded/loaded-module.js';
import type { TimedArm } from '../embedded/memset-arm.js';
import { AnswerError } from '../embedded/serve.js';
import type { InvokeParams, InvokeResult, PhaseArmParams } from '../protocol.js';

type HostFunction = (...values: unknown[]) => unknown;

interface Callee {
  readonly call: HostFunction;
  readonly values: readonly unknown[];
  readonly type: FunctionType;
}

/** One call calls one exported function of an instance that lives as long as the arm. */
export function createExecuteArm(loaded: LoadedModule, params: PhaseArmParams): TimedArm {
  if (params.export === undefined) throw new AnswerError('bad-request', 'an execute arm needs "export"');
  const callee = calleeOf(loaded, params.export, params.arguments ?? []);
  const loop = generateLoop({ callee: callee.call, values: callee.values }, '', 'callee(...values);');
  const run = (calls: number): number => answeringTraps(() => loop(calls));
  return {
    bytesPerCall: 0,
    granularity: 'function',
    run: (calls) => ({ nanoseconds: run(calls) }),
    curve: (calls) => Array.from({ length: calls }, () => run(1)),
  };
}

/** Calls an exported function of a fresh instance. */
export function invoke(loaded: LoadedModule, params: InvokeParams): InvokeResult {
  const { call, values, type } = calleeOf(loaded, params.export, params.arguments);
  const returned = answeringTraps(() => call(...values));
  const results = type.results.length === 1 ? [returned] : [...((returned ?? []) as Iterable<unknown>)];
  return { results: results.map((value, i) => valueText(type.results[i]!, value)) };
}

function calleeOf(loaded: LoadedModule, name: string, texts: readonly string[]): Callee {
  const { parsed } = loaded;
  const exported = parsed.exports.find((entry) => entry.name === name && entry.kind === 'function');
  if (exported === undefined) {
    throw new AnswerError('bad-request', `module "${loaded.name}" exports no function "${name}"`);
  }
  const type = functionTypeAt(parsed, exported.index);
  if (texts.length !== type.parameters.length) {
    throw new AnswerError(
      'bad-request',
      `"${name}" takes ${counted(type.parameters.length, 'argument')}, not ${texts.length}`,
    );
  }
  const values = type.parameters.map((parameter, i) => hostValue(parameter, texts[i]!));
  const module = new WebAssembly.Module(new Uint8Array(loaded.bytes));
  const { exports } = answeringTraps(() => new WebAssembly.Instance(module, standInImports(parsed)));
  return { call: exports[name] as HostFunction, values, type };
}

/** Functions that return zeros, memories and tables of the wanted size, globals holding zero. */
function standInImports(parsed: ParsedModule): Record<string, Record<string, unknown>> {
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module, name, type } of parsed.imports) {
    (imports[module] ??= {})[name] = standIn(type);
  }
  return imports;
}

function standIn(type: ParsedModule['imports'][number]['type']): unknown {
  switch (type.kind) {
    case 'function': {
      const zeros = type.type.results.map(zeroOf);
      return () => (zeros.length === 1 ? zeros[0] : zeros);
    }
    case 'memory': {
      const { minimum, maximum } = type.limits;
      return new WebAssembly.Memory(
        maximum === undefined ? { initial: minimum } : { initial: minimum, maximum },
      );
    }
    case 'table': {
      const { minimum, maximum } = type.limits;
      const element = type.element === ValueType.FuncRef ? 'anyfunc' : 'externref';
      return new WebAssembly.Table({
        element,
        initial: minimum,
        ...(maximum === undefined ? {} : { maximum }),
      });
    }
    case 'global': {
      const value = type.value === ValueType.FuncRef ? 'anyfunc' : valueTypeName(type.value);
      return new WebAssembly.Global({ value, mutable: type.mutable }, zeroOf(type.value));
    }
  }
}

function zeroOf(type: ValueType): unknown {
  switch (type) {
    case ValueType.I64:
      return 0n;
    case ValueType.FuncRef:
    case ValueType.ExternRef:
      return null;
    default:
      return 0;
  }
}

function hostValue(type: ValueType, text: string): unknown {
  try {
    switch (type) {
      case ValueType.I32:
        return Number(BigInt.asIntN(32, BigInt(text)));
      case ValueType.I64:
        return BigInt.asIntN(64, BigInt(text));
      case ValueType.F32:
      case ValueType.F64:
        return Number(text);
      case ValueType.V128:
        break;
      default:
        if (text === 'null') return null;
    }
  } catch {
    // Not an integer: said below.
  }
  throw new AnswerError('bad-request', `"${text}" cannot be given as ${valueTypeName(type)}`);
}

function valueText(type: ValueType, value: unknown): string {
  if (type === ValueType.FuncRef || type === ValueType.ExternRef)
    return value === null ? 'null' : 'reference';
  return Object.is(value, -0) ? '-0' : String(value);
}

function answeringTraps<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AnswerError) throw error;
    throw new AnswerError('trap', error instanceof Error ? error.message : String(error));
  }
}
