import { LinkError, OutOfFuelError, Trap, type TrapCode } from '@wasm-dyno/engine';
import type { TypeLetter } from '../operators.js';

/** How a call or an instantiation ended, in words that can be compared. */
export type Outcome =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  /** The kinds of trap it may be: V8's messages tell some apart less finely than the specification. */
  | { readonly kind: 'trap'; readonly codes: readonly TrapCode[] }
  /** A segment or an import did not fit, or the host refused to provide the memory. */
  | { readonly kind: 'unlinkable'; readonly message: string }
  /** Endless as far as we can tell, or too deep: nothing can be compared from here on. */
  | { readonly kind: 'out-of-fuel' | 'exhausted' }
  /** Something that neither wasm nor the embedding allows. */
  | { readonly kind: 'error'; readonly message: string };

export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'values':
      return `[${outcome.values.join(' ')}]`;
    case 'trap':
      return `trap ${outcome.codes.join(' or ')}`;
    case 'unlinkable':
    case 'error':
      return `${outcome.kind}: ${outcome.message}`;
    default:
      return outcome.kind;
  }
}

/** Do two outcomes agree? Values by bits, NaNs by being NaN; traps by kind. */
export function agree(a: Outcome, b: Outcome): boolean {
  if (a.kind === 'trap' && b.kind === 'trap') return a.codes.some((code) => b.codes.includes(code));
  if (a.kind === 'values' && b.kind === 'values') return a.values.join() === b.values.join();
  return a.kind === b.kind && a.kind !== 'error';
}

const F32_INFINITY = 0x7f80_0000n;
const F64_INFINITY = 0x7ff0_0000_0000_0000n;

/** A number or vector by its bits. */
export function bitsText(type: TypeLetter, bits: bigint, exactNan: boolean): string {
  if (!exactNan && type === 'f' && (bits & 0x7fff_ffffn) > F32_INFINITY) return 'f32:nan';
  if (!exactNan && type === 'F' && (bits & 0x7fff_ffff_ffff_ffffn) > F64_INFINITY) return 'f64:nan';
  return `${TYPE_NAMES[type]}:${bits.toString(16)}`;
}

export const TYPE_NAMES: Readonly<Record<TypeLetter, string>> = {
  i: 'i32',
  I: 'i64',
  f: 'f32',
  F: 'f64',
  v: 'v128',
  r: 'funcref',
  e: 'externref',
};

/** The outcome that an error of the embedded engine stands for. */
export function engineFailure(error: unknown): Outcome {
  if (error instanceof OutOfFuelError) return { kind: 'out-of-fuel' };
  if (error instanceof Trap) {
    return error.code === 'stack-exhausted' ? { kind: 'exhausted' } : { kind: 'trap', codes: [error.code] };
  }
  if (error instanceof LinkError) return { kind: 'unlinkable', message: error.message };
  return { kind: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
