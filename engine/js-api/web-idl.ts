// What the JavaScript API takes over from Web IDL: conversions of arguments that are not WebAssembly values.
import { bytesOfView } from '../arguments.js';
import type { AddressType, Limits } from '../types/external-type.js';

const U32_MAXIMUM = 0xffff_ffff;

const byteLengthGetters = ['ArrayBuffer', 'SharedArrayBuffer']
  .map((name) => (globalThis as Record<string, unknown>)[name] as { prototype: object } | undefined)
  .filter((constructor) => constructor !== undefined)
  .map((constructor) => Object.getOwnPropertyDescriptor(constructor.prototype, 'byteLength')!.get!);

/** Whether the value is a buffer of any realm; `instanceof` knows only this one's. */
function isBuffer(value: unknown): value is ArrayBuffer {
  return byteLengthGetters.some((getter) => {
    try {
      getter.call(value);
      return true;
    } catch {
      return false;
    }
  });
}

/** The bytes of a buffer or a view of one, not copied. @throws TypeError for anything else. */
export function bytesOfBufferSource(source: unknown, where: string): Uint8Array {
  if (ArrayBuffer.isView(source)) return bytesOfView(source);
  if (isBuffer(source)) return new Uint8Array(source);
  throw new TypeError(`${where}: the bytes must be an ArrayBuffer or a view of one`);
}

/** A dictionary argument. @throws TypeError unless it is an object. */
export function dictionary(value: unknown, where: string): Record<string, unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new TypeError(`${where}: the descriptor must be an object`);
  }
  return value as Record<string, unknown>;
}

/**
 * A size, index or distance: an unsigned long with [EnforceRange] for 32-bit addresses, a bigint for 64-bit ones (JS API,
 * AddressValueToU64). @throws TypeError outside the range.
 */
export function addressValue(value: unknown, addressType: AddressType, where: string): number {
  if (addressType === 'i64') {
    // ToBigInt and no more: so many bits change no number.
    const address = BigInt.asIntN(Number.MAX_SAFE_INTEGER, value as bigint);
    if (address < 0n || address >= 2n ** 64n) {
      throw new TypeError(`${where}: ${address} is not a whole number from 0 to 2^64 - 1`);
    }
    // Sizes beyond 2^53 all exceed every limit alike.
    return address > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(address);
  }
  // ToNumber, which throws for bigints. What lies between -1 and 0 is refused too: Web IDL would take it for 0, V8 does not.
  const number = +(value as number);
  if (!(number >= 0 && Math.trunc(number) <= U32_MAXIMUM)) {
    throw new TypeError(`${where}: ${number} is not a whole number from 0 to 2^32 - 1`);
  }
  return Math.trunc(number) + 0;
}

/** How the limits of a memory or a table are read: each member is converted, and checked, before the next is looked at. */
export interface LimitsReader {
  readonly addressType: AddressType;
  readonly where: string;
  /** What is limited, for messages: `pages`. */
  readonly units: string;
  readonly maximumInitial: number;
  readonly maximumMaximum: number;
}

/** The members `initial` and `maximum` of a descriptor. @throws TypeError, RangeError */
export function limitsOf(descriptor: Record<string, unknown>, reader: LimitsReader): Limits {
  const { addressType, maximumInitial, maximumMaximum, units, where } = reader;
  const member = (name: 'initial' | 'maximum', bound: number): number | undefined => {
    const value = descriptor[name];
    if (value === undefined) return undefined;
    const size = addressValue(value, addressType, `${where} ${name}`);
    if (size > bound)
      throw new RangeError(`${where}: ${name} of ${size} ${units} exceeds the limit of ${bound}`);
    return size;
  };
  const minimum = member('initial', maximumInitial);
  if (minimum === undefined) throw new TypeError(`${where}: property 'initial' is required`);
  const maximum = member('maximum', maximumMaximum);
  if (maximum !== undefined && maximum < minimum) {
    throw new RangeError(`${where}: maximum ${maximum} is below initial ${minimum}`);
  }
  return { minimum, maximum };
}

/** A size as the API hands it out: a bigint for 64-bit addresses. */
export function addressResult(value: number, addressType: AddressType): number | bigint {
  return addressType === 'i64' ? BigInt(value) : value;
}

/** The `address` member of a descriptor. @throws TypeError for an unknown address type. */
export function addressTypeOf(value: unknown, where: string): AddressType {
  if (value === undefined) return 'i32';
  const name = text(value);
  if (name !== 'i32' && name !== 'i64')
    throw new TypeError(`${where}: unknown address type "${name}"; one of i32, i64`);
  return name;
}

/** ToString: unlike `String`, it throws for symbols. */
export function text(value: unknown): string {
  return `${value as string}`;
}

/** The own properties of every function, which are no members of an interface. */
const OF_FUNCTIONS: readonly string[] = ['length', 'name', 'prototype'];

/**
 * Makes a class look as Web IDL has it: members enumerable, `length` arguments required by the constructor, and named for
 * Object.prototype.toString.
 */
export function finishInterface(
  constructor: { readonly prototype: object },
  name: string,
  length: number,
): void {
  const { prototype } = constructor;
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== 'constructor') Object.defineProperty(prototype, member, { enumerable: true });
  }
  for (const member of Object.getOwnPropertyNames(constructor)) {
    if (!OF_FUNCTIONS.includes(member)) Object.defineProperty(constructor, member, { enumerable: true });
  }
  Object.defineProperty(constructor, 'length', { value: length, configurable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
  Object.defineProperty(constructor, 'name', { value: name, configurable: true });
}
