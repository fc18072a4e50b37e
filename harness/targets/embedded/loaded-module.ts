import { readFileSync } from 'node:fs';

import { definedFunctionCount, parseModule } from '@wasm-dyno/engine/phases';
import { type ParsedModule, DEFAULT_LIMITS, CompileError, DEFAULT_FEATURES } from '@wasm-dyno/engine';
import type { LoadResult } from '../protocol.js';
import { AnswerError } from './serve.js';

/** A module as the arms use it. Parsed when first needed: a cold parse arm must not find the parser warm. */
export class LoadedModule {
  readonly bytes: Uint8Array;
  private parsedModule: ParsedModule | undefined;

  constructor(
    readonly name: string,
    path: string,
  ) {
    try {
      // A copy of its own: small files come in a pool that other files share.
      this.bytes = new Uint8Array(readFileSync(path));
    } catch (error) {
      throw new AnswerError('bad-request', `cannot read ${path}: ${(error as Error).message}`);
    }
  }

  get parsed(): ParsedModule {
    return (this.parsedModule ??= answeringInvalidModules(() => parse(this.bytes)));
  }

  describe(): LoadResult {
    const { bodyLengths, importedFunctionCount } = this.parsed;
    const functions = Array.from({ length: definedFunctionCount(this.parsed) }, (_, i) => ({
      index: importedFunctionCount + i,
      bodyBytes: bodyLengths[i]!,
    }));
    return {
      moduleBytes: this.bytes.length,
      bodyBytes: functions.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
      functions,
    };
  }

  bodyBytesOf(functionIndex: number): number {
    const { bodyLengths, importedFunctionCount } = this.parsed;
    const bytes = bodyLengths[functionIndex - importedFunctionCount];
    if (bytes === undefined) {
      throw new AnswerError('bad-request', `module "${this.name}" defines no function ${functionIndex}`);
    }
    return bytes;
  }

  /** Indices of the defined functions, imports first in the counting. */
  definedFunctions(): number[] {
    return this.describe().functions.map(({ index }) => index);
  }
}

/** The parse phase as the engine's own default configuration runs it. */
export function parse(bytes: Uint8Array): ParsedModule {
  return parseModule(bytes, DEFAULT_FEATURES, DEFAULT_LIMITS);
}

/** Runs `work`; the engine's compile errors come out as the protocol's `invalid-module`. */
export function answeringInvalidModules<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CompileError) throw new AnswerError('invalid-module', error.message, error.offset);
    throw error;
  }
}
