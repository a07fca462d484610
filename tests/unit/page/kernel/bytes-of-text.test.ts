import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textOf } from '../../../../scripts/lib/text-of-bytes.mjs'
import { bytesOf } from '../../../../ts/page/kernel/bytes-of-text.ts'
import text from '../../../../ts/page/kernel/pkg/bytes.js'

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

it('the kernel is read as it was written', () => {
  const pkg = new URL('../../../../ts/page/kernel/pkg/kernel_bg.wasm', import.meta.url)
  expect(bytesOf(text)).toEqual(new Uint8Array(readFileSync(pkg)))
})

it.each([[new Uint8Array()], [everyByte], [everyByte.toReversed()]])(
  'bytes %# are read as they were written',
  bytes => {
    expect(bytesOf(textOf(bytes))).toEqual(bytes)
  },
)

it('any bytes are read as they were written', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), bytes => {
      expect(bytesOf(textOf(bytes))).toEqual(bytes)
    }),
  )
})

it('a text is what it seems between quotes of any kind, and in an inline script', () => {
  const written = textOf(everyByte)
  expect(written).toMatch(/^[ -~]*$/)
  expect(written).not.toMatch(/["'`\\$<]/)
})
