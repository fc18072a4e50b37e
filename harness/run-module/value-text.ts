import { counted } from '@wasm-dyno/reports/wording';
import { type FunctionType, type Value, ValueType, valueTypeName } from '@wasm-dyno/engine';
import { nearestF32 } from './decimal-float.js';

/** An argument that is missing, superfluous or no value of its parameter's type. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const FORMS: Readonly<Partial<Record<ValueType, string>>> = {
  [ValueType.I32]: 'a whole number from -2^31 to 2^32 - 1, such as 7, -7 or 0x7f',
  [ValueType.I64]: 'a whole number from -2^63 to 2^64 - 1, such as 7, -7 or 0x7f',
  [ValueType.F32]: 'a number such as 1.5, -2e10, inf or nan, at most 3.4028235e38',
  [ValueType.F64]: 'a number such as 1.5, -2e10, inf or nan, at most 1.7976931348623157e308',
  [ValueType.V128]: '32 hexadecimal digits after 0x, the highest byte first',
};
const REFERENCE_FORM = 'null, the only reference the command line can give';

/** Reads arguments by the parameters' types. @throws ArgumentError naming the parameter */
export function parseArguments(functionName: string, type: FunctionType, texts: readonly string[]): Value[] {
  const { parameters } = type;
  if (texts.length !== parameters.length) {
    const wanted = parameters.map(valueTypeName).join(', ');
    throw new ArgumentError(
      `${functionName} takes ${counted(parameters.length, 'argument')}${wanted === '' ? '' : ` (${wanted})`}, not the ${texts.length} given`,
    );
  }
  return parameters.map((parameter, i) => {
    const text = texts[i]!;
    const value = parseValue(parameter, text.trim().replaceAll('_', ''));
    if (value === undefined) {
      const form = FORMS[parameter] ?? REFERENCE_FORM;
      throw new ArgumentError(
        `argument ${i + 1} of ${functionName} is ${valueTypeName(parameter)}: "${text}" is not; give ${form}`,
      );
    }
    return value;
  });
}

/** The value, or undefined if the text is none. */
function parseValue(type: ValueType, text: string): Value | undefined {
  switch (type) {
    case ValueType.I32: {
      const integer = parseInteger(text, 32);
      return integer === undefined ? undefined : Number(BigInt.asIntN(32, integer));
    }
    case ValueType.I64: {
      const integer = parseInteger(text, 64);
      return integer === undefined ? undefined : BigInt.asIntN(64, integer);
    }
    case ValueType.F32: {
      return parseFloatText(text, nearestF32);
    }
    case ValueType.F64:
      return parseFloatText(text, Number);
    case ValueType.V128:
      if (!/^0x[0-9a-f]{32}$/i.test(text)) return undefined;
      return Uint8Array.from({ length: 16 }, (_, i) => parseInt(text.slice(32 - 2 * i, 34 - 2 * i), 16));
    default:
      return text === 'null' ? null : undefined;
  }
}

function parseInteger(text: string, bits: number): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|[0-9]+)$/i.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2]!);
  const integer = match[1] === '-' ? -magnitude : magnitude;
  return integer >= -(2n ** BigInt(bits - 1)) && integer < 2n ** BigInt(bits) ? integer : undefined;
}

/** @param nearest the value nearest to what is written without sign; Infinity where that is out of range */
function parseFloatText(text: string, nearest: (magnitude: string) => number): number | undefined {
  const match = /^([+-]?)(inf|infinity|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|0x[0-9a-f]+)$/i.exec(
    text,
  );
  if (match === null) return undefined;
  const magnitude = match[2]!.toLowerCase();
  const isNamed = magnitude.startsWith('inf') || magnitude === 'nan';
  const number = isNamed ? (magnitude === 'nan' ? NaN : Infinity) : nearest(magnitude);
  if (!isNamed && number === Infinity) return undefined;
  return match[1] === '-' ? -number : number;
}

/** A result as text that `parseArguments` reads back. */
export function formatValue(type: ValueType, value: Value): string {
  switch (type) {
    case ValueType.F32:
      return formatFloat(value as number, shortestF32);
    case ValueType.F64:
      return formatFloat(value as number, String);
    case ValueType.V128:
      return `0x${[...(value as Uint8Array)]
        .reverse()
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('')}`;
    case ValueType.FuncRef:
    case ValueType.ExternRef:
      return value === null ? 'null' : valueTypeName(type);
    default:
      return String(value);
  }
}

function formatFloat(number: number, finite: (number: number) => string): string {
  if (Number.isNaN(number)) return 'nan';
  if (!Number.isFinite(number)) return number < 0 ? '-inf' : 'inf';
  return Object.is(number, -0) ? '-0' : finite(number);
}

/** The fewest digits that read back as the same f32. */
function shortestF32(number: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(number.toPrecision(digits));
    if (Math.fround(short) === number) return String(short);
  }
  return String(Number(number.toPrecision(9)));
}
