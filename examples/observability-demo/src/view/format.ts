const numbers = new Intl.NumberFormat('en')

export function whole(count: number): string {
  return numbers.format(Math.round(count))
}

/** `350 ms`, `1.2 s`; a dash if there is no value. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–'
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
