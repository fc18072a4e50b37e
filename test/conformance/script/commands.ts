/** The commands of a script (the reference interpreter's `.wast` format), parsed from its forms. */
import { float32Bits, float64Bits, integerBits } from './number-literal.js';
import { nameOf, readForms, ReadError, type Form, type List } from './s-expression.js';
import {
  LANE_BITS,
  type LanePattern,
  type NumericValue,
  type ResultPattern,
  type ScriptValue,
  type VectorShape,
} from './values.js';

/** A module as the script gives it: in the text format, as bytes, or as a string to be read as text. */
export type ModuleSource =
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'binary'; readonly bytes: Uint8Array }
  | { readonly form: 'quote'; readonly bytes: Uint8Array };

export interface Action {
  readonly kind: 'invoke' | 'get';
  /** The instance's identifier; undefined for the latest one. */
  readonly instance: string | undefined;
  readonly name: string;
  readonly arguments: readonly ScriptValue[];
}

/** A module to instantiate: given in place, or by the identifier of a definition (undefined for the latest one). */
export type ModuleTarget =
  | { readonly kind: 'source'; readonly source: ModuleSource }
  | { readonly kind: 'definition'; readonly definition: string | undefined };

export type CommandBody =
  | { readonly kind: 'module'; readonly id: string | undefined; readonly source: ModuleSource }
  | { readonly kind: 'module-definition'; readonly id: string | undefined; readonly source: ModuleSource }
  | {
      readonly kind: 'module-instance';
      readonly id: string | undefined;
      readonly definition: string | undefined;
    }
  | { readonly kind: 'register'; readonly name: string; readonly instance: string | undefined }
  | { readonly kind: 'action'; readonly action: Action }
  | {
      readonly kind: 'assert_return';
      readonly action: Action;
      readonly expected: readonly ResultPattern[];
    }
  | { readonly kind: 'assert_trap' | 'assert_exhaustion'; readonly action: Action; readonly message: string }
  | {
      readonly kind: 'assert_instantiation_trap' | 'assert_unlinkable';
      readonly target: ModuleTarget;
      readonly message: string;
    }
  | { readonly kind: 'assert_exception'; readonly action: Action }
  | {
      readonly kind: 'assert_invalid' | 'assert_malformed';
      readonly source: ModuleSource;
      readonly message: string;
    }
  /** A command of a proposal whose script extensions are not played; `feature` says which. */
  | { readonly kind: 'unsupported'; readonly keyword: string; readonly feature: string };

export type CommandKind = CommandBody['kind'];

/** A command and where it starts (line counts from 1). */
export type Command = CommandBody & { readonly line: number };

/** A form that is no command: counted as a failure of its own. */
export interface UnreadableCommand {
  readonly kind: 'unreadable';
  readonly line: number;
  readonly reason: string;
}

/** Commands that only scripts of proposals have. */
const PROPOSAL_COMMANDS: Readonly<Record<string, string>> = {
  thread: 'threads',
  wait: 'threads',
  assert_suspension: 'stack switching',
  assert_invalid_custom: 'custom section annotations',
  assert_malformed_custom: 'custom section annotations',
};

/** Fields of a module: a script that starts with one is a module written without its parentheses. */
const MODULE_FIELDS = new Set([
  ...['type', 'rec', 'import', 'func', 'table', 'memory', 'global', 'tag', 'export', 'start', 'elem', 'data'],
]);

/** Parses a whole script. A form that cannot be understood becomes an `unreadable` command; the rest is still read. */
export function* readScript(source: string): Generator<Command | UnreadableCommand, void, undefined> {
  const lineAt = lineCounter(source);
  try {
    let first = true;
    for (const form of readForms(source)) {
      if (first && form.kind === 'list' && MODULE_FIELDS.has(keywordOf(form) ?? '')) {
        const module = { form: 'text', text: `(module\n${source}\n)` } as const;
        yield { kind: 'module', id: undefined, source: module, line: lineAt(form.offset) };
        return;
      }
      first = false;
      const line = lineAt(form.offset);
      try {
        yield { ...parseCommand(form, source), line };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        yield { kind: 'unreadable', line, reason: error.message };
      }
    }
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    yield { kind: 'unreadable', line: lineAt(error.offset), reason: error.reason };
  }
}

/** A function from rising offsets to line numbers. */
function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    if (offset < counted) [line, counted] = [1, 0];
    for (; counted < offset; counted++) if (source.charCodeAt(counted) === 0x0a) line++;
    return line;
  };
}

function parseCommand(form: Form, source: string): CommandBody {
  const list = expectList(form);
  const keyword = keywordOf(list);
  const { items } = list;
  switch (keyword) {
    case 'module':
      return parseModuleCommand(list, source);
    case 'register':
      return { kind: 'register', name: nameAt(items, 1), instance: identifierAt(items, 2) };
    case 'invoke':
    case 'get':
      return { kind: 'action', action: parseAction(list) };
    case 'assert_return':
      return {
        kind: 'assert_return',
        action: parseAction(items[1]),
        expected: items.slice(2).map(parsePattern),
      };
    case 'assert_exhaustion':
      return { kind: 'assert_exhaustion', action: parseAction(items[1]), message: nameAt(items, 2) };
    case 'assert_exception':
      return { kind: 'assert_exception', action: parseAction(items[1]) };
    case 'assert_trap': {
      const message = nameAt(items, 2);
      return keywordOf(expectList(items[1])) === 'module'
        ? { kind: 'assert_instantiation_trap', target: parseModuleTarget(items[1], source), message }
        : { kind: 'assert_trap', action: parseAction(items[1]), message };
    }
    case 'assert_uninstantiable':
      return {
        kind: 'assert_instantiation_trap',
        target: parseModuleTarget(items[1], source),
        message: nameAt(items, 2),
      };
    case 'assert_unlinkable':
      return {
        kind: 'assert_unlinkable',
        target: parseModuleTarget(items[1], source),
        message: nameAt(items, 2),
      };
    case 'assert_invalid':
    case 'assert_malformed':
      return {
        kind: keyword,
        source: parseModule(expectList(items[1]), source).source,
        message: nameAt(items, 2),
      };
    default: {
      if (keyword === undefined) throw new SyntaxError('a command starts with a keyword');
      const feature = Object.hasOwn(PROPOSAL_COMMANDS, keyword) ? PROPOSAL_COMMANDS[keyword] : undefined;
      if (feature === undefined) throw new SyntaxError(`unknown command "${keyword}"`);
      return { kind: 'unsupported', keyword, feature };
    }
  }
}

function parseModuleCommand(list: List, source: string): CommandBody {
  if (atomAt(list.items, 1) === 'instance') {
    return {
      kind: 'module-instance',
      id: identifierAt(list.items, 2),
      definition: identifierAt(list.items, 3),
    };
  }
  const isDefinition = atomAt(list.items, 1) === 'definition';
  return { kind: isDefinition ? 'module-definition' : 'module', ...parseModule(list, source) };
}

function parseModuleTarget(form: Form | undefined, source: string): ModuleTarget {
  const list = expectList(form);
  return atomAt(list.items, 1) === 'instance'
    ? { kind: 'definition', definition: identifierAt(list.items, 2) }
    : { kind: 'source', source: parseModule(list, source).source };
}

function parseModule(list: List, source: string): { id: string | undefined; source: ModuleSource } {
  if (keywordOf(list) !== 'module') throw new SyntaxError('expected a module');
  const { items } = list;
  const definition = atomAt(items, 1) === 'definition' ? items[1]! : undefined;
  const idPosition = definition === undefined ? 1 : 2;
  const id = identifierAt(items, idPosition);
  const formPosition = id === undefined ? idPosition : idPosition + 1;
  const form = atomAt(items, formPosition);
  if (form === 'binary' || form === 'quote') {
    return { id, source: { form, bytes: concatenated(items.slice(formPosition + 1)) } };
  }
  let text = source.slice(list.offset, list.end);
  if (definition !== undefined) {
    const start = definition.offset - list.offset;
    text = text.slice(0, start) + text.slice(start + 'definition'.length);
  }
  return { id, source: { form: 'text', text } };
}

function concatenated(forms: readonly Form[]): Uint8Array {
  const parts = forms.map((form) => {
    if (form.kind !== 'string') throw new SyntaxError('expected a string');
    return form.bytes;
  });
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function parseAction(form: Form | undefined): Action {
  const list = expectList(form);
  const kind = keywordOf(list);
  if (kind !== 'invoke' && kind !== 'get') throw new SyntaxError('expected (invoke ...) or (get ...)');
  const instance = identifierAt(list.items, 1);
  const namePosition = instance === undefined ? 1 : 2;
  return {
    kind,
    instance,
    name: nameAt(list.items, namePosition),
    arguments: list.items.slice(namePosition + 1).map(parseArgument),
  };
}

function parseArgument(form: Form): ScriptValue {
  const list = expectList(form);
  const keyword = keywordOf(list);
  const operand = atomAt(list.items, 1);
  switch (keyword) {
    case 'ref.null':
      return { kind: 'reference', sort: 'null', heapType: operand };
    case 'ref.extern':
      return { kind: 'reference', sort: 'extern', hostNumber: hostNumber(operand) };
    case 'ref.host':
      return { kind: 'reference', sort: 'other', hostNumber: hostNumber(operand) };
    default: {
      const pattern = parsePattern(form);
      if (pattern.kind === 'exact') return pattern.value;
      if (pattern.kind !== 'vector') throw new SyntaxError(`${String(keyword)} is not a value to pass`);
      const laneBits = BigInt(LANE_BITS[pattern.shape]);
      const bits = pattern.lanes.reduceRight((vector, lane) => {
        if (!('bits' in lane)) throw new SyntaxError('a NaN class is not a value to pass');
        return (vector << laneBits) | lane.bits;
      }, 0n);
      return { kind: 'number', type: 'v128', bits };
    }
  }
}

function parsePattern(form: Form): ResultPattern {
  const list = expectList(form);
  const keyword = keywordOf(list);
  const operand = atomAt(list.items, 1);
  switch (keyword) {
    case 'i32.const':
      return exact('i32', integerBits(operand ?? '', 32));
    case 'i64.const':
      return exact('i64', integerBits(operand ?? '', 64));
    case 'f32.const':
    case 'f64.const': {
      const type = keyword === 'f32.const' ? 'f32' : 'f64';
      const lane = parseFloatLane(operand ?? '', type);
      return 'nan' in lane ? { kind: 'nan', type, nan: lane.nan } : exact(type, lane.bits);
    }
    case 'v128.const':
      return parseVector(list);
    case 'either':
      return { kind: 'either', alternatives: list.items.slice(1).map(parsePattern) };
    case 'ref.null':
      return { kind: 'reference', sort: 'null', text: operand ? `(ref.null ${operand})` : '(ref.null)' };
    case 'ref.func':
      return { kind: 'reference', sort: 'function', text: '(ref.func)' };
    case 'ref.extern': {
      const number = operand === undefined ? undefined : hostNumber(operand);
      const text = operand === undefined ? '(ref.extern)' : `(ref.extern ${operand})`;
      return { kind: 'reference', sort: 'extern', hostNumber: number, text };
    }
    case 'ref.host':
      return {
        kind: 'reference',
        sort: 'other',
        hostNumber: hostNumber(operand),
        text: `(ref.host ${String(operand)})`,
      };
    case 'ref.any':
    case 'ref.eq':
    case 'ref.i31':
    case 'ref.i31_shared':
    case 'ref.struct':
    case 'ref.array':
    case 'ref.exn':
      return { kind: 'reference', sort: 'other', text: `(${keyword})` };
    default:
      throw new SyntaxError(`unknown value "${String(keyword)}"`);
  }
}

function parseVector(list: List): ResultPattern {
  const shape = atomAt(list.items, 1);
  if (shape === undefined || !Object.hasOwn(LANE_BITS, shape)) {
    throw new SyntaxError(`unknown vector shape "${String(shape)}"`);
  }
  const known = shape as VectorShape;
  const laneBits = LANE_BITS[known];
  const lanes = list.items.slice(2).map((item): LanePattern => {
    if (item.kind !== 'atom') throw new SyntaxError('expected a lane');
    return known.startsWith('f')
      ? parseFloatLane(item.text, laneBits === 32 ? 'f32' : 'f64')
      : { bits: integerBits(item.text, laneBits) };
  });
  if (lanes.length * laneBits !== 128) throw new SyntaxError(`wrong number of lanes for ${shape}`);
  return { kind: 'vector', shape: known, lanes };
}

function parseFloatLane(text: string, type: 'f32' | 'f64'): LanePattern {
  if (text === 'nan:canonical') return { nan: 'canonical' };
  if (text === 'nan:arithmetic') return { nan: 'arithmetic' };
  return { bits: type === 'f32' ? float32Bits(text) : float64Bits(text) };
}

function exact(type: NumericValue['type'], bits: bigint): ResultPattern {
  return { kind: 'exact', value: { kind: 'number', type, bits } };
}

function hostNumber(text: string | undefined): number {
  return Number(integerBits(text ?? '', 32));
}

function expectList(form: Form | undefined): List {
  if (form?.kind !== 'list') throw new SyntaxError('expected a parenthesised form');
  return form;
}

function keywordOf(list: List): string | undefined {
  return atomAt(list.items, 0);
}

function atomAt(items: readonly Form[], position: number): string | undefined {
  const item = items[position];
  return item?.kind === 'atom' ? item.text : undefined;
}

function identifierAt(items: readonly Form[], position: number): string | undefined {
  const text = atomAt(items, position);
  return text?.startsWith('$') ? text : undefined;
}

function nameAt(items: readonly Form[], position: number): string {
  const item = items[position];
  if (item?.kind !== 'string') throw new SyntaxError('expected a string');
  return nameOf(item.bytes);
}
