/*
 * The operators behind the prefix 0xfc.
 */

import { dataCount } from '../module-description';
import { refuse } from '../refusal';
import { unsigned32 } from './body-reader';
import { readMemory } from './memory-access';
import { pop, pop3, push } from './operand-stack';
import { readPrefixed } from './prefixed-operator';
import { applySignature, signatureOf } from './signatures';
import { addressOf, elementOf, readTable, segmentType } from './tables';
import { Operator, OperatorPrefix, ValueType } from '../generated/tables';

function readDataSegment(): void {
  const index = unsigned32();
  if (dataCount < 0 || index >= <u32>dataCount) refuse();
}

/** Copying between two memories or tables counts in the narrower of their address types (spec 3.4.5, 3.4.6). */
function narrower(a: i32, b: i32): i32 {
  return a == ValueType.I64 ? b : a;
}

export function miscellaneousOperator(sp: usize): usize {
  const operator = readPrefixed(OperatorPrefix.MiscellaneousBase, OperatorPrefix.VectorBase);
  const signature = signatureOf(operator);
  if (signature != 0) return applySignature(signature, sp);
  switch (operator) {
    case Operator.MemoryInit: {
      readDataSegment();
      return pop3(sp, ValueType.I32, ValueType.I32, readMemory());
    }
    case Operator.DataDrop:
      readDataSegment();
      return sp;
    case Operator.MemoryCopy: {
      const destination = readMemory();
      const source = readMemory();
      return pop3(sp, narrower(destination, source), source, destination);
    }
    case Operator.MemoryFill: {
      const address = readMemory();
      return pop3(sp, address, ValueType.I32, address);
    }
    case Operator.TableInit: {
      const segment = unsigned32();
      const target = readTable();
      if (segmentType(segment) != elementOf(target)) refuse();
      return pop3(sp, ValueType.I32, ValueType.I32, addressOf(target));
    }
    case Operator.ElemDrop:
      segmentType(unsigned32());
      return sp;
    case Operator.TableCopy: {
      const destination = readTable();
      const source = readTable();
      if (elementOf(source) != elementOf(destination)) refuse();
      const to = addressOf(destination);
      const from = addressOf(source);
      return pop3(sp, narrower(to, from), from, to);
    }
    case Operator.TableGrow: {
      const target = readTable();
      return push(pop(pop(sp, addressOf(target)), elementOf(target)), addressOf(target));
    }
    case Operator.TableSize:
      return push(sp, addressOf(readTable()));
    case Operator.TableFill: {
      const target = readTable();
      return pop3(sp, addressOf(target), elementOf(target), addressOf(target));
    }
  }
  refuse();
  return sp;
}
