// Plugins for trying the server: one that does its work, and those that would rather have the machine for themselves.
import { encodeTextModule } from '@wasm-dyno/corpora';

const module = (text: string) => encodeTextModule(Buffer.from(`(module ${text})`));
const handler = (body: string) => `(memory (export "memory") 1)
  (func (export "handle") (param $length i32) (result i32) (local $i i32) ${body})`;

/** Answers with each byte plus one. */
export const goodPlugin = () =>
  module(
    handler(`(block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $length)))
      (i32.store8 (local.get $i) (i32.add (i32.load8_u (local.get $i)) (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (local.get $length)`),
  );

/** By name; with the reason that each request of theirs is refused for. */
export const HOSTILE_PLUGINS = {
  endless: { reason: 'out-of-fuel', make: () => module(handler('(loop $l (br $l)) (unreachable)')) },
  recursive: {
    reason: 'trap',
    make: () =>
      module(`(memory (export "memory") 1)
        (func $f (export "handle") (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1)))`),
  },
  greedy: {
    reason: 'out-of-fuel',
    make: () => module(handler('(loop $l (drop (memory.grow (i32.const 1))) (br $l)) (unreachable)')),
  },
  wide: {
    reason: 'out-of-fuel',
    make: () =>
      module(
        `(table 0 externref) ${handler(`(loop $l
        (drop (table.grow (ref.null extern) (i32.const 1000))) (br $l)) (unreachable)`)}`,
      ),
  },
  outside: { reason: 'trap', make: () => module(handler('(i32.load (i32.const 0x7fffffff))')) },
  lying: { reason: 'bad-plugin', make: () => module(handler('(i32.const -5)')) },
  huge: {
    reason: 'bad-plugin',
    make: () =>
      module(
        '(memory (export "memory") 400) (func (export "handle") (param i32) (result i32) (i32.const 0))',
      ),
  },
  starting: {
    reason: 'out-of-fuel',
    make: () => module(`${handler('(i32.const 0)')} (func $start (loop $l (br $l))) (start $start)`),
  },
} as const;
