// The code of the engine that charges, for the digest of cost behaviour: every function, method and constant that speaks of fuel, charges or
// costs, or of a value of engine/fuel/, and whatever in its file calls one of them; as esbuild prints it, without types, comments and layout.
// It is found by this rule, not by a list: code that begins to charge tomorrow is in.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { transformSync } from 'esbuild';
import ts from 'typescript';

/** What speaks of charges only to tell of them, or is in the digest by its bytes; the loops are generated from their description. */
const CHARGES_NOTHING =
  /^(core\/(assembly\/|front-end-bytes)|dist\/|interpreter\/(interpreter|loop-bytes)\.ts|monitor\/|node\/|node_modules\/|runtime\/(call-event|compile-event|compile-meter|observed-call|observers)\.ts)/;
/** In engine/fuel/ what is not looked at whole: see build-cost-behaviour.mjs. */
const LAYERS = /^fuel\/(cost-layers|profile-models|profile-prices)\.ts$/;
const SPEAKS_OF_CHARGES = /fuel|charg|cost/i;
const FROM_FUEL = /\/fuel\/[a-z-]+\.js$/;

/** The files of an engine, by their paths from its folder, that may hold code that charges. */
export function chargingFiles(engine) {
  return readdirSync(engine, { recursive: true })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !CHARGES_NOTHING.test(file))
    .filter((file) => !file.startsWith('fuel/') || LAYERS.test(file))
    .sort();
}

/** What of the sources charges, in an order that depends on nothing but itself: that a file is called otherwise is no other behaviour. */
export function chargingCode(engine, readSource = (file) => readFileSync(path.join(engine, file), 'utf8')) {
  return chargingFiles(engine)
    .flatMap((file) => chargingParts(readSource(file)))
    .sort();
}

const known = new Map();

function chargingParts(source) {
  let parts = known.get(source);
  if (parts === undefined) known.set(source, (parts = SPEAKS_OF_CHARGES.test(source) ? partsOf(source) : []));
  return parts;
}

function partsOf(source) {
  const { code } = transformSync(source, { loader: 'ts', target: 'es2022', legalComments: 'none' });
  const file = ts.createSourceFile('source.js', code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const wanted = importedPrices(file);
  const left = new Set(file.statements.flatMap((statement) => declarations(statement)));
  const found = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const one of left) {
      if (!SPEAKS_OF_CHARGES.test(one.text) && ![...one.words].some((word) => wanted.has(word))) continue;
      left.delete(one);
      found.push(one.text);
      for (const name of one.names) wanted.add(name);
    }
  }
  return found;
}

/** Names by which a file knows values of engine/fuel/. */
function importedPrices(file) {
  const names = new Set();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !FROM_FUEL.test(statement.moduleSpecifier.text)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings !== undefined && ts.isNamedImports(bindings))
      for (const { name } of bindings.elements) names.add(name.text);
  }
  return names;
}

/** A statement's functions, or a class's members, each by itself: the names that others call it by, its words, and its text. */
function declarations(statement) {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
  if (!ts.isClassDeclaration(statement)) return [declaration(statement, namesOf(statement))];
  return statement.members.map((member) =>
    declaration(member, ts.isConstructorDeclaration(member) ? [statement.name.text] : namesOf(member)),
  );
}

function namesOf(node) {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  return node.name === undefined ? [] : [node.name.text];
}

function boundNames(name) {
  return ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (element.name === undefined ? [] : boundNames(element.name)));
}

function declaration(node, names) {
  const words = new Set();
  const look = (part) => {
    if (ts.isIdentifier(part) || ts.isPrivateIdentifier(part)) words.add(part.text);
    ts.forEachChild(part, look);
  };
  look(node);
  return { names, words, text: node.getText() };
}
