import assert from 'node:assert/strict';

import { createWebAssembly } from '@wasm-dyno/engine';

import { hostWebAssembly } from './host-web-assembly.js';
import { outlineNamespace } from './outline-namespace.js';

/** What V8 has, in some version, and the engine has not. */
const NOT_OURS = [
  // Functions of V8 up to 13.6 have these two, against ECMAScript.
  /\.(arguments|caller)$/,
  // JavaScript Promise Integration, exceptions, resizable buffers: features that the engine does not have.
  /WebAssembly\.(Suspending|promising|SuspendError|JSTag)\b/,
  /\.to(FixedLength|Resizable)Buffer\b/,
  // Of V8 only.
  /WebAssembly\.Exception\.prototype\.stack\b/,
];

/** What the engine has beyond V8: the type reflection proposal, and its own engine and store. */
const OURS_ONLY = [
  /^WebAssembly\.(Memory|Table|Global)\.prototype\.type\b/,
  /^WebAssembly\.(engine|store)\b/,
];

/** What is right where versions of V8 differ. */
const DIFFERING = new Map([
  // By the specification, `new Exception(tag, payload)` requires two arguments.
  ['WebAssembly.Exception', 'configurable writable function Exception/2'],
  ['WebAssembly.Exception.length', 'configurable 2'],
  ['WebAssembly.Exception.prototype.constructor', 'configurable writable function Exception/2'],
  // An AbstractModuleSource is above it where there are source phase imports.
  ['WebAssembly.Module: prototype', 'Function.prototype'],
  ['WebAssembly.Module.prototype: prototype', 'Object.prototype'],
]);

const matchesOne = (line: string, patterns: readonly RegExp[]): boolean =>
  patterns.some((pattern) => pattern.test(line));

/** A namespace's outline without what the other one is not to have. */
function outline(namespace: object, leftOut: readonly RegExp[]): Record<string, string> {
  const lines = [...outlineNamespace(namespace)].filter(([line]) => !matchesOne(line, leftOut));
  return Object.fromEntries(lines.map(([line, text]) => [line, DIFFERING.get(line) ?? text]));
}

for (const executor of ['interpreter', 'host'] as const) {
  describe(`the namespace looks like the host's: ${executor}`, () => {
    const namespace = createWebAssembly({ executor });

    it('every property has the same attributes, every function the same name and length', () => {
      assert.deepEqual(outline(namespace, OURS_ONLY), outline(hostWebAssembly, NOT_OURS));
    });

    it('is as it should be where versions of V8 differ', () => {
      const lines = outlineNamespace(namespace);
      for (const [line, text] of DIFFERING) assert.equal(lines.get(line), text);
    });

    it('properties come in the same order', () => {
      const keys = (object: object, leftOut: readonly string[]) =>
        Reflect.ownKeys(object)
          .map(String)
          .filter((key) => !leftOut.includes(key));
      // The two streaming ones stand in another place in Node 20 than in later ones.
      const moved = ['compileStreaming', 'instantiateStreaming'];
      const standard = keys(hostWebAssembly, ['Suspending', 'promising', 'SuspendError', 'JSTag', ...moved]);
      assert.deepEqual(keys(namespace, ['engine', 'store', ...moved]), standard);
      for (const name of ['Module', 'Instance', 'Memory', 'Table', 'Global'] as const) {
        const buffers = ['toFixedLengthBuffer', 'toResizableBuffer', 'type'];
        assert.deepEqual(
          keys(namespace[name].prototype, buffers),
          keys(hostWebAssembly[name].prototype, buffers),
          name,
        );
        const old = ['arguments', 'caller'];
        assert.deepEqual(keys(namespace[name], old), keys(hostWebAssembly[name], old), name);
      }
    });

    it('{...WebAssembly} keeps the functions, and Object.keys names them', () => {
      const functions = ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming', 'validate'];
      assert.deepEqual(Object.keys(namespace).sort(), functions);
      assert.deepEqual(Object.keys({ ...namespace.Module }).sort(), ['customSections', 'exports', 'imports']);
    });
  });
}
