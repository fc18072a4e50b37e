import type { ExternalType, Module } from '@wasm-dyno/engine';
import { TYPE_LETTERS, type TypeLetter } from '../operators.js';

export interface FunctionSignature {
  readonly parameters: readonly TypeLetter[];
  readonly results: readonly TypeLetter[];
}

/** Imports and exports of a module as both sides need them. */
export interface ModuleInterface {
  readonly imports: readonly {
    readonly module: string;
    readonly name: string;
    readonly type: ExternalType;
  }[];
  readonly functions: ReadonlyMap<string, FunctionSignature>;
  readonly globals: ReadonlyMap<string, { readonly type: TypeLetter; readonly mutable: boolean }>;
  readonly memories: readonly string[];
  /** Element type by name. */
  readonly tables: ReadonlyMap<string, TypeLetter>;
}

export function interfaceOf(module: Module): ModuleInterface {
  const functions = new Map<string, FunctionSignature>();
  const globals = new Map<string, { type: TypeLetter; mutable: boolean }>();
  const memories: string[] = [];
  const tables = new Map<string, TypeLetter>();
  for (const { name, type } of module.exports) {
    if (type.kind === 'function') functions.set(name, signatureOf(type.type));
    else if (type.kind === 'global') globals.set(name, { type: letterOf(type.value), mutable: type.mutable });
    else if (type.kind === 'memory') memories.push(name);
    else tables.set(name, letterOf(type.element));
  }
  return { imports: module.imports, functions, globals, memories, tables };
}

export function signatureOf(type: {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}): FunctionSignature {
  return { parameters: type.parameters.map(letterOf), results: type.results.map(letterOf) };
}

export function letterOf(valueType: number): TypeLetter {
  const letter = TYPE_LETTERS.get(valueType);
  if (letter === undefined) throw new RangeError(`unknown value type 0x${valueType.toString(16)}`);
  return letter;
}
