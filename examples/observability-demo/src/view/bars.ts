/** How far each call of a load is. */
import { cloneOf, find, setText } from '../../../image-pipeline/src/view/dom.ts'
import { percent } from '../../../image-pipeline/src/view/format.ts'

export class Bars {
  readonly #element: HTMLElement
  readonly #list: HTMLElement

  constructor(board: HTMLElement) {
    const copy = cloneOf('#bars')
    this.#element = find('.bars', HTMLElement, copy)
    this.#list = find('ul', HTMLUListElement, copy)
    board.append(copy)
  }

  /** Starts a new load. Returns for each call a function that shows a part, 0 to 1, or how the call has ended. */
  begin(calls: number): ((state: number | string) => void)[] {
    const rows = Array.from({ length: calls }, (_, call) => {
      const copy = cloneOf('#bar')
      const row = find('li', HTMLLIElement, copy)
      setText(find('h4', HTMLElement, row), `Call ${call + 1}`)
      find('.meter', HTMLElement, row).setAttribute('aria-label', `Progress of call ${call + 1}`)
      return row
    })
    this.#list.replaceChildren(...rows)
    return rows.map(row => {
      const meter = find('.meter', HTMLElement, row)
      const told = find('p', HTMLElement, row)
      let part = 0
      return state => {
        if (typeof state === 'number') part = state
        setText(told, typeof state === 'number' ? percent(part) : `${state}, ${percent(part)}`)
        meter.setAttribute('aria-valuenow', String(Math.floor(part * 100)))
        meter.style.setProperty('--part', String(part))
        row.dataset.state = typeof state === 'number' ? 'started' : state
      }
    })
  }

  close(): void {
    this.#element.remove()
  }
}
