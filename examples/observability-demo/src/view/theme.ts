/** The page's colors for canvases. They follow the color scheme of the system. */

const NAMES = [
  'ink',
  'muted',
  'line',
  'field',
  'accent',
  'accent-soft',
  'red',
  'red-soft',
  'ochre',
  'check',
  'blue',
  'blue-soft',
  'waiting',
] as const

export type Color = (typeof NAMES)[number]

const colors = new Map<Color, string>()
const watchers = new Set<() => void>()

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colors.clear()
  for (const watcher of watchers) watcher()
})

export function color(name: Color): string {
  if (colors.size === 0) {
    const style = getComputedStyle(document.documentElement)
    for (const each of NAMES) colors.set(each, style.getPropertyValue(`--${each}`).trim())
  }
  return colors.get(name) ?? ''
}

/** Red, green and blue, 0 to 255. The style sheet has its colors as `#rrggbb`. */
export function channels(name: Color): [red: number, green: number, blue: number] {
  const value = Number.parseInt(color(name).slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Calls back whenever the colors have changed, until the returned function is called. */
export function watchColors(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
