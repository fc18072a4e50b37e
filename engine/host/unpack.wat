;; Unpacks a module of the engine's own: a block of the LZ4 format (github.com/lz4/lz4, doc/lz4_Block_format.md) in which a distance of 0
;; ends the last sequence, as text: five characters, digits of base 85, for each word. They are '#' to 'y' without '<' and '\'.
;; The host compiles these 340 bytes and runs them sooner than its JavaScript would unpack one module.
(module
  ;; The text from 0 on, and over it the block; what is unpacked goes into the second page.
  (memory (export "memory") 2)
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
      (local.set $word (i32.add (i32.mul (local.get $word) (i32.const 85))
        (i32.sub (i32.sub (local.tee $token (i32.load8_u (local.get $from))) (i32.const 35))
          (i32.add (i32.gt_u (local.get $token) (i32.const 60)) (i32.gt_u (local.get $token) (i32.const 92))))))
      (if (i32.eq (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 5))
        (then
          (i32.store (local.get $to) (local.get $word))
          (local.set $to (i32.add (local.get $to) (i32.const 4)))
          (local.set $word (i32.const 0))
          (local.set $count (i32.const 0))))
      (br_if $again (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $characters))))
    (loop $sequence
      (local.set $count (call $length (i32.shr_u (local.tee $token (call $next)) (i32.const 4))))
      (local.set $out (call $copy (local.get $out) (global.get $at) (local.get $count)))
      (global.set $at (i32.add (global.get $at) (local.get $count)))
      (if (local.tee $word (i32.or (call $next) (i32.shl (call $next) (i32.const 8))))
        (then
          (local.set $out (call $copy (local.get $out) (i32.sub (local.get $out) (local.get $word))
            (i32.add (call $length (i32.and (local.get $token) (i32.const 15))) (i32.const 4))))
          (br $sequence))))))
