/**
 * Calls of V8 functions by raw bits. Numbers that cross the JavaScript API lose NaN payloads, and vectors cannot cross
 * at all, so a small module made for each signature loads the arguments from a memory, calls, and stores the results.
 */
import { hostWebAssembly as WebAssembly, type HostExport, type HostModule } from './host-web-assembly.js';
import type { FunctionSignature, GlobalSignature } from '../module-outline.js';
import { signed, sized, unsigned } from '../../encoded-integers.js';

const I32 = 0x7f;
const SLOT_BYTES = 16;
const RESULTS_OFFSET = 32_768;

interface Access {
  readonly load: readonly number[];
  readonly store: readonly number[];
  readonly bytes: number;
}

/** Load and store operators by type code. Other types are references, which cross as they are. */
const ACCESS: Readonly<Record<number, Access>> = {
  [I32]: { load: [0x28], store: [0x36], bytes: 4 },
  0x7e: { load: [0x29], store: [0x37], bytes: 8 },
  0x7d: { load: [0x2a], store: [0x38], bytes: 4 },
  0x7c: { load: [0x2b], store: [0x39], bytes: 8 },
  0x7b: { load: [0xfd, 0x00], store: [0xfd, 0x0b], bytes: 16 },
};

let ownMemory: { readonly buffer: ArrayBuffer } | undefined;
/** Made when it is first wanted: a process without WebAssembly tests the engine, too. */
const memory = () => (ownMemory ??= new WebAssembly.Memory({ initial: 1 }));
const bridges = new Map<string, HostModule>();

/** Raw bits for numbers and vectors, the reference itself for references. */
export type BridgedValue = { readonly bits: bigint } | { readonly reference: unknown };

/** Calls `target`, a WebAssembly function of this signature. Its traps pass through. */
export function callRaw(
  target: HostExport,
  signature: FunctionSignature,
  values: readonly BridgedValue[],
): BridgedValue[] {
  const key = `${signature.parameters.join()}>${signature.results.join()}`;
  let module = bridges.get(key);
  if (module === undefined) bridges.set(key, (module = new WebAssembly.Module(bridgeModule(signature))));
  const bridge = new WebAssembly.Instance(module, { '': { target, memory: memory() } });
  const references: unknown[] = [];
  values.forEach((value, index) => {
    if ('reference' in value) references.push(value.reference);
    else writeSlot(index * SLOT_BYTES, value.bits);
  });
  const call = bridge.exports['call'] as (...references: unknown[]) => unknown;
  const returned = call(...references);
  const returnedReferences = Array.isArray(returned) ? (returned as unknown[]) : [returned];
  return signature.results.map((type, index) => {
    const access = ACCESS[type];
    return access === undefined
      ? { reference: returnedReferences.shift() }
      : { bits: readSlot(RESULTS_OFFSET + index * SLOT_BYTES, access.bytes) };
  });
}

/** A function `() -> type` that reads the global. */
export function globalReader(global: HostExport, signature: GlobalSignature): HostExport {
  const module = moduleOf([
    section(1, [[0x60, 0, 1, signature.type]]),
    section(2, [[...name(''), ...name('global'), 0x03, signature.type, signature.mutable ? 1 : 0]]),
    section(3, [[0]]),
    section(7, [[...name('read'), 0x00, 0]]),
    section(10, [sized([0, 0x23, 0, 0x0b])]),
  ]);
  return new WebAssembly.Instance(new WebAssembly.Module(module), { '': { global } }).exports['read']!;
}

function bridgeModule({ parameters, results }: FunctionSignature): Uint8Array {
  const isReference = (type: number) => ACCESS[type] === undefined;
  const referenceParameters = parameters.filter(isReference);
  const body: number[] = [];
  let reference = 0;
  parameters.forEach((type, index) => {
    const access = ACCESS[type];
    if (access === undefined) body.push(0x20, ...unsigned(reference++));
    else body.push(0x41, ...signed(index * SLOT_BYTES), ...access.load, 0, 0);
  });
  body.push(0x10, 0);
  const local = (index: number) => unsigned(referenceParameters.length + index);
  for (let index = results.length - 1; index >= 0; index--) body.push(0x21, ...local(index));
  results.forEach((type, index) => {
    const access = ACCESS[type];
    if (access === undefined) return;
    body.push(0x41, ...signed(RESULTS_OFFSET + index * SLOT_BYTES), 0x20, ...local(index));
    body.push(...access.store, 0, 0);
  });
  results.forEach((type, index) => {
    if (isReference(type)) body.push(0x20, ...local(index));
  });
  body.push(0x0b);
  const locals = vector(results.map((type) => [1, type]));
  return moduleOf([
    section(1, [
      [0x60, ...vector(parameters.map((type) => [type])), ...vector(results.map((type) => [type]))],
      [
        0x60,
        ...vector(referenceParameters.map((type) => [type])),
        ...vector(results.filter(isReference).map((type) => [type])),
      ],
    ]),
    section(2, [
      [...name(''), ...name('target'), 0x00, 0],
      [...name(''), ...name('memory'), 0x02, 0, 1],
    ]),
    section(3, [[1]]),
    section(7, [[...name('call'), 0x00, 1]]),
    section(10, [sized([...locals, ...body])]),
  ]);
}

function writeSlot(offset: number, bits: bigint): void {
  const view = new DataView(memory().buffer);
  view.setBigUint64(offset, BigInt.asUintN(64, bits), true);
  view.setBigUint64(offset + 8, bits >> 64n, true);
}

function readSlot(offset: number, bytes: number): bigint {
  const view = new DataView(memory().buffer);
  if (bytes === 4) return BigInt(view.getUint32(offset, true));
  const low = view.getBigUint64(offset, true);
  return bytes === 8 ? low : (view.getBigUint64(offset + 8, true) << 64n) | low;
}

function moduleOf(sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(vector(items))];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}
