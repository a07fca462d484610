import { type Attempt, newest } from './attempt.ts'
import { el, setAttribute, setText } from './dom.ts'
import { ms } from './format.ts'
import { STATE_NAME } from './palette.ts'
import type { Source } from './source.ts'

/** How many calls are listed while they come in, and while the panel is paused. */
const LIVE = 60
const PAUSED = 300

const COLUMNS = [
  ['State', ''],
  ['Call', ''],
  ['Task', 'wide'],
  ['Key', 'wide'],
  ['Trace', 'wide'],
  ['Worker', 'wide number'],
  ['Queued', 'number'],
  ['Ran', 'number'],
  ['On worker', 'wide number'],
] as const

type Line = { readonly element: HTMLElement; readonly cells: readonly Element[]; attempt: Attempt }

/** The last calls as a table: what the timeline shows, for those who do not see it, and to the digit. */
export class CallTable {
  readonly element: HTMLElement
  readonly #body = el('tbody')
  readonly #empty = el('p', { class: 'empty' }, 'No call to show.')
  readonly #lines: Line[] = []
  readonly #choose: (attempt: Attempt) => void

  constructor(choose: (attempt: Attempt) => void) {
    this.#choose = choose
    const heads = COLUMNS.map(([name, kind]) => el('th', { scope: 'col', class: kind || undefined }, name))
    const caption = el('caption', {}, el('span', { class: 'said' }, 'Calls, the newest first'))
    const table = el(
      'table',
      { class: 'calls' },
      caption,
      el('thead', {}, el('tr', {}, ...heads)),
      this.#body,
    )
    this.element = el('div', {}, table, this.#empty)
  }

  /** Shows the calls that the filter lets through. */
  update(sources: readonly Source[], isPaused: boolean, until: number): void {
    const attempts = newest(sources, isPaused ? PAUSED : LIVE, until)
    this.#empty.hidden = attempts.length > 0
    for (const [at, attempt] of attempts.entries()) {
      const line = this.#lines[at] ?? this.#add(attempt)
      line.attempt = attempt
      fill(line, until)
    }
    for (const line of this.#lines.splice(attempts.length)) line.element.remove()
  }

  #add(attempt: Attempt): Line {
    const name = el('button', { type: 'button', onclick: () => this.#choose(line.attempt) })
    const state = el('span')
    const rest = COLUMNS.slice(2).map(([, kind]) => el('td', { class: kind }))
    const element = el(
      'tr',
      {},
      el('td', {}, el('span', { class: 'swatch' }), state),
      el('th', { scope: 'row' }, name),
      ...rest,
    )
    const line: Line = { element, cells: [state, name, ...rest], attempt }
    this.#lines.push(line)
    this.#body.append(element)
    return line
  }
}

function fill({ element, cells, attempt }: Line, until: number): void {
  const { task, bars, number, slot } = attempt
  const index = bars.at(number)
  const facts = bars.facts[index]
  const end = bars.end[index] as number
  const state = STATE_NAME[bars.stateAt(index, until)]
  const texts = [
    state,
    facts?.method || facts?.id || 'call',
    task.title,
    facts?.key ?? '',
    facts?.trace ?? '',
    slot === undefined ? '' : String(slot),
    ms(bars.wait[index]),
    ms(bars.run[index]),
    slot === undefined ? '' : ms(Math.min(end, until) - (bars.start[index] as number)),
  ]
  setAttribute(element, 'data-state', state)
  for (const [at, text] of texts.entries()) setText(cells[at] as Element, text.slice(0, 200))
}
