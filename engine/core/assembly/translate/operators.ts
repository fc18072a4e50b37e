/*
 * One operator after another: the way of each to what translates it.
 */

import { Body, fileOf, signed32, unsigned, word } from './body-reader';
import { translateCall, translateCallIndirect, translateReturnCall, translateReturnCallIndirect } from './calls';
import { Code, emit, emit3, emit4, emit5 } from './code-writer';
import {
  emitReturn, leaveUnreachable, translateBlock, translateBranch, translateBranchIf, translateBranchTable, translateElse,
  translateEnd, translateIf,
} from './control';
import { afterLeb128, decodeSigned64 } from '../leb128';
import { translateLoad, translateStore } from './memory-access';
import { globals, memories, tables } from '../module-description';
import { translateBinary, translateUnary } from './numeric-operators';
import { fileAt, Operands, popEntry, pushConstant32, pushConstant64, pushLocal, pushTemporary } from './operand-stack';
import { operatorFuel } from '../operator-fuel';
import { emitBulk, emitBulkOfThree, emitOther, emitOtherFields } from './other-operators';
import { popRegister, pushResult, register, setLocal, slot } from './register-values';
import { LOCAL_FILES } from '../scratch';
import { translateVector } from './vector-operators';
import { Ir, Operator, OperatorPrefix, RegisterFile as File, Shape, SHAPES, ValueType } from '../generated/tables';

function translateSelect(): void {
  const condition = popEntry();
  const otherwise = popEntry();
  const then = popEntry();
  const file = fileAt(then);
  const a = register(then);
  const b = register(otherwise);
  const c = register(condition);
  if (file <= File.Word64) {
    const ir = file == File.Word32 ? <i32>Ir.Select32 : <i32>Ir.Select64;
    emit5(ir, 0, a, b, c);
    pushResult(file, Code.pos - 16, ir);
    return;
  }
  emitOtherFields(Operator.Select, a, b, c, file);
  pushResult(file, Code.pos - 20, Ir.Other);
}

function translateGlobalGet(): void {
  Code.blockFuel += operatorFuel(Operator.GlobalGet);
  const index = unsigned();
  const file = fileOf(load<u8>(globals + ((<usize>index) << 1)));
  if (file <= File.Word64) {
    const ir = file == File.Word32 ? <i32>Ir.GlobalGet32 : <i32>Ir.GlobalGet64;
    emit3(ir, 0, index);
    pushResult(file, Code.pos - 8, ir);
  } else {
    emitOtherFields(Operator.GlobalGet, 0, 0, index, file);
    pushResult(file, Code.pos - 20, Ir.Other);
  }
}

function translateGlobalSet(): void {
  Code.blockFuel += operatorFuel(Operator.GlobalSet);
  const index = unsigned();
  const file = fileOf(load<u8>(globals + ((<usize>index) << 1)));
  const a = popRegister();
  if (file == File.Word32) emit3(Ir.GlobalSet32, index, a);
  else if (file == File.Word64) emit3(Ir.GlobalSet64, index, a);
  else emitOtherFields(Operator.GlobalSet, a, 0, index, file);
}

function translateWide(operator: i32): void {
  let c = 0, e = 0;
  if (operator == Operator.I64Add128 || operator == Operator.I64Sub128) {
    e = popRegister();
    c = popRegister();
  }
  const b = popRegister();
  const a = popRegister();
  emit4(Ir.Wide, operator, slot(Operands.height), a);
  emit3(b, c, e);
  pushTemporary(File.Word64);
  pushTemporary(File.Word64);
}

function addressFile(type: i32): i32 { return type == ValueType.I64 ? File.Word64 : File.Word32; }

function tableFile(t: u32): i32 { return addressFile(load<u8>(tables + ((<usize>t) << 1), 1)); }

function memoryFile(m: u32): i32 { return addressFile(load<u8>(memories + m)); }

function translateRareSpecial(operator: i32): void {
  switch (operator) {
    case Operator.CallIndirect: translateCallIndirect(); break;
    case Operator.ReturnCall: translateReturnCall(unsigned()); break;
    case Operator.ReturnCallIndirect: translateReturnCallIndirect(); break;
    case Operator.SelectTyped: {
      for (let count = unsigned(); count > 0; count--) Body.offset++;
      translateSelect();
      break;
    }
    case Operator.Select: translateSelect(); break;
    case Operator.TableGet: emitOther(operator, File.Reference, 1, unsigned()); break;
    case Operator.TableSet: emitOther(operator, -1, 2, unsigned()); break;
    case Operator.TableSize: { const t = unsigned(); emitOther(operator, tableFile(t), 0, t); break; }
    case Operator.RefNull: Body.offset++; emitOther(operator, File.Reference, 0, 0); break;
    case Operator.RefIsNull: emitOther(operator, File.Word32, 1, 0); break;
    case Operator.RefFunc: emitOther(operator, File.Reference, 0, unsigned()); break;
    case Operator.MemorySize: { const m = unsigned(); emitOther(operator, memoryFile(m), 0, m); break; }
    case Operator.MemoryGrow: {
      const m = unsigned();
      const delta = popRegister();
      emitBulk(operator, 0, delta, 0, m, 0);
      pushResult(memoryFile(m), Code.pos - 20, Ir.Bulk);
      break;
    }
    case Operator.TableGrow: {
      const t = unsigned();
      const delta = popRegister();
      const value = popRegister();
      emitBulk(operator, 0, delta, value, t, 0);
      pushResult(tableFile(t), Code.pos - 20, Ir.Bulk);
      break;
    }
    case Operator.DataDrop:
    case Operator.ElemDrop: emitBulk(operator, 0, 0, 0, unsigned(), 0); break;
    case Operator.MemoryInit:
    case Operator.TableInit: {
      const segment = unsigned();
      const x = unsigned();
      emitBulkOfThree(operator, x, segment);
      break;
    }
    case Operator.MemoryCopy:
    case Operator.TableCopy: {
      const d = unsigned();
      const s = unsigned();
      emitBulkOfThree(operator, d, s);
      break;
    }
    case Operator.MemoryFill:
    case Operator.TableFill: emitBulkOfThree(operator, unsigned(), 0); break;
    default: translateWide(operator); break;
  }
}

export function step(operator: i32): void {
  switch (operator) {
    case Operator.F32Const: Code.blockFuel += operatorFuel(operator); pushConstant32(word()); break;
    case Operator.F64Const: Code.blockFuel += operatorFuel(operator); pushConstant64(load<i64>(Body.offset)); Body.offset += 8; break;
    case Operator.Nop: break;
    case Operator.Drop: popEntry(); break;
    case Operator.Block:
    case Operator.Loop: translateBlock(operator); break;
    case Operator.If: translateIf(); break;
    case Operator.Else: translateElse(); break;
    case Operator.End: translateEnd(); break;
    case Operator.Br: translateBranch(); break;
    case Operator.BrIf: translateBranchIf(); break;
    case Operator.BrTable: translateBranchTable(); break;
    case Operator.Return: emitReturn(); leaveUnreachable(); break;
    case Operator.Unreachable: emit(Ir.Unreachable); leaveUnreachable(); break;
    case Operator.Call: translateCall(); break;
    case Operator.GlobalGet: translateGlobalGet(); break;
    case Operator.GlobalSet: translateGlobalSet(); break;
    case OperatorPrefix.Miscellaneous: {
      const o = <i32>OperatorPrefix.MiscellaneousBase + unsigned();
      if (load<u8>(o, SHAPES) == Shape.Unary) translateUnary(o);
      else { Code.blockFuel += operatorFuel(o); translateRareSpecial(o); }
      break;
    }
    case OperatorPrefix.Vector: translateVector(<i32>OperatorPrefix.VectorBase + unsigned()); break;
    default: {
      const shape: i32 = load<u8>(operator, SHAPES);
      switch (shape) {
        case Shape.Unary: translateUnary(operator); break;
        case Shape.Binary: translateBinary(operator); break;
        case Shape.Load: translateLoad(operator); break;
        case Shape.Store: translateStore(operator); break;
        case Shape.Reinterpret: Code.blockFuel += operatorFuel(operator); break;
        case Shape.LocalGet:
        case Shape.LocalSet:
        case Shape.LocalTee: {
          const local = <i32>unsigned();
          Code.blockFuel += operatorFuel(operator);
          if (operator != Operator.LocalGet) setLocal(local, popEntry());
          if (operator != Operator.LocalSet) pushLocal(local, load<u8>(local, LOCAL_FILES));
          break;
        }
        case Shape.I32Const: { Code.blockFuel += operatorFuel(operator); const v = signed32(); pushConstant32(v); break; }
        case Shape.I64Const: {
          Code.blockFuel += operatorFuel(operator);
          const v = decodeSigned64(Body.offset);
          Body.offset = afterLeb128(Body.offset);
          pushConstant64(v);
          break;
        }
        default: Code.blockFuel += operatorFuel(operator); translateRareSpecial(operator); break;
      }
      break;
    }
  }
}
