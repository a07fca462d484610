/** Printed characters of ASCII that a string or an inline script cannot hold as they are. The others stand for bytes. */
const LEFT_OUT = '"\'`\\$<'

/** The last two that stand for bytes precede a second one, which means another byte after each. */
const FIRST_PREFIX = 125
const PREFIXES = 2

/** How many digits say which bytes are written as one character: four bytes each, in hexadecimal, the lowest bit first. */
const DIGITS = 64

/**
 * The bytes that `scripts/lib/text-of-bytes.mjs` has written as a text. Those that are frequent are one character each, in their order; so
 * are the others in theirs, behind a prefix.
 */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const printed = Array.from({ length: 95 }, (_, index) => 32 + index)
  const characters = printed.filter(code => !LEFT_OUT.includes(String.fromCharCode(code)))
  const byteOf = new Uint8Array(128 * (1 + PREFIXES))
  let frequent = 0
  let others = 0
  for (let byte = 0; byte < 256; byte++) {
    if ((Number.parseInt(text.charAt(byte >> 2), 16) >> (byte & 3)) & 1) {
      byteOf[characters[frequent++] as number] = byte
    } else {
      const prefix = 1 + Math.floor(others / characters.length)
      byteOf[128 * prefix + (characters[others++ % characters.length] as number)] = byte
    }
  }
  // In place: no byte is longer than what it is written as.
  const bytes = new TextEncoder().encode(text)
  let length = 0
  for (let at = DIGITS; at < bytes.length; at++) {
    let code = bytes[at] as number
    if (code >= FIRST_PREFIX) code = 128 * (code - FIRST_PREFIX + 1) + (bytes[++at] as number)
    bytes[length++] = byteOf[code] as number
  }
  return bytes.slice(0, length)
}
