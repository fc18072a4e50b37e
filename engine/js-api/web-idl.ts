// What the JavaScript API takes over from Web IDL: conversions of arguments that are not WebAssembly values.
import type { AddressType } from '../types/external-type.js';

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
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
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
    const address = BigInt.asIntN(65, value as bigint);
    if (address < 0n || address >= 2n ** 64n || BigInt(value as bigint) !== address) {
      throw new TypeError(`${where}: ${String(value)} is not a whole number from 0 to 2^64 - 1`);
    }
    // Sizes beyond 2^53 all exceed every limit alike.
    return address > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(address);
  }
  const number = Math.trunc(Number(requireNoBigInt(value)));
  if (!(number >= 0 && number <= U32_MAXIMUM)) {
    throw new TypeError(`${where}: ${String(value)} is not a whole number from 0 to 2^32 - 1`);
  }
  return number === 0 ? 0 : number;
}

/** ToNumber throws for bigints, which Number() takes. */
function requireNoBigInt(value: unknown): unknown {
  return typeof value === 'bigint' ? +(value as unknown as number) : value;
}

/** A size as the API hands it out: a bigint for 64-bit addresses. */
export function addressResult(value: number, addressType: AddressType): number | bigint {
  return addressType === 'i64' ? BigInt(value) : value;
}

/** The `address` member of a descriptor. @throws TypeError for an unknown address type. */
export function addressTypeOf(value: unknown, where: string): AddressType {
  if (value === undefined) return 'i32';
  const name = String(value);
  if (name !== 'i32' && name !== 'i64')
    throw new TypeError(`${where}: unknown address type "${name}"; one of i32, i64`);
  return name;
}

/** Makes a class look as Web IDL has it: members enumerable, and named for Object.prototype.toString. */
export function finishInterface(constructor: { readonly prototype: object }, name: string): void {
  const { prototype } = constructor;
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== 'constructor') Object.defineProperty(prototype, member, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
  Object.defineProperty(constructor, 'name', { value: name, configurable: true });
}
