// How the public API checks what its callers give it: types are promises that JavaScript callers do not make.

/** Fuel of a store that was given none, and the most there can be: enough for centuries. */
export const MOST_FUEL = 2n ** 63n - 1n;

/** @throws TypeError unless the value is a number or a bigint, RangeError unless it is whole and from 0 to 2^63 - 1 */
export function fuelArgument(value: unknown): bigint {
  if (typeof value !== 'bigint' && typeof value !== 'number') {
    throw new TypeError(`fuel is a whole number from 0 to 2^63 - 1, not ${shown(value)}`);
  }
  const fuel = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : -1n;
  if (fuel < 0n || fuel > MOST_FUEL) {
    throw new RangeError(`fuel is a whole number from 0 to 2^63 - 1, not ${shown(value)}`);
  }
  return fuel;
}

/** A size, a distance or an index, which `what` names. @throws TypeError unless it is a number, RangeError unless it is whole and not negative */
export function sizeArgument(value: unknown, what: string): number {
  if (typeof value !== 'number')
    throw new TypeError(`${what} is a whole number from 0 on, not ${shown(value)}`);
  if (!Number.isInteger(value) || value < 0) {
    throw new RangeError(`${what} is a whole number from 0 on, not ${shown(value)}`);
  }
  return value;
}

/** Sizes of a memory or a table, which `what` names. @throws TypeError, RangeError for what is no pair of limits */
export function limitsArgument(
  value: unknown,
  what: string,
): { readonly minimum: number; readonly maximum: number | undefined } {
  const { minimum, maximum } = objectArgument(value, `the limits of ${what}`);
  const least = sizeArgument(minimum, `the minimum of ${what}`);
  if (maximum === undefined) return { minimum: least, maximum };
  const most = sizeArgument(maximum, `the maximum of ${what}`);
  if (most < least) throw new RangeError(`the maximum of ${what} is ${most}, below its minimum of ${least}`);
  return { minimum: least, maximum: most };
}

/** @throws TypeError unless the value is an object */
export function objectArgument(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} is an object, not ${shown(value)}`);
  return value as Record<string, unknown>;
}

/** @throws TypeError unless the value is a function */
export function functionArgument(value: unknown, what: string): (...values: never[]) => unknown {
  if (typeof value !== 'function') throw new TypeError(`${what} is a function, not ${shown(value)}`);
  return value as (...values: never[]) => unknown;
}

/** One of a few words. @throws TypeError for another */
export function wordArgument<Word extends string>(
  value: unknown,
  words: readonly Word[],
  what: string,
): Word {
  if (!words.includes(value as Word))
    throw new TypeError(`${what} is one of ${words.join(', ')}, not ${shown(value)}`);
  return value as Word;
}

/**
 * The bytes of an ArrayBuffer or of any view of one, not copied.
 * @throws TypeError for anything else, and for shared bytes, which might change while they are read
 */
export function bytesArgument(value: unknown, what: string): Uint8Array {
  const view = ArrayBuffer.isView(value) ? bytesOfView(value) : undefined;
  const buffer = view === undefined ? value : bufferOfBytes.call(view);
  // Asked first: asking a buffer that is not shared whether it is costs an error, longer in the making than a small module.
  if (isArrayBuffer(buffer)) return view ?? new Uint8Array(buffer);
  if (isSharedBuffer(buffer)) {
    throw new TypeError(`${what}: shared bytes may change while they are read: give a copy of them`);
  }
  throw new TypeError(`${what}: the bytes are an ArrayBuffer or a view of one, not ${shown(value)}`);
}

type Getter = (this: unknown) => unknown;

function getterOf(prototype: object, name: string): Getter {
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!;
}

const ANY_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;
const bufferOfBytes = getterOf(ANY_ARRAY, 'buffer');
const arrayName = getterOf(ANY_ARRAY, Symbol.toStringTag as unknown as string);
const VIEW_GETTERS = [ANY_ARRAY, DataView.prototype].map((prototype) =>
  ['buffer', 'byteOffset', 'byteLength'].map((name) => getterOf(prototype, name)),
);

/** The bytes of a view, not copied: where it has them, and not where a subclass says. @throws TypeError for a DataView that has lost its buffer */
export function bytesOfView(view: ArrayBufferView): Uint8Array {
  const [buffer, offset, length] = VIEW_GETTERS[arrayName.call(view) === undefined ? 1 : 0]!;
  return new Uint8Array(
    buffer!.call(view) as ArrayBuffer,
    offset!.call(view) as number,
    length!.call(view) as number,
  );
}

/** Whether the value is a SharedArrayBuffer of any realm, whatever it calls itself. */
function isSharedBuffer(value: unknown): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  const { get } = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, 'byteLength')!;
  try {
    get!.call(value);
    return true;
  } catch {
    return false;
  }
}

const bufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!.get!;

/** Whether the value is an ArrayBuffer of any realm; `instanceof` knows only this one's. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    bufferLength.call(value);
    return true;
  } catch {
    return false;
  }
}

/** A value in a message: short, and without running any code of the caller's. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'bigint':
      return `${value}n`;
    default:
      return String(value);
  }
}
