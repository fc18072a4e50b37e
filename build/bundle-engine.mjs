// Makes one file of the engine, because a process that imports it file by file spends most of its start on finding and
// linking them. Run after tsc, by `npm run build`.
//
// `engine/dist/bundle.js` holds what the package's entries lead to, but for engine/node/ and engine/wasi/. The files that tsc wrote become
// re-exports of the bundle's names where an entry or one of those two imports them, so that all get the same classes; others are removed.
// The vocabulary of the binary format is a file of its own: the engine has its numbers built in, and no use for seven hundred names.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, transform } from 'esbuild';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = path.join(root, 'engine');
const target = path.join(source, 'dist');
const bundleFile = path.join(target, 'bundle.js');

/** Needs `node:` builtins, which a bundle for browsers may not name; and the core's sources, in a language of their own. */
const LEFT_OUT = ['node/', 'wasi/', 'core/assembly/', 'interpreter/description/', 'dist/', 'node_modules/'];

const modules = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !LEFT_OUT.some((folder) => file.startsWith(folder)))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** Bundled by itself. */
const VOCABULARY = 'operators';

const exportsOf = await readExports();
/** The names of each module that somebody outside the bundle imports. */
const namesOutside = readNamesOutside();
/** Short, because every module's every export has one. */
const nameInBundle = (module, name) => `m${modules.indexOf(module)}_${name}`;

const { outputFiles } = await build({
  stdin: { contents: bundleEntry(), resolveDir: source, loader: 'js' },
  outfile: bundleFile,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  sourcemap: 'inline',
  sourcesContent: false,
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
});
const { body, exported } = withoutExports(withConstants(outputFiles[0].text));
// Without exports it is a script to esbuild, which leaves the names at the top of a script alone: functions and classes are called in
// stack traces and profiles what they are called in the sources.
const { code, map } = await transform(body, {
  sourcefile: 'bundle.js',
  target: 'es2022',
  minifyWhitespace: true,
  minifyIdentifiers: true,
  // Node prints the line of an uncaught error.
  lineLimit: 240,
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
});
writeFileSync(bundleFile, `${withClassNames(code)}${exported}\n//# sourceMappingURL=bundle.js.map\n`);
writeFileSync(`${bundleFile}.map`, map);
for (const module of modules) {
  const file = path.join(target, `${module}.js`);
  rmSync(`${file}.map`, { force: true });
  if (namesOutside.has(module)) writeFileSync(file, reExports(module));
  else rmSync(file, { force: true });
}
const vocabulary = await build({
  entryPoints: [path.join(source, `${VOCABULARY}.ts`)],
  bundle: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  lineLimit: 240,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});
// An export that stands at the start of its line is seen by those who tell modules from scripts by patterns, as publint does.
writeFileSync(
  path.join(target, `${VOCABULARY}.js`),
  vocabulary.outputFiles[0].text.replace(/(?<=\})export\{/, '\nexport{'),
);

/**
 * esbuild turns the modules' constants and classes into variables. V8 builds what a constant holds into the code that it
 * optimises, but reads a variable each time: so what is never assigned to, and does not name itself, is made a constant again.
 */
function withConstants(text) {
  const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ES2022);
  const assigned = new Set();
  const noteAssignments = (node) => {
    if (
      (ts.isBinaryExpression(node) &&
        node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) ||
      ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
        (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken))
    ) {
      const target = node.left ?? node.operand;
      // An element or a property of what a constant holds may change.
      if (!ts.isElementAccessExpression(target) && !ts.isPropertyAccessExpression(target))
        noteNames(target, assigned);
    }
    ts.forEachChild(node, noteAssignments);
  };
  noteAssignments(file);
  let made = '';
  let end = 0;
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || statement.declarationList.flags & ts.NodeFlags.BlockScoped)
      continue;
    const isConstant = statement.declarationList.declarations.every(({ name, initializer }) => {
      const named = new Set();
      if (initializer !== undefined) noteNames(initializer, named);
      return initializer !== undefined && !named.has(name.text) && !assigned.has(name.text);
    });
    if (!isConstant) continue;
    const start = statement.getStart(file);
    made += `${text.slice(end, start)}const`;
    end = start + 'var'.length;
  }
  return made + text.slice(end);
}

/** The code before the one statement that exports, and that statement. */
function withoutExports(text) {
  const at = text.lastIndexOf('\nexport {');
  if (at < 0) throw new Error('the bundle of the engine exports nothing');
  const end = text.indexOf('};', at) + '};'.length;
  return {
    body: text.slice(0, at + 1) + text.slice(end),
    exported: text.slice(at + 1, end).replaceAll(/\s+/g, ' '),
  };
}

/** A class that speaks of itself has a name of its own within itself, `Func = class _Func`; it was shortened, and is put back. */
function withClassNames(text) {
  const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ES2022, true);
  const renamed = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isClassExpression(initializer) || initializer.name === undefined)
        continue;
      const short = initializer.name.text;
      const rename = (node) => {
        if (ts.isIdentifier(node) && node.text === short && !isMemberName(node))
          renamed.push([node.getStart(file), node.end, `_${name.text}`]);
        ts.forEachChild(node, rename);
      };
      rename(initializer);
    }
  }
  let made = '';
  let end = 0;
  for (const [from, to, name] of renamed) {
    made += text.slice(end, from) + name;
    end = to;
  }
  return made + text.slice(end);
}

/** Names of members are no variables: what follows a dot, or stands before a colon or a method's body. */
function isMemberName(node) {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isClassElement(parent)) && parent.name === node)
  );
}

/** Adds all names in a piece of code to a set. */
function noteNames(node, names) {
  if (ts.isIdentifier(node)) names.add(node.text);
  ts.forEachChild(node, (child) => noteNames(child, names));
}

/** The names that each module exports at run time. */
async function readExports() {
  const { metafile } = await build({
    entryPoints: modules.map((module) => path.join(source, `${module}.ts`)),
    absWorkingDir: root,
    outdir: 'unwritten',
    outbase: 'engine',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return new Map(
    modules.map((module) => [module, [...metafile.outputs[`unwritten/${module}.js`].exports].sort()]),
  );
}

/** Entries export all that they do; of other modules there is what files outside the bundle import, those of tests that look inside too. */
function readNamesOutside() {
  const names = new Map();
  const add = (module, imported) => {
    const existing = exportsOf.get(module);
    if (existing === undefined || module === VOCABULARY) return;
    const known = names.get(module) ?? [];
    const wanted = imported?.split(',').map((entry) => entry.trim().split(' as ')[0]) ?? existing;
    names.set(
      module,
      existing.filter((name) => known.includes(name) || wanted.includes(name)),
    );
  };
  const { exports } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  for (const { default: file } of Object.values(exports)) add(file?.replace(/^\.\/dist\/|\.js$/g, ''));
  for (const { file, text } of sourceFiles(source, /^(node|wasi)\//)) {
    const imports = text.matchAll(/^(?:im|ex)port \{([^}]*)\} from '(\.[^']*)\.js';$/gm);
    for (const [, list, specifier] of imports)
      add(path.posix.join(path.posix.dirname(file), specifier), list);
  }
  for (const { text } of sourceFiles(path.join(root, 'test'), /./)) {
    for (const [, list, module] of text.matchAll(/import \{([^}]*)\} from '[./]*engine\/dist\/([^']*)\.js'/g))
      add(module, list);
    for (const [, module] of text.matchAll(/import(?: \* as \w+ from |\()'[./]*engine\/dist\/([^']*)\.js'/g))
      add(module);
  }
  return names;
}

/** Those of TypeScript in a folder whose paths in it are such, with slashes. */
function sourceFiles(folder, paths) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !/^(dist|node_modules)\//.test(file) && paths.test(file))
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
}

function bundleEntry() {
  return [...namesOutside]
    .map(([module, names]) => {
      const renamed = names.map((name) => `${name} as ${nameInBundle(module, name)}`);
      return names.length === 0 ? '' : `export { ${renamed.join(', ')} } from './${module}.ts';\n`;
    })
    .join('');
}

function reExports(module) {
  const names = namesOutside.get(module).map((name) => `  ${nameInBundle(module, name)} as ${name},\n`);
  if (names.length === 0) return 'export {};\n';
  const up = '../'.repeat(module.split('/').length - 1) || './';
  return `export {\n${names.join('')}} from '${up}bundle.js';\n`;
}
