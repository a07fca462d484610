/** FNV-1a. */
export function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5) >>> 0
}

export function inThousandths(number: number): number {
  return Math.floor(number * 1000 + 0.5)
}

/** Whether a number is whole and small enough for {@link unsigned}, and then to be tripled, without loss. */
export function isShort(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) < 2 ** 49
}

/** A whole number as one from 0 on; small ones stay small. */
export function unsigned(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number
}

/** Takes back {@link unsigned}. */
export function signed(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2
}
