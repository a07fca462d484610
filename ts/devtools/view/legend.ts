import { BarState } from '../model/bars.ts'
import { el } from './dom.ts'
import { STATE_NAME } from './palette.ts'

const STATES = [
  BarState.open,
  BarState.ok,
  BarState.failed,
  BarState.canceled,
  BarState.abandoned,
  BarState.lost,
] as const

/** What the colors of the timeline mean. */
export function legend(): HTMLElement {
  const items = STATES.map(state => {
    const name = STATE_NAME[state]
    return el('li', { 'data-state': name }, el('span', { class: 'swatch' }), name)
  })
  return el('ul', { class: 'legend', 'aria-label': 'Colors' }, ...items)
}
