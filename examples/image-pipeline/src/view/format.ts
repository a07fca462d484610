const whole = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** `1 image`, `2,000 images`. */
export function plural(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** In the units that file managers use: 1 KB is 1000 bytes. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`
  if (count < 1_000_000) return `${whole.format(Math.round(count / 1000))} KB`
  return `${short.format(count / 1_000_000)} MB`
}

export function rate(perSecond: number): string {
  return perSecond.toFixed(1)
}

export function hex({ red, green, blue }: { red: number; green: number; blue: number }): string {
  return `#${[red, green, blue].map(channel => channel.toString(16).padStart(2, '0')).join('')}`
}

/** `part` is 0…1. Rounded down, so that 100 % is the end. */
export function percent(part: number): string {
  return `${Math.floor(part * 100)} %`
}
