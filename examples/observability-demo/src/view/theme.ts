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
] as const

export type Colour = (typeof NAMES)[number]

const colours = new Map<Colour, string>()
const watchers = new Set<() => void>()

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours.clear()
  for (const watcher of watchers) watcher()
})

export function colour(name: Colour): string {
  if (colours.size === 0) {
    const style = getComputedStyle(document.documentElement)
    for (const each of NAMES) colours.set(each, style.getPropertyValue(`--${each}`).trim())
  }
  return colours.get(name) ?? ''
}

/** Red, green and blue, 0 to 255. The style sheet has its colors as `#rrggbb`. */
export function channels(name: Colour): [red: number, green: number, blue: number] {
  const value = Number.parseInt(colour(name).slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Calls back whenever the colors have changed, until the returned function is called. */
export function watchColours(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
