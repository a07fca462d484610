;; Decodes, in place, the text in which scripts/build/kernel.mjs wraps the kernel's module: 91 digits, of which the last two begin a
;; pair. ts/page/kernel/load.ts runs it, because a page runs its JavaScript in an interpreter at first, which takes longer for
;; this than for all else that the first runtime does.
(module
  (memory (export "memory") 2)

  ;; The digits are the characters from # to ~ but for the backslash.
  (func $digit (param $at i32) (result i32)
    (local $code i32)
    (i32.sub
      (local.tee $code (i32.load8_u (local.get $at)))
      (select (i32.const 35) (i32.const 36) (i32.lt_u (local.get $code) (i32.const 92)))))

  ;; Takes the length of the text at address 0; answers the length of the bytes that take its place.
  (func (export "decode") (param $length i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local $value i32)
    (loop $next
      (local.set $value (call $digit (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (if (i32.ge_u (local.get $value) (i32.const 89))
        (then
          (local.set $value
            (i32.add
              (i32.add
                (i32.const 89)
                (i32.mul (i32.sub (local.get $value) (i32.const 89)) (i32.const 91)))
              (call $digit (local.get $from))))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))))
      (i32.store8 (local.get $to) (local.get $value))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $length))))
    (local.get $to)))
