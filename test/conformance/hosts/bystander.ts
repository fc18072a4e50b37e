/**
 * Other calls in a store while one is suspended there. Whatever a suspended call needs must have been taken off the
 * stack: these calls write over every kind of register, and let it go on deeper in the stack than it began.
 */
import { Func, functionType, Linker, type Engine, type Store } from '@wasm-dyno/engine';
import { binaryOfText } from '../module-text.js';

/** Locals of each type per frame. */
const LOCALS = 12;

const scribbled = (type: string, value: string) =>
  Array.from({ length: LOCALS }, (_, index) => `(local.set $${type}${index} ${value})`).join(' ');
const declared = (type: string) =>
  Array.from({ length: LOCALS }, (_, index) => `(local $${type}${index} ${type})`).join(' ');

const MODULE = await binaryOfText(`(module
  (import "host" "step" (func $step))
  (elem declare func $scribble)
  (func $scribble (export "scribble") (param $depth i32) (param $host externref)
    ${['i64', 'f64', 'v128', 'funcref', 'externref'].map(declared).join(' ')}
    ${scribbled('i64', '(i64.const 0xdead_beef_dead_beef)')}
    ${scribbled('f64', '(f64.const nan:0xdead_beef_dead)')}
    ${scribbled('v128', '(v128.const i32x4 0xdead_beef 0xdead_beef 0xdead_beef 0xdead_beef)')}
    ${scribbled('funcref', '(ref.func $scribble)')}
    ${scribbled('externref', '(local.get $host)')}
    (if (local.get $depth)
      (then (call $scribble (i32.sub (local.get $depth) (i32.const 1)) (local.get $host)))))
  (func $below (export "below") (param $depth i32)
    (if (local.get $depth)
      (then (call $below (i32.sub (local.get $depth) (i32.const 1))))
      (else (call $step)))))`);

export class Bystander {
  private readonly scribbler: Func;
  private readonly caller: Func;
  private step: () => void = () => undefined;

  constructor(engine: Engine, store: Store) {
    const step = Func.wrap(store, functionType([], []), () => this.step());
    const linker = new Linker(engine).define('host', 'step', step);
    const instance = linker.instantiate(store, engine.compile(MODULE));
    this.scribbler = instance.getFunction('scribble')!;
    this.caller = instance.getFunction('below')!;
  }

  /** Writes over the registers of so many frames. */
  scribble(depth: number): void {
    this.scribbler.call(depth, this);
  }

  /** Runs `step` in an embedder function that is called below so many frames. */
  below(depth: number, step: () => void): void {
    this.step = step;
    this.caller.call(depth);
  }
}
