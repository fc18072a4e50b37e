import { unsigned } from '../encoded-integers.js';
import {
  concatenate,
  readCode,
  Reader,
  readModule,
  Section,
  sectionContent,
  setSection,
  writeCode,
  writeModule,
  type FunctionCode,
  type ModuleBinary,
} from './module-binary.js';
import { operatorOf, TYPE_CODES, type TypeLetter } from './operators.js';

const LOCAL_GET = 0x20;
const LOCAL_TEE = 0x22;
const SELECT = 0x1b;
const F32_STORE = 0x38;
const F64_STORE = 0x39;
/** Loads and constants by type: they keep every bit, and so must what takes their value at once. */
const EXACT: Readonly<Partial<Record<TypeLetter, readonly number[]>>> = { f: [0x2a, 0x43], F: [0x2b, 0x44] };
const V128_AND = [0xfd, 0x4e];
const F32X4_EQ = [0xfd, 0x41];
const F64X2_EQ = [0xfd, 0x47];

/**
 * The module with zeros in the place of NaNs wherever a NaN's bits, which engines may choose (spec 4.3.3), could show as something
 * else than a NaN: in front of reinterpretations, stores, copysign and splats, and behind arithmetic on vectors.
 */
export function clearNans(bytes: Uint8Array): Uint8Array {
  const module = readModule(bytes);
  const content = sectionContent(module, Section.Code);
  if (content === undefined) return bytes;
  const parameterCounts = parameterCountsOf(module);
  const functions = readCode(content).map((code, index) =>
    new Clearing(code, parameterCounts[index]!).clear(),
  );
  setSection(module, Section.Code, writeCode(functions));
  return writeModule(module);
}

/** Per defined function. */
function parameterCountsOf(module: ModuleBinary): number[] {
  const types = new Reader(sectionContent(module, Section.Type) ?? Uint8Array.of(0));
  const parameters = Array.from({ length: types.unsigned() }, () => {
    if (types.byte() !== 0x60) throw new RangeError('a type that is no function type');
    const count = types.unsigned();
    types.take(count);
    types.take(types.unsigned());
    return count;
  });
  const functions = new Reader(sectionContent(module, Section.Function) ?? Uint8Array.of(0));
  return Array.from({ length: functions.unsigned() }, () => parameters[functions.unsigned()]!);
}

class Clearing {
  private readonly locals = new Map<TypeLetter, number>();
  private readonly firstLocal: number;
  private readonly groups: number;
  private readonly declarations: Uint8Array;

  constructor(
    private readonly code: FunctionCode,
    parameterCount: number,
  ) {
    const reader = new Reader(code.locals);
    this.groups = reader.unsigned();
    this.declarations = code.locals.subarray(reader.offset);
    let count = parameterCount;
    for (let left = this.groups; left > 0; left--) {
      count += reader.unsigned();
      reader.byte();
    }
    this.firstLocal = count;
  }

  clear(): FunctionCode {
    const operators: Uint8Array[] = [];
    let before = 0;
    for (const bytes of this.code.operators) {
      const operator = operatorOf(bytes);
      const nan = operator?.nan ?? 'none';
      const shown = this.shownOperand(bytes[0]!, nan === 'operand' ? operator!.parameters : '');
      if (shown !== undefined && !EXACT[shown]?.includes(before)) operators.push(this.clearScalar(shown));
      operators.push(bytes);
      if (nan === 'f32x4' || nan === 'f64x2') operators.push(this.clearLanes(nan));
      before = bytes[0]!;
    }
    const groups = [...this.locals].map(([type]) => [1, TYPE_CODES[type]]);
    const count = Uint8Array.from(unsigned(this.groups + groups.length));
    return { locals: concatenate([count, this.declarations, Uint8Array.from(groups.flat())]), operators };
  }

  /** The type of the top operand, if the operator shows its bits. */
  private shownOperand(opcode: number, parameters: string): TypeLetter | undefined {
    if (opcode === F32_STORE) return 'f';
    if (opcode === F64_STORE) return 'F';
    return parameters === '' ? undefined : (parameters.at(-1) as TypeLetter);
  }

  /** Code that clears the f32 or f64 on top of the stack. */
  private clearScalar(type: TypeLetter): Uint8Array {
    const index = unsigned(this.localOf(type));
    const get = [LOCAL_GET, ...index];
    const [zero, equal] = type === 'f' ? [[0x43, 0, 0, 0, 0], 0x5b] : [[0x44, 0, 0, 0, 0, 0, 0, 0, 0], 0x61];
    return Uint8Array.from([LOCAL_TEE, ...index, ...zero, ...get, ...get, equal, SELECT]);
  }

  /** Code that clears the lanes of the vector on top that are NaNs. */
  private clearLanes(lanes: 'f32x4' | 'f64x2'): Uint8Array {
    const index = unsigned(this.localOf('v'));
    const get = [LOCAL_GET, ...index];
    const equal = lanes === 'f32x4' ? F32X4_EQ : F64X2_EQ;
    return Uint8Array.from([LOCAL_TEE, ...index, ...get, ...get, ...equal, ...V128_AND]);
  }

  private localOf(type: TypeLetter): number {
    let local = this.locals.get(type);
    if (local === undefined) {
      local = this.firstLocal + this.locals.size;
      this.locals.set(type, local);
    }
    return local;
  }
}
