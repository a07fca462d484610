import { el, iconButton, setText } from './dom.ts'

/** What is shown beside the view of a task or a call that was chosen. */
export type Details = {
  readonly element: HTMLElement
  update(now: number): void
}

/** The frame of details: a heading, and how they are closed. */
export function detailsFrame(title: string, close: () => void, ...parts: Node[]): HTMLElement {
  const heading = el('h2', { tabindex: -1 }, title.slice(0, 200))
  return el(
    'div',
    { class: 'details' },
    el('div', { class: 'title' }, heading, iconButton('close', 'Close details', close)),
    ...parts,
  )
}

/** A table of names and values. */
export class Facts {
  readonly element: HTMLTableElement
  readonly #body = el('tbody')
  readonly #cells = new Map<string, HTMLElement>()

  constructor(label: string) {
    this.element = el('table', { 'aria-label': label }, this.#body)
  }

  /** Shows these values; `undefined` leaves a row out. */
  update(values: Record<string, string | undefined>): void {
    for (const [name, value] of Object.entries(values)) {
      let cell = this.#cells.get(name)
      if (!cell) {
        if (value === undefined) continue
        cell = el('td')
        this.#cells.set(name, cell)
        this.#body.append(el('tr', {}, el('th', { scope: 'row' }, name), cell))
      }
      const row = cell.parentElement as HTMLElement
      row.hidden = value === undefined
      setText(cell, value ?? '')
    }
  }
}
