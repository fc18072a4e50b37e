import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { featuresWith, limitsWith, type EnforcedLimits, type Features } from '@wasm-dyno/engine';
import { parseModule, validateFunction, type ParsedModule } from '@wasm-dyno/engine/phases';
import { unsigned } from '../encoded-integers.js';

/** Binary form of a module in the text format, of whatever proposal; not validated. */
export async function binary(text: string): Promise<Uint8Array> {
  return new Uint8Array(await parse(text));
}

export function parseWith(
  bytes: Uint8Array,
  features: Partial<Features> = {},
  limits: Partial<EnforcedLimits> = {},
): ParsedModule {
  return parseModule(bytes, featuresWith(features), limitsWith(limits));
}

/** Parses a module and validates all of its functions. */
export function validateWhole(
  bytes: Uint8Array,
  features: Partial<Features> = {},
  limits: Partial<EnforcedLimits> = {},
): ParsedModule {
  const module = parseWith(bytes, features, limits);
  for (let index = module.importedFunctionCount; index < module.functionTypeIndices.length; index++) {
    validateFunction(module, index);
  }
  return module;
}

/** V8's verdict. */
export function hostValidates(bytes: Uint8Array): boolean {
  return WebAssembly.validate(new Uint8Array(bytes));
}

/** A file of an installed package. */
export function packageFile(packageName: string, path: string): Uint8Array {
  const require = createRequire(import.meta.url);
  const folders = require.resolve.paths(packageName) ?? [];
  for (const folder of folders) {
    try {
      return new Uint8Array(readFileSync(join(folder, packageName, path)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  throw new Error(`${packageName}/${path} is in none of ${folders.join(', ')}`);
}

/** A signed integer in as few bytes as hold it, or as many as `bytes` if that is more, `maximum` at most. */
export function signedLeb128(value: bigint, bytes: number, maximum: number): number[] {
  const encoded: number[] = [];
  for (let rest = value; ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const over = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    if (over && encoded.length + 1 >= Math.min(bytes, maximum)) return [...encoded, low];
    encoded.push(low | 0x80);
  }
}

export function section(id: number, ...payload: (number | readonly number[])[]): number[] {
  const bytes = payload.flat();
  return [id, ...unsigned(bytes.length), ...bytes];
}

export function moduleOf(...sections: number[][]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** A module of one function of type `parameters -> results`, with one memory, table and mutable i32 global. */
export function moduleOfBody(
  body: readonly number[],
  parameters: number[] = [],
  results: number[] = [],
): Uint8Array {
  return moduleOf(
    section(1, 1, 0x60, unsigned(parameters.length), parameters, unsigned(results.length), results),
    section(3, 1, 0),
    section(4, 1, 0x70, 0, 1),
    section(5, 1, 0, 1),
    section(6, 1, 0x7f, 1, 0x41, 0, 0x0b),
    section(10, 1, unsigned(body.length), [...body]),
  );
}
