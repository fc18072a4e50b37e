import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from './function-builder.js';
import { operatorsOf, type NumericType } from './operators.js';
import type { Random } from '../random.js';

/** The variables that generated code reads and writes, by type; each list holds local indices. */
export type Variables = Readonly<Partial<Record<NumericType, readonly number[]>>>;

/** A way to write one statement. It leaves the value stack as it was. */
export interface Statement {
  readonly weight: number;
  /** Chosen only where at least this many bytes are left to write. */
  readonly minimumBytes: number;
  /**
   * Writes the statement. `bytesLeft` is a hint: what does not fit is taken back by the caller. `depth` counts the
   * statements around this one.
   */
  write(bytesLeft: number, depth: number): void;
}

/** A form of expression with its weight among the others. */
interface Form {
  readonly weight: number;
  write(depth: number): void;
}

/** A family's own way to write an expression of a type, beside operators, constants and variables. */
export interface Production {
  readonly type: NumericType;
  write(depth: number): void;
}

/** The least number of bytes, above none, that `fill` can write: a variable copied into another. */
export const LEAST_FILL_BYTES = 4;

const ATTEMPTS = 16;

/**
 * Writes random, valid, terminating code of an exact size: statements drawn by weight, made of nested expressions over
 * the function's variables.
 */
export class CodeGenerator {
  statements: readonly Statement[] = [];
  productions: readonly Production[] = [];
  readonly #types: readonly NumericType[];
  readonly #forms = new Map<NumericType, readonly Form[]>();

  constructor(
    readonly body: FunctionBuilder,
    readonly random: Random,
    readonly variables: Variables,
  ) {
    this.#types = ALL_TYPES.filter((type) => this.variables[type] !== undefined);
  }

  /** Some variable of the type. */
  variable(type: NumericType): number {
    const variables = this.variables[type];
    if (variables === undefined)
      throw new Error(`this function has no variable of type 0x${type.toString(16)}`);
    return this.random.pick(variables);
  }

  /** Some type that the function has variables of. */
  someType(): NumericType {
    return this.random.pick(this.#types);
  }

  /** Writes statements of exactly `bytes` bytes together: 0, or at least LEAST_FILL_BYTES. */
  fill(bytes: number, depth = 0): void {
    if (!isFillable(bytes)) throw new RangeError(`no code is exactly ${bytes} bytes long`);
    let bytesLeft = bytes;
    while (bytesLeft > 0) bytesLeft -= this.#writeOne(bytesLeft, depth);
  }

  /** Writes an expression of the type, operators nested up to `depth` deep. */
  expression(type: NumericType, depth: number): void {
    if (depth <= 0) this.leaf(type);
    else this.random.weighted(this.#formsOf(type)).write(depth);
  }

  /** Writes a value without operators: mostly a variable, sometimes a constant. */
  leaf(type: NumericType): void {
    if (this.random.chance(0.8)) this.body.localGet(this.variable(type));
    else this.constant(type);
  }

  /** Writes an i32 that is 0 or 1. */
  condition(depth: number): void {
    const type = this.someType();
    this.expression(type, depth - 1);
    if (type === ValueType.I32 && this.random.chance(0.3)) {
      this.body.operator(Operator.I32Eqz);
      return;
    }
    this.leaf(type);
    this.body.operator(this.random.pick(operatorsOf(type).compare));
  }

  /** Writes a constant: small ones as often as programs use them, and some of every width. */
  constant(type: NumericType): void {
    const { body, random } = this;
    switch (type) {
      case ValueType.I32:
        body.i32Const(this.#integer());
        break;
      case ValueType.I64:
        body.i64Const(random.chance(0.1) ? random.longWord() : BigInt(this.#integer()));
        break;
      case ValueType.F32:
        body.f32Const(this.#float());
        break;
      case ValueType.F64:
        body.f64Const(this.#float());
        break;
    }
  }

  /** The forms that an expression of the type can take in this function, weighted roughly as in compiled programs. */
  #formsOf(type: NumericType): readonly Form[] {
    const known = this.#forms.get(type);
    if (known !== undefined) return known;
    const { body, random } = this;
    const operators = operatorsOf(type);
    const forms: Form[] = [
      {
        weight: 50,
        write: (depth) => {
          this.expression(type, depth - 1);
          this.expression(type, random.integer(0, depth - 1));
          body.operator(random.pick(operators.binary));
        },
      },
      {
        weight: 8,
        write: (depth) => {
          this.expression(type, depth - 1);
          body.operator(random.pick(operators.unary));
        },
      },
    ];
    forms.push({
      weight: 6,
      write: (depth) => {
        this.expression(type, depth - 1);
        body.localTee(this.variable(type));
      },
    });
    const conversions = operators.convert.filter(({ from }) => this.variables[from] !== undefined);
    if (conversions.length > 0) {
      forms.push({
        weight: 6,
        write: (depth) => {
          const { operator, from } = random.pick(conversions);
          this.expression(from, depth - 1);
          body.operator(operator);
        },
      });
    }
    if (type === ValueType.I32) {
      forms.push({ weight: 6, write: (depth) => this.condition(depth) });
      forms.push({ weight: 3, write: (depth) => this.#division(depth) });
    }
    for (const production of this.productions) {
      if (production.type === type) forms.push({ weight: 30, write: (depth) => production.write(depth) });
    }
    this.#forms.set(type, forms);
    return forms;
  }

  #integer(): number {
    const { bits } = this.random.weighted(CONSTANT_WIDTHS);
    return this.random.word() >> (32 - bits);
  }

  #float(): number {
    // Quarters and thousandths: exact or at least the same in every engine, and never a NaN.
    return this.random.chance(0.5) ? this.random.integer(-64, 64) / 4 : this.random.word() / 1000;
  }

  /** By a constant of at least 2, or by an odd number without sign: neither divides by zero nor overflows. */
  #division(depth: number): void {
    const { body, random } = this;
    this.expression(ValueType.I32, depth - 1);
    if (random.chance(0.6)) {
      body.i32Const(random.integer(2, 1000)).operator(random.pick(DIVISIONS));
    } else {
      body.localGet(this.variable(ValueType.I32)).i32Const(1).operator(Operator.I32Or);
      body.operator(random.pick(UNSIGNED_DIVISIONS));
    }
  }

  #writeOne(bytesLeft: number, depth: number): number {
    const { body } = this;
    const possible = this.statements.filter((statement) => statement.minimumBytes <= bytesLeft);
    const start = body.codeBytes;
    for (let attempt = 0; possible.length > 0 && attempt < ATTEMPTS; attempt++) {
      this.random.weighted(possible).write(bytesLeft, depth);
      const bytes = body.codeBytes - start;
      if (bytes > 0 && bytes <= bytesLeft && isFillable(bytesLeft - bytes)) return bytes;
      body.truncate(start);
    }
    this.#writeFiller(bytesLeft);
    return body.codeBytes - start;
  }

  /** A move, or one operator on a variable: 4 to 7 bytes, so that every size from 4 bytes on can be made up. */
  #writeFiller(bytesLeft: number): void {
    const { body, random } = this;
    const bytes = bytesLeft <= 7 ? bytesLeft : bytesLeft <= 10 ? 4 : 7;
    const type = this.someType();
    const variables = this.variables[type]!.filter((index) => index < 0x80);
    const { unary, binary } = operatorsOf(type);
    const source = random.pick(variables);
    body.localGet(source);
    if (bytes === 5) body.operator(random.pick(unary));
    if (bytes === 6) body.operator(random.pick(unary)).operator(random.pick(unary));
    if (bytes === 7) body.localGet(random.pick(variables)).operator(random.pick(binary));
    const others = variables.filter((index) => index !== source);
    body.localSet(random.pick(bytes === 4 && others.length > 0 ? others : variables));
  }
}

/** Can code be exactly this long? */
function isFillable(bytes: number): boolean {
  return bytes === 0 || bytes >= LEAST_FILL_BYTES;
}

/** Writes `variable = expression`. */
export function assignment(generator: CodeGenerator, weight: number, maximumDepth = 3): Statement {
  return {
    weight,
    minimumBytes: 7,
    write: (bytesLeft) => {
      const type = generator.someType();
      // An operator and its operand take about four bytes: no deeper than what can fit.
      const depth = bytesLeft < 12 ? 1 : bytesLeft < 24 ? 2 : maximumDepth;
      generator.expression(type, generator.random.integer(1, depth));
      generator.body.localSet(generator.variable(type));
    },
  };
}

const ALL_TYPES: readonly NumericType[] = [ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64];

const CONSTANT_WIDTHS = [
  { weight: 50, bits: 7 },
  { weight: 20, bits: 13 },
  { weight: 15, bits: 20 },
  { weight: 10, bits: 27 },
  { weight: 5, bits: 32 },
] as const;

const UNSIGNED_DIVISIONS = [Operator.I32DivU, Operator.I32RemU] as const;
const DIVISIONS = [Operator.I32DivS, Operator.I32RemS, ...UNSIGNED_DIVISIONS] as const;
