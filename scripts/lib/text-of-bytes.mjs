/** Writes bytes as a text that compresses as they do. `ts/page/kernel/bytes-of-text.ts` reads it, and says how it is made. */

/** In a JavaScript string between double quotes, each of these stands for itself, also for a minifier that would choose other quotes. */
const characters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
  character => !'"\'`\\$<'.includes(character),
)
const prefixes = characters.slice(-2)
const singles = characters.slice(0, -2)

export function textOf(bytes) {
  const counts = new Uint32Array(256)
  for (const byte of bytes) counts[byte]++
  const byFrequency = [...counts.keys()].sort((a, b) => counts[b] - counts[a])
  const frequent = new Set(byFrequency.slice(0, singles.length))

  let digits = ''
  for (let byte = 0; byte < 256; byte += 4) {
    const bits = [0, 1, 2, 3].map(bit => (frequent.has(byte + bit) ? 1 << bit : 0))
    digits += bits.reduce((sum, bit) => sum + bit).toString(16)
  }

  const written = []
  let others = 0
  let next = 0
  for (let byte = 0; byte < 256; byte++) {
    if (frequent.has(byte)) written.push(singles[next++])
    else {
      const prefix = prefixes[Math.floor(others / characters.length)]
      written.push(prefix + characters[others++ % characters.length])
    }
  }
  return digits + Array.from(bytes, byte => written[byte]).join('')
}
