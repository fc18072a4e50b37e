;; Unpacks a module of the engine's own: base64 of a block of the LZ4 format (github.com/lz4/lz4, doc/lz4_Block_format.md) in which a
;; distance of 0 ends the last sequence. The host compiles these 400 bytes and runs them sooner than its JavaScript would unpack one module.
(module
  ;; The text from 0 on, and over it the block; what is unpacked goes into the second page.
  (memory (export "memory") 2)
  (func $sextet (param $at i32) (result i32)
    (local $c i32)
    (local.set $c (i32.load8_u (local.get $at)))
    (if (result i32) (i32.ge_u (local.get $c) (i32.const 97)) (then (i32.sub (local.get $c) (i32.const 71)))
      (else (if (result i32) (i32.ge_u (local.get $c) (i32.const 65)) (then (i32.sub (local.get $c) (i32.const 65)))
        (else (if (result i32) (i32.ge_u (local.get $c) (i32.const 48)) (then (i32.add (local.get $c) (i32.const 4)))
          (else (select (i32.const 62) (i32.const 63) (i32.eq (local.get $c) (i32.const 43))))))))))
  (global $at (mut i32) (i32.const 0))
  (func $next (result i32)
    (global.set $at (i32.add (global.get $at) (i32.const 1)))
    (i32.load8_u (i32.sub (global.get $at) (i32.const 1))))
  (func $length (param $bits i32) (result i32)
    (local $more i32)
    (if (i32.eq (local.get $bits) (i32.const 15))
      (then (loop $again
        (local.set $bits (i32.add (local.get $bits) (local.tee $more (call $next))))
        (br_if $again (i32.eq (local.get $more) (i32.const 255))))))
    (local.get $bits))
  (func $copy (param $to i32) (param $from i32) (param $length i32) (result i32)
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $length)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $again)))
    (local.get $to))
  (func (export "unpack") (param $characters i32)
    (local $out i32) (local $from i32) (local $to i32) (local $word i32) (local $token i32) (local $count i32)
    (local.set $out (i32.const 65536))
    (loop $again
      (local.set $word (i32.or
        (i32.or (i32.shl (call $sextet (local.get $from)) (i32.const 18)) (i32.shl (call $sextet (i32.add (local.get $from) (i32.const 1))) (i32.const 12)))
        (i32.or (i32.shl (call $sextet (i32.add (local.get $from) (i32.const 2))) (i32.const 6)) (call $sextet (i32.add (local.get $from) (i32.const 3))))))
      (i32.store8 (local.get $to) (i32.shr_u (local.get $word) (i32.const 16)))
      (i32.store8 offset=1 (local.get $to) (i32.shr_u (local.get $word) (i32.const 8)))
      (i32.store8 offset=2 (local.get $to) (local.get $word))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (br_if $again (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 4))) (local.get $characters))))
    (loop $sequence
      (local.set $count (call $length (i32.shr_u (local.tee $token (call $next)) (i32.const 4))))
      (local.set $out (call $copy (local.get $out) (global.get $at) (local.get $count)))
      (global.set $at (i32.add (global.get $at) (local.get $count)))
      (if (local.tee $word (i32.or (call $next) (i32.shl (call $next) (i32.const 8))))
        (then
          (local.set $out (call $copy (local.get $out) (i32.sub (local.get $out) (local.get $word))
            (i32.add (call $length (i32.and (local.get $token) (i32.const 15))) (i32.const 4))))
          (br $sequence))))))
