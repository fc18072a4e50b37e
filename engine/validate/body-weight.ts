import { afterLeb128, decodeSigned33, decodeUnsigned32 } from '../binary/leb128.js';
import { Operator, OperatorPrefix } from '../binary/operator.js';
import { Immediate, operatorImmediates, skipImmediates } from '../binary/operator-immediate.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import {
  FEW_VALUES,
  JOINS_OF_A_CONDITION,
  mayHaveUnpaidJoins,
  VALUES_OF_A_LIST,
  translationWeight,
  unpaidValues,
  validationWeight,
  valuesOfOperator,
  type BodyWork,
} from '../fuel/schedule.js';

/** Bytes that a body counts as in the charge of each phase: its own, and what its operators make of few bytes. */
export interface BodyWeight {
  readonly validate: number;
  readonly translate: number;
  /** Locals at joins, and values of long lists: what a host's compiler takes time and memory for before any charge can be made. */
  readonly hostCopies: number;
}

const LARGEST_TYPE_CODE = 0x7f;
const SMALLEST_TYPE_CODE = 0x40;

/** Locals that a host may copy at as many joins as there are bytes for. */
const FEW_HOST_LOCALS = 512;

/** What a body counts as at least, and whether that is all. */
export interface LeastWeight {
  readonly weight: BodyWeight;
  /** False where lists of many values, or joins, may add to it: validating the body tells, or a pass over it. */
  readonly isExact: boolean;
}

/**
 * Weighs the bodies of a module, which need not be valid, before anything is done with them. Bodies that are too short for what they may hold to
 * count are not looked at but for the declarations of locals.
 */
export class BodyScale {
  private readonly hasLongLists: boolean;

  constructor(private readonly module: ParsedModule) {
    this.hasLongLists = module.types.some(
      ({ parameters, results }) => parameters.length > FEW_VALUES || results.length > FEW_VALUES,
    );
  }

  /** Of the defined function at `functionIndex`, imports first; exact, by a pass over its operators if need be. */
  weigh(functionIndex: number): BodyWeight {
    const { end, work } = this.declared(functionIndex);
    return weightOf(this.mayCount(work) ? this.scanned(functionIndex, work, end) : work);
  }

  /** Of the same function, without a pass over its operators. */
  least(functionIndex: number): LeastWeight {
    const { work } = this.declared(functionIndex);
    return { weight: weightOf(work), isExact: !this.mayCount(work) };
  }

  /** Of the same function, which was found valid, and whose lists of values make no more work than its bytes pay for. */
  ofValidated(functionIndex: number): BodyWeight {
    const { dear, importedFunctionCount, joins } = this.module;
    const { work } = this.declared(functionIndex);
    const definedIndex = functionIndex - importedFunctionCount;
    return weightOf({ ...work, joins: joins[definedIndex]!, dear: dear[definedIndex]! });
  }

  /** Parameters and declared locals of the same function. */
  localsOf(functionIndex: number): number {
    const { locals, parameters } = this.declared(functionIndex).work;
    return parameters + locals;
  }

  /** Whether there may be more than the bytes pay for: lists of values, or joins. */
  private mayCount(work: BodyWork): boolean {
    return this.hasLongLists || mayHaveUnpaidJoins(work);
  }

  /** What the lists of values of the same function count as. */
  listValues(functionIndex: number): number {
    const { end, work } = this.declared(functionIndex);
    return this.hasLongLists ? this.scanned(functionIndex, work, end).values : 0;
  }

  private declared(functionIndex: number): { readonly work: BodyWork; readonly end: number } {
    const { module } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const { end, locals } = readLocals(module, definedIndex);
    const parameters = functionTypeAt(module, functionIndex).parameters.length;
    const bytes = module.bodyLengths[definedIndex]!;
    return { work: { bytes, parameters, locals, values: 0, joins: 0, dear: 0 }, end };
  }

  private scanned(functionIndex: number, declared: BodyWork, start: number): BodyWork {
    return { ...declared, ...new BodyScan(this.module, functionIndex).read(start) };
  }
}

function weightOf(work: BodyWork): BodyWeight {
  return {
    validate: validationWeight(work),
    translate: translationWeight(work),
    hostCopies: hostCopiedLocals(work) + unpaidValues(work),
  };
}

/** Locals beyond the first few, summed over the joins of a body. */
function hostCopiedLocals({ joins, locals, parameters }: BodyWork): number {
  return joins * Math.max(0, parameters + locals - FEW_HOST_LOCALS);
}

/** Number of locals that a body declares, as far as its bytes make sense, and the offset behind them. */
function readLocals(module: ParsedModule, definedIndex: number): { locals: number; end: number } {
  const { bytes, limits } = module;
  let offset = module.bodyOffsets[definedIndex]!;
  const bodyEnd = offset + module.bodyLengths[definedIndex]!;
  let locals = 0;
  let groups = decodeUnsigned32(bytes, offset);
  offset = afterLeb128(bytes, offset);
  for (; groups > 0 && offset < bodyEnd; groups--) {
    locals += decodeUnsigned32(bytes, offset);
    offset = afterLeb128(bytes, offset) + 1;
    // Refused before anybody makes room for them.
    if (locals > limits.maximumLocals) return { locals: 0, end: bodyEnd };
  }
  return { locals, end: offset };
}

/** One pass over the operators of a body, up to the first that makes no sense. */
class BodyScan {
  private values = 0;
  private joins = 0;
  private dear = 0;
  /** Per open label: values that a branch to it takes along, and values that its end leaves; the function's label first. */
  private readonly branchValues: number[] = [];
  private readonly endValues: number[] = [];
  /** Per open label: the br_table that it was met in last. */
  private readonly metIn: number[] = [];

  constructor(
    private readonly module: ParsedModule,
    private readonly functionIndex: number,
  ) {}

  read(start: number): Pick<BodyWork, 'values' | 'joins' | 'dear'> {
    const { module, functionIndex } = this;
    const { bytes } = module;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const end = module.bodyOffsets[definedIndex]! + module.bodyLengths[definedIndex]!;
    const { parameters, results } = functionTypeAt(module, functionIndex);
    this.count(parameters.length);
    this.count(results.length);
    this.open(results.length, results.length);
    let offset = start;
    while (offset < end && this.branchValues.length > 0) {
      let operator = bytes[offset++]!;
      if (operator === OperatorPrefix.Vector || operator === OperatorPrefix.Miscellaneous) {
        const base =
          operator === OperatorPrefix.Vector ? OperatorPrefix.VectorBase : OperatorPrefix.MiscellaneousBase;
        const number = decodeUnsigned32(bytes, offset);
        operator = base + number;
        offset = afterLeb128(bytes, offset);
      }
      const immediate = (operatorImmediates[operator] ?? Immediate.Unknown) as Immediate;
      if (immediate === Immediate.Unknown) break;
      const isList = immediate === Immediate.BranchTable || immediate === Immediate.ValueTypes;
      if (isList && decodeUnsigned32(bytes, offset) > end - offset) break;
      this.dear += valuesOfOperator[operator]!;
      this.operator(operator, offset);
      offset = skipImmediates(bytes, operator, offset);
    }
    return { values: this.values, joins: this.joins, dear: this.dear };
  }

  private operator(operator: Operator, offset: number): void {
    switch (operator) {
      case Operator.Block:
      case Operator.Loop:
      case Operator.If:
        this.openOfType(operator, offset);
        return;
      case Operator.Else:
        this.joins++;
        this.count(this.endValues[this.endValues.length - 1]!, 2);
        return;
      case Operator.End:
        this.count(this.endValues.pop()!, 2);
        this.branchValues.pop();
        // The function's end joins nothing: it returns.
        if (this.branchValues.length > 0) this.joins++;
        return;
      case Operator.Br:
      case Operator.BrIf:
        this.joins += operator === Operator.Br ? 1 : JOINS_OF_A_CONDITION;
        this.count(this.valuesOfLabel(decodeUnsigned32(this.module.bytes, offset)), 2);
        return;
      case Operator.BrTable:
        this.branchTable(offset);
        return;
      case Operator.Return:
        this.count(this.branchValues[0]!);
        return;
      case Operator.Call:
      case Operator.ReturnCall: {
        const index = decodeUnsigned32(this.module.bytes, offset);
        this.countType(this.module.functionTypeIndices[index]);
        return;
      }
      case Operator.CallIndirect:
      case Operator.ReturnCallIndirect:
        this.countType(decodeUnsigned32(this.module.bytes, offset));
    }
  }

  private openOfType(operator: Operator, offset: number): void {
    const { bytes, types } = this.module;
    if (operator === Operator.Loop) this.joins++;
    else if (operator === Operator.If) this.joins += JOINS_OF_A_CONDITION;
    const code = bytes[offset]!;
    if (code >= SMALLEST_TYPE_CODE && code <= LARGEST_TYPE_CODE) {
      // None or one: few.
      this.open(0, 0);
      return;
    }
    const type = types[decodeSigned33(bytes, offset)];
    const parameters = type?.parameters.length ?? 0;
    const results = type?.results.length ?? 0;
    // Taken off and put back, by each arm.
    this.count(parameters, operator === Operator.If ? 4 : 2);
    this.open(operator === Operator.Loop ? parameters : results, results);
  }

  private open(branchValues: number, endValues: number): void {
    this.metIn[this.branchValues.length] = -1;
    this.branchValues.push(branchValues);
    this.endValues.push(endValues);
  }

  private branchTable(offset: number): void {
    const { bytes } = this.module;
    const table = offset;
    let targets = decodeUnsigned32(bytes, offset);
    offset = afterLeb128(bytes, offset);
    this.joins++;
    for (; targets >= 0; targets--) {
      const label = this.branchValues.length - 1 - decodeUnsigned32(bytes, offset);
      offset = afterLeb128(bytes, offset);
      if (label < 0 || this.metIn[label] === table) continue;
      this.metIn[label] = table;
      this.joins++;
      this.count(this.branchValues[label]!, 2);
    }
  }

  private valuesOfLabel(depth: number): number {
    return this.branchValues[this.branchValues.length - 1 - depth] ?? 0;
  }

  private countType(typeIndex: number | undefined): void {
    const type = typeIndex === undefined ? undefined : this.module.types[typeIndex];
    if (type === undefined) return;
    this.count(type.parameters.length);
    this.count(type.results.length);
  }

  /** The few values that bytes pay for do not count. */
  private count(values: number, times = 1): void {
    if (values > FEW_VALUES) this.values += times * (values + VALUES_OF_A_LIST);
  }
}
