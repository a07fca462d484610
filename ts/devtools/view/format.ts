/** Numbers as a panel shows them: short, and of a steady width. */

export function ms(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (value >= 100_000) return `${(value / 60_000).toFixed(1)} min`
  if (value >= 10_000) return `${(value / 1_000).toFixed(1)} s`
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`
  if (value >= 100) return `${value.toFixed(0)} ms`
  if (value >= 10) return `${value.toFixed(1)} ms`
  return value === 0 ? '0 ms' : `${value.toFixed(2)} ms`
}

/** A stretch of time without needless digits. */
export function span(value: number): string {
  if (value >= 60_000) return `${trim(value / 60_000)} min`
  if (value >= 1_000) return `${trim(value / 1_000)} s`
  return `${trim(value)} ms`
}

function trim(value: number): string {
  return String(Number(value.toPrecision(2)))
}

export function count(value: number): string {
  if (value >= 10_000_000) return `${(value / 1_000_000).toFixed(0)}M`
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)}M`
  if (value >= 100_000) return `${(value / 1_000).toFixed(0)}k`
  if (value >= 10_000) return `${(value / 1_000).toFixed(1)}k`
  return String(value)
}

export function rate(value: number): string {
  if (value === 0) return '0/s'
  return value < 10 ? `${value.toFixed(1)}/s` : `${count(Math.round(value))}/s`
}

export function limit(value: number | undefined): string {
  if (value === undefined) return '?'
  return value === Number.POSITIVE_INFINITY ? '∞' : count(value)
}

/** The time of day: with milliseconds, or to the second where that is as exact as it is. */
export function clock(epochMs: number, toTheSecond = false): string {
  const date = new Date(Math.round(epochMs))
  const two = (part: number) => String(part).padStart(2, '0')
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return toTheSecond ? seconds : `${seconds}.${milliseconds}`
}
