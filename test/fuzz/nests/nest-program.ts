import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Random } from '@wasm-dyno/corpora';

export const FUNCTIONS = 4;
const TABLE_SIZE = 8;
const MOST_INSTANCES = 4;
const OUTER_CALLS = 6;

export interface OuterCall {
  readonly instance: number;
  readonly name: string;
  readonly depth: number;
  readonly value: number;
}

/** Several modules that call each other, embedder functions, and what they find in a shared table; and the calls that begin it all. */
export interface NestProgram {
  readonly texts: readonly string[];
  readonly modules: readonly Uint8Array[];
  readonly calls: readonly OuterCall[];
}

/** The program of a seed: nothing else decides about it. */
export async function nestProgram(seed: number): Promise<NestProgram> {
  const random = new Random(seed, 'nest');
  const count = random.integer(2, MOST_INSTANCES);
  const texts = Array.from({ length: count }, (_, index) => new ModuleWriter(random, index).text());
  const modules = await Promise.all(texts.map((text) => parse(text)));
  const calls = Array.from({ length: OUTER_CALLS }, () => ({
    instance: random.integer(0, count - 1),
    name: `f${random.integer(0, FUNCTIONS - 1)}`,
    depth: random.integer(2, 4),
    value: random.word(),
  }));
  return { texts, modules, calls };
}

/** Writes one module: functions of a remaining depth and a value, which end at depth 0. */
class ModuleWriter {
  /** Calls that the function may still contain. */
  private callsLeft = 0;

  constructor(
    private readonly random: Random,
    private readonly index: number,
  ) {}

  text(): string {
    const { index } = this;
    const earlier = Array.from(
      { length: index * FUNCTIONS },
      (_, i) => `(import "m${Math.floor(i / FUNCTIONS)}" "f${i % FUNCTIONS}" (func $e${i} (type $f)))`,
    );
    const table = `(table $t ${index === 0 ? '(export "table")' : '(import "m0" "table")'} ${TABLE_SIZE} funcref)`;
    const functions = Array.from({ length: FUNCTIONS }, (_, i) => this.functionText(i));
    return `(module
  (type $f (func (param i32 i32) (result i32)))
  (import "host" "call" (func $host (type $f)))
  (import "host" "wide" (func $wide (param i32 i64 f64) (result i64 i32)))
  ${earlier.join('\n  ')}
  ${table}
  (memory (export "memory") 1)
  (global $g (export "g") (mut i32) (i32.const ${this.random.word()}))
  ${functions.join('\n  ')}
  (elem (table $t) (i32.const ${2 * index}) func $f0 $f1))`;
  }

  private functionText(number: number): string {
    this.callsLeft = this.random.integer(1, 4);
    const statements = Array.from({ length: this.random.integer(2, 6) }, () => this.statement(2));
    return `(func $f${number} (export "f${number}") (type $f) (local $a i32) (local $b i64) (local $c i32) (local $d f64)
    (if (i32.le_s (local.get 0) (i32.const 0)) (then (return (i32.xor (local.get 1) (global.get $g)))))
    ${statements.join('\n    ')}
    (i32.add ${this.expression(2)} (i32.add (local.get $a) (i32.wrap_i64 (local.get $b)))))`;
  }

  private statement(depth: number): string {
    const { random } = this;
    switch (random.integer(0, depth > 0 ? 10 : 5)) {
      case 0:
        return `(global.set $g ${this.expression(2)})`;
      case 1:
        return `(i32.store (i32.and ${this.expression(1)} (i32.const 0xffc)) ${this.expression(2)})`;
      case 2:
        return `(local.set $b (i64.add (i64.mul (local.get $b) (i64.const 31)) (i64.extend_i32_s ${this.expression(2)})))`;
      case 3:
        return `(local.set $d (f64.add (local.get $d) (f64.convert_i32_s ${this.expression(1)})))`;
      case 4:
        return `(if (i32.eq (i32.and ${this.expression(1)} (i32.const 63)) (i32.const ${random.integer(0, 63)})) (then unreachable))`;
      case 6:
        return `(local.set $c (i32.const ${random.integer(1, 3)})) (loop $l ${this.statement(0)}
      (br_if $l (local.tee $c (i32.sub (local.get $c) (i32.const 1)))))`;
      case 7:
        return `(if ${this.expression(1)} (then ${this.statement(depth - 1)}) (else ${this.statement(depth - 1)}))`;
      case 8:
        if (!this.takeCall()) return '(nop)';
        return `(call $wide (local.get 0) (local.get $b) (local.get $d)) (local.set $a) (local.set $b)`;
      default:
        return `(local.set $a ${this.expression(3)})`;
    }
  }

  private expression(depth: number): string {
    const { random } = this;
    if (depth === 0) {
      const leaf = random.integer(0, 3);
      return leaf === 0 ? `(i32.const ${random.word()})` : `(local.get ${['0', '1', '$a'][leaf - 1]!})`;
    }
    const inner = () => this.expression(depth - 1);
    switch (random.integer(0, 9)) {
      case 0:
        return '(global.get $g)';
      case 1:
        return `(i32.load (i32.and ${inner()} (i32.const 0xffc)))`;
      case 2:
        return `(i32.div_s ${inner()} (i32.or ${inner()} (i32.const ${random.chance(0.9) ? 1 : 0})))`;
      case 3:
      case 4:
      case 5:
        return this.takeCall() ? this.call(inner()) : inner();
      default:
        return `(i32.${random.pick(['add', 'sub', 'xor', 'mul', 'rotl'])} ${inner()} ${inner()})`;
    }
  }

  private takeCall(): boolean {
    return --this.callsLeft >= 0;
  }

  private call(value: string): string {
    const { index, random } = this;
    const depth = '(i32.sub (local.get 0) (i32.const 1))';
    switch (random.integer(0, 4)) {
      case 0:
        return `(call $f${random.integer(0, FUNCTIONS - 1)} ${depth} ${value})`;
      case 1:
        return index === 0
          ? `(call $host ${depth} ${value})`
          : `(call $e${random.integer(0, index * FUNCTIONS - 1)} ${depth} ${value})`;
      case 2:
        return `(call_indirect $t (type $f) ${depth} ${value} (i32.and ${this.expression(0)} (i32.const ${TABLE_SIZE - 1})))`;
      default:
        return `(call $host ${depth} ${value})`;
    }
  }
}
