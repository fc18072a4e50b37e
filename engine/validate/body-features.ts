import { afterLeb128, decodeUnsigned32 } from '../binary/leb128.js';
import { Operator } from '../binary/operator.js';
import { afterOpcode, decodeOperator, skipImmediates } from '../binary/operator-immediate.js';
import { memoryAccesses } from '../binary/operator-signature.js';
import type { ParsedModule } from '../binary/parsed-module.js';
import { BodyScale } from './body-weight.js';

/** What a body is made of, in counts: what models of compile costs are fitted on. */
export interface BodyFeatures {
  readonly bytes: number;
  /** All operators, the closing `end` included. */
  readonly operators: number;
  /** Declared; parameters are none of them. */
  readonly locals: number;
  /** local.get, local.set, local.tee, global.get, global.set */
  readonly variables: number;
  /** Of these global.get and global.set, which look up what the global is. */
  readonly globals: number;
  readonly constants: number;
  /** Loads and stores, of lanes and vectors too. */
  readonly memory: number;
  /** Structures, their ends, branches, returns. */
  readonly control: number;
  readonly calls: number;
  /** Every other operator. */
  readonly others: number;
  /** What the lists of values count as that operators take or leave. */
  readonly listValues: number;
}

const CONSTANTS: ReadonlySet<number> = new Set([
  Operator.I32Const,
  Operator.I64Const,
  Operator.F32Const,
  Operator.F64Const,
  Operator.V128Const,
]);
const CALLS: ReadonlySet<number> = new Set([
  Operator.Call,
  Operator.CallIndirect,
  Operator.ReturnCall,
  Operator.ReturnCallIndirect,
]);

/** Of the valid body of the function at `functionIndex`, imports first. */
export function bodyFeatures(module: ParsedModule, functionIndex: number): BodyFeatures {
  const definedIndex = functionIndex - module.importedFunctionCount;
  const { bytes } = module;
  const length = module.bodyLengths[definedIndex]!;
  let offset = module.bodyOffsets[definedIndex]!;
  const end = offset + length;
  let locals = 0;
  let groups = decodeUnsigned32(bytes, offset);
  offset = afterLeb128(bytes, offset);
  for (; groups > 0; groups--) {
    locals += decodeUnsigned32(bytes, offset);
    offset = afterLeb128(bytes, offset) + 1;
  }
  const counts = {
    ...{ operators: 0, variables: 0, globals: 0, constants: 0, memory: 0, control: 0 },
    ...{ calls: 0, others: 0 },
  };
  while (offset < end) {
    const operator = decodeOperator(bytes, offset);
    offset = skipImmediates(bytes, operator, afterOpcode(bytes, offset));
    counts.operators++;
    counts[groupOf(operator)]++;
    if (operator === Operator.GlobalGet || operator === Operator.GlobalSet) counts.globals++;
  }
  const listValues = new BodyScale(module).listValues(functionIndex);
  return { bytes: length, locals, ...counts, listValues };
}

function groupOf(operator: number): 'variables' | 'constants' | 'memory' | 'control' | 'calls' | 'others' {
  if (CALLS.has(operator)) return 'calls';
  if (operator <= Operator.Return) return 'control';
  if (operator >= Operator.LocalGet && operator <= Operator.GlobalSet) return 'variables';
  if (CONSTANTS.has(operator)) return 'constants';
  return memoryAccesses[operator] === 0 ? 'others' : 'memory';
}
