;; Copies the file named by its last argument, in the first preopened folder, to standard output. Exits with WASI's errno.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)

  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $proc_exit (local.get $errno)))))

  (func (export "_start")
    (local $path i32) (local $end i32)
    (call $check (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (call $check (call $args_get (i32.const 1024) (i32.const 4096)))
    (local.set $path
      (i32.load (i32.add (i32.const 1020) (i32.mul (i32.load (i32.const 0)) (i32.const 4)))))
    (local.set $end (local.get $path))
    (block $found (loop $next
      (br_if $found (i32.eqz (i32.load8_u (local.get $end))))
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (br $next)))
    (call $check
      (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (i32.sub (local.get $end) (local.get $path))
        (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))
    (i32.store (i32.const 16) (i32.const 65536))
    (block $done (loop $copy
      (i32.store (i32.const 20) (i32.const 5))
      (call $check (call $fd_read (i32.load (i32.const 8)) (i32.const 16) (i32.const 1) (i32.const 24)))
      (br_if $done (i32.eqz (i32.load (i32.const 24))))
      (i32.store (i32.const 20) (i32.load (i32.const 24)))
      (call $check (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 28)))
      (br $copy)))
    (call $check (call $fd_close (i32.load (i32.const 8))))))
