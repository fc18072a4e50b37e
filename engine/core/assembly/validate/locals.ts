/*
 * Types of the locals: listed a byte each as far as they fit, in runs behind that.
 */

import { maximumLocals, parameterCount, parameters } from '../module-description';
import { refuse } from '../refusal';
import { LOCAL_TYPES, LOCAL_TYPES_END, RUNS, RUNS_END } from '../scratch';
import { Body, byte, unsigned32, valueType } from './body-reader';
import { CheckedFunction } from './checked-function';
import { pop, push } from './operand-stack';
import { Operator, ValueType } from '../generated/tables';

/** Locals whose types are listed one by one; the rest stand in runs. */
export class Locals {
  static listed: u32 = 0;
  static count: u32 = 0;
  static runsEnd: usize = RUNS;
}

export function readLocals(): void {
  const parametersOfType = parameterCount(CheckedFunction.type);
  const room = <u32>(LOCAL_TYPES_END - LOCAL_TYPES);
  if (parametersOfType > room) refuse();
  const listable = min<u32>(parametersOfType + min<u32>(<u32>Body.bytes, maximumLocals), room);
  memory.copy(LOCAL_TYPES, parameters(CheckedFunction.type), parametersOfType);
  Locals.listed = parametersOfType;
  Locals.runsEnd = RUNS;
  let count: u64 = parametersOfType;
  let declarations = unsigned32();
  if (declarations > <u32>(Body.end - Body.next)) refuse();
  for (; declarations > 0; declarations--) {
    count += unsigned32();
    const type = valueType(byte());
    if (type == ValueType.V128) CheckedFunction.hasVectors = true;
    if (count > maximumLocals) refuse();
    const last = <u32>min<u64>(count, listable);
    memory.fill(LOCAL_TYPES + Locals.listed, <u8>type, last - Locals.listed);
    Locals.listed = last;
    if (count > listable) {
      if (Locals.runsEnd == RUNS_END) refuse();
      store<u32>(Locals.runsEnd, type);
      store<u32>(Locals.runsEnd, <u32>count, 4);
      Locals.runsEnd += 8;
    }
  }
  if (count > maximumLocals) refuse();
  Locals.count = <u32>count;
}

function localType(index: u32): i32 {
  if (index >= Locals.count) refuse();
  if (index < Locals.listed) return load<u8>(index, LOCAL_TYPES);
  let low: usize = 0;
  let high: usize = ((Locals.runsEnd - RUNS) >> 3) - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(RUNS + (middle << 3), 4) > index) high = middle;
    else low = middle + 1;
  }
  return load<u32>((low << 3), RUNS);
}

export function localAccess(operator: i32, sp: usize): usize {
  const type = localType(unsigned32());
  if (operator == Operator.LocalGet) return push(sp, type);
  sp = pop(sp, type);
  return operator == Operator.LocalSet ? sp : push(sp, type);
}
