import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { PackageOrigin, SkippedModule } from '../corpus.js';
import type { FunctionBuilder } from '../generated/function-builder.js';
import { loadRealCorpus, type RealCorpusOptions } from '../real/index.js';
import { DRIVER_EXPORT, drivenModule, type DriverScope } from './driven-module.js';
import { article, sourceMappings, sourceText } from './inputs.js';

/** A program that any engine runs without a host: real code with its input inside. */
export interface Program {
  readonly name: string;
  readonly description: string;
  readonly bytes: Uint8Array;
  readonly export: string;
  /** As the target protocol writes values. */
  readonly arguments: readonly string[];
  /** What every engine must answer. */
  readonly results: readonly string[];
  readonly origin: PackageOrigin;
}

interface Recipe {
  readonly module: string;
  readonly name: string;
  readonly description: string;
  readonly input: () => Uint8Array;
  /** Leaves an i32. */
  readonly write: (body: FunctionBuilder, scope: DriverScope, inputBytes: number) => void;
  readonly result: string;
}

const SHA256_BYTES = 512;
const XXH64_BYTES = 32_768;
const MD_FLAGS = 0x0c80;

const RECIPES: readonly Recipe[] = [
  {
    module: 'as-sha256',
    name: 'sha256',
    description: 'SHA-256 of 512 bytes (AssemblyScript)',
    input: () => Uint8Array.from({ length: SHA256_BYTES }, (_, i) => i & 0xff),
    write: (body, { func, global, inputSegment }, bytes) => {
      body.globalGet(global('input')).i32Const(0).i32Const(bytes).memoryInit(inputSegment);
      body.i32Const(bytes).call(func('digest'));
      body.globalGet(global('output')).memoryAccess(Operator.I32Load, 2, 0);
    },
    result: '-603389935',
  },
  {
    module: 'xxhash',
    name: 'xxh64',
    description: `xxHash of ${XXH64_BYTES} zero bytes (text format, by hand)`,
    input: () => new Uint8Array(),
    write: (body, { func }) => {
      body.i32Const(0).i32Const(XXH64_BYTES).i64Const(0n).call(func('xxh64')).operator(Operator.I32WrapI64);
    },
    result: '-171688455',
  },
  {
    module: 'es-module-lexer',
    name: 'es-module-lexer',
    description: 'imports and exports of JavaScript source (C)',
    input: sourceText,
    write: (body, { func, inputSegment }, bytes) => {
      const source = body.local(ValueType.I32);
      body
        .i32Const(bytes / 2)
        .call(func('sa'))
        .localTee(source);
      // The source stays where it is from call to call.
      body
        .memoryAccess(Operator.I32Load, 2, 0)
        .operator(Operator.I32Eqz)
        .if('empty', () => {
          body.localGet(source).i32Const(0).i32Const(bytes).memoryInit(inputSegment);
        });
      body.call(func('parse'));
    },
    result: '1',
  },
  {
    module: 'source-map',
    name: 'source-map',
    description: 'decoding the mappings of a source map (Rust)',
    input: sourceMappings,
    write: (body, { func, inputSegment }, bytes) => {
      const text = body.local(ValueType.I32);
      const mappings = body.local(ValueType.I32);
      body.i32Const(bytes).call(func('allocate_mappings')).localTee(text);
      body.i32Const(0).i32Const(bytes).memoryInit(inputSegment);
      body.localGet(text).call(func('parse_mappings')).localTee(mappings).call(func('free_mappings'));
      body.call(func('get_last_error'));
    },
    result: '0',
  },
  {
    module: 'md4w',
    name: 'md4w',
    description: 'rendering Markdown (C and Zig)',
    input: article,
    write: (body, { func, inputSegment }, bytes) => {
      const place = body.local(ValueType.I64);
      const rendered = body.local(ValueType.I64);
      body.i32Const(bytes).call(func('allocMem')).localTee(place).operator(Operator.I32WrapI64);
      body.i32Const(0).i32Const(bytes).memoryInit(inputSegment);
      body
        .localGet(place)
        .i32Const(MD_FLAGS)
        .i32Const(4 * bytes)
        .i32Const(0)
        .i32Const(0)
        .call(func('render'));
      // The rendered length is the upper half.
      body.localTee(rendered).i64Const(32n).operator(Operator.I64ShrU).operator(Operator.I32WrapI64);
    },
    result: '9616',
  },
];

/** The programs whose modules are installed; the others are skipped with the reason. */
export function loadPrograms(options: Pick<RealCorpusOptions, 'searchFolders'> = {}): {
  programs: Program[];
  skipped: SkippedModule[];
} {
  const { modules, skipped } = loadRealCorpus({
    ...options,
    check: 'parse',
    modules: RECIPES.map(({ module }) => module),
  });
  const programs = RECIPES.flatMap(({ module: name, input, write, result, ...described }): Program[] => {
    const module = modules.find((loaded) => loaded.name === name);
    if (module === undefined) return [];
    const inputBytes = input();
    return [
      {
        name: described.name,
        description: described.description,
        bytes: drivenModule(module.bytes, inputBytes, (body, scope) => write(body, scope, inputBytes.length)),
        export: DRIVER_EXPORT,
        arguments: [],
        results: [result],
        origin: module.origin as PackageOrigin,
      },
    ];
  });
  return { programs, skipped: [...skipped] };
}
