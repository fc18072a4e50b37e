// The walls between packages, as a rule of ESLint's. It resolves what each file imports to the file or package that it is, however it is written,
// because a pattern for one way of writing a path leaves the others open.
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The one-way streets: engine knows nobody; corpora may use engine; harness uses all; reports reads recorded files alone. */
const NAMES = {
  engine: '@wasm-dyno/engine',
  corpora: '@wasm-dyno/corpora',
  reports: '@wasm-dyno/reports',
  harness: 'wasm-dyno',
};
const MAY_USE = { engine: [], corpora: ['engine'], reports: [], harness: ['engine', 'corpora', 'reports'] };

/** The parts of the engine that need more of Node than browsers have. */
const NODE_ROOM = /^engine\/(node|wasi)\//;
/** What imports a file that its user names, and what looks for the files of packages that a list names. */
const LOADS_WHAT_IS_NAMED = new Set(['harness/cli/config/config-file.ts', 'corpora/real/package-file.ts']);

/** What is wrong with a file's import of `target`, a specifier as it is written; undefined: nothing. Paths are relative to the root. */
export function brokenWall(file, target) {
  const folder = file.split('/', 1)[0];
  if (target.startsWith('#')) return 'there are no # imports here: import the file';
  if (isBuiltin(target)) {
    if (folder !== 'engine' || NODE_ROOM.test(file)) return undefined;
    return 'engine/ imports nothing from outside itself';
  }
  if (/^\.{0,2}\//.test(target) || target === '.' || target === '..')
    return brokenByPath(file, folder, target);
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return 'imports are of files and of packages: name one of them';
  return brokenByName(file, folder, target);
}

function brokenByPath(file, folder, target) {
  if (target.startsWith('/'))
    return 'imports are relative, or by a package: no path from the root of a machine';
  // As Node resolves it, percent signs and all.
  const resolved = fileURLToPath(new URL(target, pathToFileURL(path.join(ROOT, file))));
  const segments = path.relative(ROOT, resolved).split(path.sep);
  if (segments.includes('node_modules')) return 'packages are imported by their names';
  if (segments.includes('dist')) return 'built code is for tests';
  const [other] = segments;
  if (other === folder) {
    const isCommandLine = segments[0] === 'harness' && segments[1] === 'cli';
    return isCommandLine && !file.startsWith('harness/cli/')
      ? 'only the command line imports harness/cli/'
      : undefined;
  }
  return MAY_USE[folder].includes(other)
    ? `${folder}/ imports ${NAMES[other]} by its name`
    : `${folder}/ may not import ${other === '..' ? 'from outside the repository' : `${other}/`}`;
}

function brokenByName(file, folder, target) {
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
  const other = Object.keys(NAMES).find((one) => NAMES[one] === name);
  if (other === folder) return `${folder}/ does not import itself by its name`;
  if (other !== undefined)
    return MAY_USE[folder].includes(other) ? undefined : `${folder}/ may not import ${other}/`;
  if (folder !== 'engine') return undefined;
  return NODE_ROOM.test(file)
    ? `${file.split('/', 2).join('/')} imports only node: builtins and the engine`
    : 'engine/ imports nothing from outside itself';
}

/** The text that an expression comes to whatever happens; undefined where that is not written out. */
function textOf(node) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : undefined;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? node.quasis[0].value.cooked : undefined;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return textOf(node.expression);
    case 'TSLiteralType':
      return textOf(node.literal);
    case 'BinaryExpression': {
      const [left, right] = [textOf(node.left), textOf(node.right)];
      return node.operator === '+' && left !== undefined && right !== undefined ? left + right : undefined;
    }
    default:
      return undefined;
  }
}

/** The name that a member or a property is taken by; undefined where it is not written out. */
function nameOf({ computed, key, property }) {
  const node = key ?? property;
  return computed ? textOf(node) : (node.name ?? textOf(node));
}

/** `require(...)`, `require.resolve(...)`, `import.meta.resolve(...)` and `process.getBuiltinModule(...)`. */
function isResolving({ type, name, object, property, computed }) {
  if (type === 'Identifier') return name === 'require' || name === 'getBuiltinModule';
  if (type !== 'MemberExpression') return false;
  const member = nameOf({ computed, property });
  if (member === 'getBuiltinModule') return true;
  if (member !== 'resolve') return false;
  return object.type === 'MetaProperty' || (object.type === 'Identifier' && object.name === 'require');
}

/** @type {import('eslint').Rule.RuleModule} */
export const IMPORT_WALLS = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/');
    const loadsWhatIsNamed = LOADS_WHAT_IS_NAMED.has(file);
    const refuseCreateRequire = (node) => {
      if (!loadsWhatIsNamed)
        context.report({ node, message: 'createRequire leads round the walls: import what you need' });
    };
    const check = (node, source) => {
      if (source === null || source === undefined) return;
      const target = textOf(source);
      const message =
        target === undefined
          ? loadsWhatIsNamed
            ? undefined
            : 'write out what is imported, so that its wall can be seen'
          : brokenWall(file, target);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument),
      TSExternalModuleReference: (node) => check(node, node.expression),
      'TSModuleDeclaration[id.type="Literal"]': (node) => check(node, node.id),
      CallExpression(node) {
        if (!isResolving(node.callee)) return;
        // A function of the file's own may be called so.
        const scope = context.sourceCode.getScope(node);
        if (
          !scope.references.some(
            ({ identifier, resolved }) => identifier === node.callee && resolved?.defs.length > 0,
          )
        )
          check(node, node.arguments[0]);
      },
      'ImportSpecifier[imported.name="createRequire"]': refuseCreateRequire,
      // Of the module as a whole, by whatever name it goes.
      'MemberExpression, ObjectPattern > Property'(node) {
        if (nameOf(node) === 'createRequire') refuseCreateRequire(node);
      },
    };
  },
};
