import type { FunctionType } from './function-type.js';
import { ValueType } from './value-type.js';

/** What a frame holds besides values: return address, links, and what metering keeps. In slots of 8 bytes: no frame that calls others counts for less. */
export const FRAME_OVERHEAD = 10;
/** What hosts pass in registers; the rest lies on the stack twice, in the caller's frame too. */
export const REGISTER_PARAMETERS = 4;
export const REGISTER_RESULTS = 1;
/** Frames that call nothing, and are no larger than this, are free: there is only one of them at a time. */
export const FREE_LEAF_SLOTS = 64;
/** What a call from outside takes of the host's stack, in slots: frames of the engine's, and of an embedder function some 50 deep. */
export const OUTSIDE_CALL_COST = 640;

/** What a function body keeps on the stack. */
export interface FrameContents {
  readonly type: FunctionType;
  /** Parameters and declared locals. */
  readonly locals: number;
  /** The operand stack at its highest, unreachable code counted as in the validation algorithm (spec A.3). */
  readonly operands: number;
  /** Whether any of it may be a v128. */
  readonly hasVectors: boolean;
  readonly makesCalls: boolean;
}

/**
 * Slots that a frame of the function counts for against `maximumStackSlots`: a number of the module alone, the same for every executor.
 * Eight bytes a slot cover what V8's baseline compiler takes.
 */
export function frameCost({ hasVectors, locals, makesCalls, operands, type }: FrameContents): number {
  const { parameters, results } = type;
  const passed =
    Math.max(0, parameters.length - REGISTER_PARAMETERS) + Math.max(0, results.length - REGISTER_RESULTS);
  const values = Math.max(locals + operands, results.length) + passed;
  const cost = FRAME_OVERHEAD + (hasVectors ? 2 * values : values);
  return makesCalls || cost > FREE_LEAF_SLOTS ? cost : 0;
}

/** Whether values of the type may be vectors. */
export function mentionsVector({ parameters, results }: FunctionType): boolean {
  return parameters.includes(ValueType.V128) || results.includes(ValueType.V128);
}
