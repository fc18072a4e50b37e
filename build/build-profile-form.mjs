// Writes what the engine knows of profiles' form out of its one definition, the schema in reports/recorded-run/profile-record.ts: the engine, which
// imports nothing from outside itself and has no room for a schema validator, is given `engine/fuel/profile-words.ts`, the lists of words, and
// `engine/fuel/profile-form.ts`, the schema as a check. Run by `npm run build`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const MADE = 'Made by build/build-profile-form.mjs out of';
const WORDS = 'reports/recorded-run/words.ts';
const SCHEMA = 'reports/recorded-run/profile-record.ts';
/** A shorter check is written where it stands. */
const LEAST_SHARED = 40;

const words = readFileSync(path.join(root, WORDS), 'utf8').replace(/^\/\*.*?\*\/\n/s, '');
write('profile-words.ts', `// ${MADE} ${WORDS}: not to be edited.\n${words}`);
const { PROFILE_RECORD } = await importedSource(SCHEMA);
write('profile-form.ts', checkOf(JSON.parse(JSON.stringify(PROFILE_RECORD))));

function write(name, text) {
  const file = path.join(root, 'engine', 'fuel', name);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** A module of TypeScript with all that it imports. */
async function importedSource(file) {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** The program that checks a value by the schema. */
function checkOf(schema) {
  /** Checks by their text, with how often each is needed. */
  const uses = new Map();
  const count = (part) => {
    const text = expression(part, (inner) => count(inner));
    uses.set(text, (uses.get(text) ?? 0) + 1);
    return text;
  };
  count(schema);
  const names = new Map();
  const declarations = [];
  const told = new Map();
  const shared = (part) => {
    const whole = expression(part, (inner) => plain(inner));
    const text = expression(part, shared);
    if (whole.length < LEAST_SHARED || uses.get(whole) < 2) return text;
    if (!names.has(whole)) {
      names.set(whole, `form${names.size}`);
      declarations.push(`const ${names.get(whole)} = ${text};`);
    }
    return names.get(whole);
  };
  const plain = (part) => {
    const key = JSON.stringify(part);
    if (!told.has(key)) told.set(key, expression(part, plain));
    return told.get(key);
  };
  const whole = shared(schema);
  const functions = [...new Set(`${declarations.join()}${whole}`.match(/\b\w+Shape\b|\bnullable\b/g))].sort();
  return `// ${MADE} ${SCHEMA}: not to be edited.
import { ${functions.join(', ')}, type Shape } from './profile-shape.js';

${declarations.join('\n')}

/** What every profile has, and may have. */
export const PROFILE_FORM: Shape = ${whole};
`;
}

/** A schema as a call of profile-shape.ts's functions; \`inner\` writes the schemas inside it. */
function expression(schema, inner) {
  const { type } = schema;
  if (schema.anyOf !== undefined) {
    const [value, none, ...others] = schema.anyOf;
    if (none?.type !== 'null' || others.length > 0) throw unknown(schema);
    return `nullable(${inner(value)})`;
  }
  if (schema.const !== undefined) return `enumShape(${JSON.stringify(schema.const)})`;
  if (schema.enum !== undefined)
    return `enumShape(${schema.enum.map((one) => JSON.stringify(one)).join(', ')})`;
  if (Array.isArray(type)) return 'scalarShape';
  switch (type) {
    case 'boolean':
      return 'booleanShape';
    case 'integer':
    case 'number': {
      const { minimum, exclusiveMinimum, maximum } = schema;
      return `numberShape(${written({ integer: type === 'integer' || undefined, minimum, exclusiveMinimum, maximum })})`;
    }
    case 'string': {
      const { minLength, pattern, title } = schema;
      if (pattern !== undefined && title === undefined)
        throw unknown(schema, 'a pattern needs a title that says what fits');
      const options = [
        ...(minLength === undefined ? [] : ['nonEmpty: true']),
        ...(pattern === undefined ? [] : [`pattern: /${pattern}/, form: ${JSON.stringify(title)}`]),
      ];
      return options.length === 0 ? 'stringShape()' : `stringShape({ ${options.join(', ')} })`;
    }
    case 'array':
      return `arrayShape(${inner(schema.items)}${lengths(schema)})`;
    case 'object':
      return objectExpression(schema, inner);
    default:
      throw unknown(schema);
  }
}

function objectExpression({ properties, required = [], patternProperties, ...schema }, inner) {
  if (properties === undefined) {
    const values = Object.values(patternProperties ?? {});
    if (values.length !== 1) throw unknown(schema);
    return `recordShape(${inner(values[0])})`;
  }
  const fields = (names) =>
    `{${names.map((name) => `${JSON.stringify(name)}: ${inner(properties[name])}`).join(', ')}}`;
  const names = Object.keys(properties);
  const optional = names.filter((name) => !required.includes(name));
  const all = fields(names.filter((name) => required.includes(name)));
  return `objectShape(${all}${optional.length === 0 ? '' : `, ${fields(optional)}`})`;
}

function lengths({ minItems, maxItems }) {
  if (minItems === undefined && maxItems === undefined) return '';
  return `, ${written({ minimum: minItems, maximum: maxItems })}`;
}

function written(options) {
  const text = JSON.stringify(options);
  return text === '{}' ? '' : text;
}

function unknown(schema, why = 'the engine has no check for it') {
  return new Error(`build: ${SCHEMA}: ${why}: ${JSON.stringify(schema).slice(0, 200)}`);
}
