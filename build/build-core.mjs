// Compiles the engine's core, `engine/core/assembly/`, to WebAssembly and writes its bytes as a TypeScript file, before tsc, by
// `npm run build`. Nothing is done where the sources and this file are as they were.
//
// The compilers are pinned to exact versions, so that everybody's build gives the same bytes. Their digest is committed:
// `--check` compiles anew and fails where it differs, `--update` writes it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { compiledCore } from './compile-core.mjs';
import { packedModule } from './lz4.mjs';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'engine', 'core');
const assembly = path.join(folder, 'assembly');
const bytesFile = path.join(folder, 'front-end-bytes.ts');
const digestFile = path.join(folder, 'front-end.sha256');
const [option] = process.argv.slice(2);

/** Values that fit a table's type. */
const LARGEST = { u8: 0xff, u16: 0xffff, i32: 0xffff_ffff };

const tables = await tablesText();
const inputs = inputDigest(tables);
if (option !== undefined || !isCurrent()) {
  mkdirSync(path.join(assembly, 'generated'), { recursive: true });
  writeFileSync(path.join(assembly, 'generated', 'tables.ts'), tables);
  const bytes = compiledCore(assembly);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (option === '--update') writeFileSync(digestFile, `${digest}\n`);
  else if (option === '--check') check(digest);
  writeFileSync(bytesFile, bytesText(bytes));
  console.log(`the core: ${bytes.length} bytes`);
}

function check(digest) {
  const committed = readFileSync(digestFile, 'utf8').trim();
  if (digest === committed) return;
  console.error(
    `the core's bytes have the digest ${digest}, and ${path.relative(root, digestFile)} says ${committed}: ` +
      'where its sources have changed, run npm run build:core -- --update and commit the file',
  );
  process.exit(1);
}

/** Of everything that the bytes depend on. */
function inputDigest(tablesText) {
  const require = createRequire(import.meta.url);
  const hash = createHash('sha256');
  for (const file of ['build-core.mjs', 'compile-core.mjs', 'lz4.mjs'])
    hash.update(readFileSync(path.join(root, 'build', file)));
  for (const file of readdirSync(assembly, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
    .sort())
    hash.update(`${file}\n`).update(readFileSync(path.join(assembly, file)));
  hash.update(tablesText);
  for (const name of ['assemblyscript', 'binaryen']) hash.update(require(`${name}/package.json`).version);
  return hash.digest('hex');
}

function isCurrent() {
  return existsSync(bytesFile) && readFileSync(bytesFile, 'utf8').includes(inputs);
}

function bytesText(bytes) {
  return `// Made by build/build-core.mjs of ${inputs}: not to be edited.
/** The core as a WebAssembly module, packed. */
export const FRONT_END_BYTES = ${packedModule(bytes)};
`;
}

/** The engine's own tables and enumerations in the core's language. */
async function tablesText() {
  const entry = `
    export { operatorImmediates } from './binary/operator-immediate.js';
    export { memoryAccesses, operatorSignatures } from './binary/operator-signature.js';
    export { OPERATOR_SPACE } from './binary/operator.js';
    export { allowedOperators } from './binary/required-feature.js';
    export {
      NO_REGISTER_FILE,
      vectorLaneCounts,
      vectorOperandCounts,
      vectorResultFiles,
    } from './binary/vector-operator.js';
    export { FEW_VALUES, FREE_ARGUMENTS, FREE_RESULTS, JOINS_OF_A_CONDITION, LOCAL_BYTES, MOST_BLOCK_FUEL, VALUES_OF_A_LIST, RARE_LOCAL_BYTES, VECTOR_FUEL, valuesOfOperator } from './fuel/schedule.js';
    export { NEGATED_COMPARISON } from './translate/control-translator.js';
    export * from './translate/fusion.js';
    export * from './translate/operator-table.js';
    export { operatorActions } from './host-executor/injection/operator-action.js';
    export * from './types/frame-cost.js';
    export { registerFileOf } from './types/value-type.js';
    export { DEFAULT_FEATURES } from './features.js';
  `;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: path.join(root, 'engine'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    logLevel: 'warning',
  });
  const engine = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  const allowed = engine.allowedOperators(engine.DEFAULT_FEATURES);
  return [
    '// Made by build/build-core.mjs from the engine: not to be edited.',
    `export const OPERATOR_SPACE: u32 = ${engine.OPERATOR_SPACE};`,
    table(
      'SIGNATURES',
      'i32',
      engine.operatorSignatures.map((signature, operator) => signature * allowed[operator]),
    ),
    // Of operators of one byte that are done with when their types are checked.
    table(
      'PLAIN_SIGNATURES',
      'i32',
      engine.operatorSignatures
        .subarray(0, 0x100)
        .map((signature, operator) =>
          engine.valuesOfOperator[operator] === 0 ? signature * allowed[operator] : 0,
        ),
    ),
    table('VALUES_OF_OPERATOR', 'u8', engine.valuesOfOperator),
    table('ACCESSES', 'u16', engine.memoryAccesses),
    // What is switched off by default is no operator to the core.
    table(
      'IMMEDIATES',
      'u8',
      engine.operatorImmediates.map((kind, operator) => kind * allowed[operator]),
    ),
    table('LANES', 'u8', engine.vectorLaneCounts),
    table(
      'SINGLE_TYPES',
      'u8',
      Array.from({ length: 0x80 }, (_, type) => type),
    ),
    ...constants(engine, [
      ...[
        'FEW_VALUES',
        'FRAME_OVERHEAD',
        'FREE_ARGUMENTS',
        'FREE_LEAF_SLOTS',
        'FREE_RESULTS',
        'JOINS_OF_A_CONDITION',
        'LOCAL_BYTES',
        'MOST_BLOCK_FUEL',
        'REGISTER_PARAMETERS',
        'REGISTER_RESULTS',
        'VALUES_OF_A_LIST',
        'VECTOR_FUEL',
        'RARE_LOCAL_BYTES',
      ],
      ...['COUNT_MINUS_BACK', 'NO_REGISTER_FILE'],
    ]),
    table('VECTOR_OPERAND_COUNT', 'u8', engine.vectorOperandCounts),
    table('VECTOR_RESULT_FILE', 'u8', engine.vectorResultFiles),
    table('SHAPES', 'u8', engine.operatorShape),
    table('IR_OF_OPERATOR', 'u8', engine.operatorIr),
    table('IMMEDIATE_IR', 'u8', engine.immediateIr),
    table('SWAPPED_OPERATOR', 'u8', engine.swappedOperator),
    table('RESULT_FILE', 'u8', engine.resultFile),
    table('MAKERS_WISHED', 'u8', engine.fusionWish),
    table('MAKER_OF_IR', 'u8', engine.fusionOffer),
    table('IR_AT_SUM', 'u8', engine.irAtSum),
    table('IR_OF_IMMEDIATE_STORE', 'u8', engine.irOfImmediateStore),
    table('BACK_IR', 'u8', engine.backIr),
    table('IR_WITH_ADDITION', 'u8', engine.irWithAddition),
    table('NEGATED_COMPARISON', 'u8', engine.NEGATED_COMPARISON),
    table('OPERATOR_ACTIONS', 'u8', engine.operatorActions),
    table(
      'FILE_OF_TYPE',
      'u8',
      Array.from({ length: 0x80 }, (_, type) => engine.registerFileOf(type)),
    ),
    ...enumerations({
      'binary/operator.ts': ['Operator', 'OperatorPrefix'],
      'binary/operator-immediate.ts': ['Immediate'],
      'binary/operator-signature.ts': ['MemoryAccess'],
      'host-executor/injection/operator-action.ts': ['OperatorAction'],
      'host-executor/injection/refused-step.ts': ['RefusedStepKind'],
      'translate/ir.ts': ['Ir'],
      'translate/operator-table.ts': ['Shape'],
      'types/value-type.ts': ['RegisterFile', 'ValueType'],
    }),
    '',
  ].join('\n');
}

function constants(engine, names) {
  return names.map((name) => `export const ${name}: i32 = ${engine[name]};`);
}

function table(name, type, values) {
  const largest = Math.max(...values);
  if (!(largest <= LARGEST[type])) throw new RangeError(`${largest} in the table ${name} of ${type}`);
  return `export const ${name}: usize = memory.data<${type}>([${[...values].join(',')}], 16);`;
}

function enumerations(namesByFile) {
  const files = Object.keys(namesByFile).map((file) => path.join(root, 'engine', file));
  const program = ts.createProgram(files, { target: ts.ScriptTarget.ES2022, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  return files.flatMap((file, i) => {
    const wanted = Object.values(namesByFile)[i];
    return program
      .getSourceFile(file)
      .statements.filter(
        (statement) => ts.isEnumDeclaration(statement) && wanted.includes(statement.name.text),
      )
      .map((declaration) => {
        const members = declaration.members.map(
          (member) => `  ${member.name.getText()} = ${checker.getConstantValue(member)},`,
        );
        return `export const enum ${declaration.name.text} {\n${members.join('\n')}\n}`;
      });
  });
}
