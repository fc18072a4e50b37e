import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { article, goSource, sourceMappings, sourceText, sourceTextUtf8 } from './inputs.js';
import { checksum, copyInput, type ProgramRecipe } from './program-recipe.js';

const MD_FLAGS = 0x0c80;

/** Leaves the mappings of the input on the stack, and in a local. */
function parseMappings(...[body, scope, bytes]: Parameters<ProgramRecipe['write']>): number {
  const text = body.local(ValueType.I32);
  const mappings = body.local(ValueType.I32);
  body.i32Const(bytes).call(scope.func('allocate_mappings')).localTee(text);
  copyInput(body, scope, bytes);
  body.localGet(text).call(scope.func('parse_mappings')).localTee(mappings);
  return mappings;
}

export const PARSER_PROGRAMS: readonly ProgramRecipe[] = [
  {
    module: 'es-module-lexer',
    name: 'es-module-lexer',
    description: 'imports and exports of JavaScript source (C)',
    input: sourceText,
    write: (body, scope, bytes) => {
      const { func } = scope;
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
          body.localGet(source);
          copyInput(body, scope, bytes);
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
    write: (body, scope, bytes) => {
      const { func } = scope;
      parseMappings(body, scope, bytes);
      body.call(func('free_mappings'));
      body.call(func('get_last_error'));
    },
    result: '0',
  },
  {
    module: 'source-map',
    name: 'source-map-sort',
    description: 'sorting the mappings of a source map by their original places (Rust)',
    input: sourceMappings,
    write: (body, scope, bytes) => {
      const { func } = scope;
      const mappings = parseMappings(body, scope, bytes);
      // One mapping is asked for; all of its source are sorted to find it.
      body.i32Const(0).i32Const(60).i32Const(4).i32Const(1).call(func('generated_location_for'));
      body.localGet(mappings).call(func('free_mappings'));
      body.call(func('get_last_error'));
    },
    result: '0',
  },
  {
    module: 'md4w',
    name: 'md4w',
    description: 'rendering Markdown (C and Zig)',
    input: article,
    write: (body, scope, bytes) => {
      const { func } = scope;
      const place = body.local(ValueType.I64);
      const rendered = body.local(ValueType.I64);
      body.i32Const(bytes).call(func('allocMem')).localTee(place).operator(Operator.I32WrapI64);
      copyInput(body, scope, bytes);
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
  {
    module: 'gofmt',
    name: 'gofmt',
    description: 'formatting Go source (TinyGo)',
    input: goSource,
    write: (body, scope, bytes) => {
      const { func, state } = scope;
      const [pointer, length] = [body.local(ValueType.I32), body.local(ValueType.I32)];
      body
        .globalGet(state)
        .operator(Operator.I32Eqz)
        .if('empty', () => body.call(func('_initialize')).i32Const(1).globalSet(state));
      body.i32Const(bytes).call(func('alloc'));
      copyInput(body, scope, bytes);
      body.call(func('format')).operator(Operator.Drop);
      body.call(func('output_ptr')).localSet(pointer).call(func('output_len')).localSet(length);
      checksum(body, pointer, length);
      body.call(func('dispose'));
    },
    result: '-606751082',
  },
  {
    module: 'rollup',
    name: 'rollup-parser',
    description: 'parsing JavaScript into a syntax tree (Rust, SWC)',
    input: sourceTextUtf8,
    write: (body, scope, bytes) => {
      const { func } = scope;
      const [returned, source, tree, length] = [0, 0, 0, 0].map(() => body.local(ValueType.I32)) as [
        number,
        number,
        number,
        number,
      ];
      body.i32Const(-16).call(func('__wbindgen_add_to_stack_pointer')).localSet(returned);
      body.i32Const(bytes).i32Const(1).call(func('__wbindgen_export2')).localTee(source);
      copyInput(body, scope, bytes);
      body.localGet(returned).localGet(source).i32Const(bytes).i32Const(0).i32Const(0).i32Const(0);
      body.call(func('parse'));
      body.localGet(returned).memoryAccess(Operator.I32Load, 2, 0).localTee(tree);
      body.localGet(returned).memoryAccess(Operator.I32Load, 2, 4).localTee(length);
      body.i32Const(1).call(func('__wbindgen_export'));
      body.i32Const(16).call(func('__wbindgen_add_to_stack_pointer')).operator(Operator.Drop);
      body.localGet(length);
    },
    result: '5012',
  },
];
