import { afterLeb128, decodeSigned33, decodeUnsigned32 } from '../binary/leb128.js';
import { Operator, OPERATOR_SPACE } from '../binary/operator.js';
import { afterOpcode, decodeOperator, skipImmediates } from '../binary/operator-immediate.js';
import {
  isStore,
  memoryAccesses,
  MemoryAccess,
  operatorSignatures,
  signatureParameterCount,
  signatureResult,
} from '../binary/operator-signature.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { UnsupportedModuleError } from '../errors.js';
import { valuesOfOperator } from '../fuel/schedule.js';
import { FRAME_OVERHEAD } from '../types/frame-cost.js';
import { BodyScale } from '../validate/body-weight.js';

/** Operands up to so many do not count: compilers of languages leave no more on the stack. */
const FEW_OPERANDS = 16;
/** What a function may come to: so many for each byte that compiling it is charged for, and some. */
const OPERANDS_PER_BYTE = 1 / 2;
const OPERANDS_OF_EVERY_FUNCTION = 2048;

/** At an operator that a host compiles to a call it goes through all operands, in a part of the time that a join takes for them. */
const JOINS_PER_DEAR_OPERATOR = 1 / 8;

const LARGEST_TYPE_CODE = 0x7f;
const SMALLEST_TYPE_CODE = 0x40;
const EMPTY_BLOCK_TYPE = 0x40;

/** By how much each operator changes the height of the stack, unless that depends on types. */
const heightChanges = new Int8Array(OPERATOR_SPACE);
for (let operator = 0; operator < OPERATOR_SPACE; operator++) {
  const access = memoryAccesses[operator]!;
  if (operatorSignatures[operator] !== 0)
    heightChanges[operator] = (signatureResult(operator) !== 0 ? 1 : 0) - signatureParameterCount(operator);
  else if (access !== 0)
    heightChanges[operator] = isStore(operator) ? -2 : access & MemoryAccess.Lane ? -1 : 0;
}
for (const [change, ...operators] of [
  [
    1,
    Operator.LocalGet,
    Operator.GlobalGet,
    Operator.MemorySize,
    Operator.RefNull,
    Operator.RefFunc,
    Operator.TableSize,
  ],
  [-1, Operator.LocalSet, Operator.GlobalSet, Operator.Drop, Operator.TableGrow],
  [-2, Operator.Select, Operator.SelectTyped, Operator.TableSet, Operator.I64Add128, Operator.I64Sub128],
  [
    -3,
    Operator.MemoryInit,
    Operator.MemoryCopy,
    Operator.MemoryFill,
    Operator.TableInit,
    Operator.TableCopy,
    Operator.TableFill,
  ],
] as const) {
  for (const operator of operators) heightChanges[operator] = change;
}

/**
 * Refuses functions on whose stack many operands lie wherever control splits or joins, or something is called: a host's baseline compiler
 * moves all of them there, before the function's first operator could charge for it. The interpreter's translator does not.
 * @throws UnsupportedModuleError
 */
export function refuseDeepStacks(
  module: ParsedModule,
  invalidFunctions: { has(functionIndex: number): boolean },
): void {
  const { bodyLengths, bodyOffsets, frameCosts, importedFunctionCount } = module;
  const scale = new BodyScale(module);
  for (let definedIndex = 0; definedIndex < bodyLengths.length; definedIndex++) {
    // Most functions hold less than what does not count, and are not looked at: what their frames have beside locals tells.
    const index = importedFunctionCount + definedIndex;
    const beside = frameCosts[definedIndex]! - FRAME_OVERHEAD;
    if (beside <= FEW_OPERANDS || beside - scale.localsOf(index) <= FEW_OPERANDS) continue;
    if (invalidFunctions.has(index)) continue;
    const most = Math.floor(OPERANDS_PER_BYTE * scale.weigh(index).translate) + OPERANDS_OF_EVERY_FUNCTION;
    const operands = new JoinedOperands(module, definedIndex).count();
    if (operands <= most) continue;
    throw new UnsupportedModuleError(
      `${operands} operands on the stack at branches; the executor "host" compiles ${most} at most of a function of its size: use the executor "interpreter"`,
      bodyOffsets[definedIndex]!,
      index,
    );
  }
}

/** One pass over the operators of a valid body. */
class JoinedOperands {
  private height = 0;
  private joined = 0;
  /** Per open label: the height beneath its parameters, and how many parameters and results its structure has. */
  private readonly bases: number[] = [];
  private readonly parameters: number[] = [];
  private readonly results: number[] = [];

  constructor(
    private readonly module: ParsedModule,
    private readonly definedIndex: number,
  ) {}

  /** Operands beyond the first few, summed over the joins. */
  count(): number {
    const { definedIndex, module } = this;
    const { bytes } = module;
    let offset = module.bodyOffsets[definedIndex]!;
    const end = offset + module.bodyLengths[definedIndex]!;
    const groups = decodeUnsigned32(bytes, offset);
    offset = afterLeb128(bytes, offset);
    for (let group = 0; group < groups; group++) offset = afterLeb128(bytes, offset) + 1;
    this.open(0, functionTypeAt(module, module.importedFunctionCount + definedIndex).results.length);
    while (offset < end) {
      const operator = decodeOperator(bytes, offset);
      offset = afterOpcode(bytes, offset);
      this.operator(operator, offset);
      offset = skipImmediates(bytes, operator, offset);
    }
    return Math.floor(this.joined);
  }

  private operator(operator: Operator, offset: number): void {
    const { bytes } = this.module;
    if (valuesOfOperator[operator] !== 0) this.join(JOINS_PER_DEAR_OPERATOR);
    switch (operator) {
      case Operator.If:
        this.height--;
        this.join();
        this.openOfType(offset);
        return;
      case Operator.Loop:
        this.join();
        this.openOfType(offset);
        return;
      case Operator.Block:
        this.openOfType(offset);
        return;
      case Operator.Else:
        this.join();
        this.height = this.base + this.parameters.at(-1)!;
        return;
      case Operator.End:
        this.join();
        this.height = this.bases.pop()! + this.results.pop()!;
        this.parameters.pop();
        return;
      case Operator.BrIf:
        this.height--;
        this.join();
        return;
      case Operator.Br:
        this.join();
        this.height = this.base;
        return;
      case Operator.BrTable:
        this.height--;
        this.join(Math.min(decodeUnsigned32(bytes, offset) + 1, this.bases.length));
        this.height = this.base;
        return;
      case Operator.Return:
      case Operator.Unreachable:
      case Operator.ReturnCall:
      case Operator.ReturnCallIndirect:
        this.height = this.base;
        return;
      case Operator.Call:
        this.call(functionTypeAt(this.module, decodeUnsigned32(bytes, offset)));
        return;
      case Operator.CallIndirect:
        this.height--;
        this.call(this.module.types[decodeUnsigned32(bytes, offset)]!);
        return;
      default:
        this.height += heightChanges[operator]!;
    }
  }

  private get base(): number {
    return this.bases.at(-1)!;
  }

  private join(times = 1): void {
    // Where control does not come, operands may be taken that nobody left.
    if (this.height < this.base) this.height = this.base;
    if (this.height > FEW_OPERANDS) this.joined += times * (this.height - FEW_OPERANDS);
  }

  private call({
    parameters,
    results,
  }: {
    readonly parameters: ArrayLike<unknown>;
    readonly results: ArrayLike<unknown>;
  }): void {
    this.height = Math.max(this.height - parameters.length, this.base) + results.length;
  }

  private openOfType(offset: number): void {
    const { bytes, types } = this.module;
    const code = bytes[offset]!;
    if (code >= SMALLEST_TYPE_CODE && code <= LARGEST_TYPE_CODE) {
      this.open(0, code === EMPTY_BLOCK_TYPE ? 0 : 1);
      return;
    }
    const { parameters, results } = types[decodeSigned33(bytes, offset)]!;
    this.open(parameters.length, results.length);
  }

  private open(parameters: number, results: number): void {
    this.bases.push(Math.max(this.height - parameters, 0));
    this.parameters.push(parameters);
    this.results.push(results);
  }
}
