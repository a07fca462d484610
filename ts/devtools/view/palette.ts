import { BarState } from '../model/bars.ts'

/** The colors that a canvas needs, as the style sheet has them at this moment. */
export type Palette = {
  readonly background: string
  readonly raised: string
  readonly line: string
  readonly text: string
  readonly muted: string
  readonly accent: string
  readonly pending: string
  readonly waiting: string
  readonly error: string
  /** By the state of an attempt. */
  readonly bars: readonly string[]
}

/** The colors of the states, by name, for the canvas and for what explains it. */
const STATE_COLOR: Record<BarState, string> = {
  [BarState.open]: 'accent',
  [BarState.ok]: 'ok',
  [BarState.failed]: 'error',
  [BarState.canceled]: 'canceled',
  [BarState.dropped]: 'canceled',
  [BarState.lost]: 'lost',
  [BarState.abandoned]: 'abandoned',
  [BarState.unseen]: 'faint',
}

/** What people read. */
export const STATE_NAME: Record<BarState, string> = {
  [BarState.open]: 'in flight',
  [BarState.ok]: 'succeeded',
  [BarState.failed]: 'failed',
  [BarState.canceled]: 'canceled',
  [BarState.dropped]: 'rejected',
  [BarState.lost]: 'lost',
  [BarState.abandoned]: 'canceled, still running',
  [BarState.unseen]: 'not seen to its end',
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    background: color('background'),
    raised: color('raised'),
    line: color('line'),
    text: color('text'),
    muted: color('muted'),
    accent: color('accent'),
    pending: color('pending'),
    waiting: color('waiting'),
    error: color('error'),
    bars: Object.values(BarState).map(state => color(STATE_COLOR[state])),
  }
}
