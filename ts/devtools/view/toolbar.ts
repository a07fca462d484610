import { el, icon, iconButton, setAttribute, setText } from './dom.ts'
import { span } from './format.ts'
import type { Tabs } from './tabs.ts'
import type { Viewport } from './viewport.ts'

/** What the tools do. */
export type Tools = {
  filter(text: string): void
  togglePause(): void
  zoom(factor: number): void
}

/** The line above the view: what it shows, which calls, and of which stretch of time. */
export class Toolbar {
  readonly element: HTMLElement
  readonly #pause: HTMLButtonElement
  readonly #span = el('output', { 'aria-label': 'Time shown' })
  #wasPaused: boolean | undefined

  constructor(tabs: Tabs, tools: Tools) {
    const filter = el('input', {
      type: 'search',
      'aria-label': 'Filter calls by text, or by key:, method:, trace:, task: or id:',
      placeholder: 'Filter: text, key:…, method:…, trace:…',
      autocomplete: 'off',
      spellcheck: 'false',
    })
    filter.addEventListener('input', () => tools.filter(filter.value))
    this.#pause = el('button', { type: 'button', class: 'live', onclick: () => tools.togglePause() })
    this.element = el(
      'div',
      { class: 'toolbar' },
      tabs.element,
      el('label', { class: 'filter' }, icon('search'), filter),
      el('span', { class: 'spacer' }),
      el(
        'div',
        { class: 'group', role: 'group', 'aria-label': 'Zoom' },
        iconButton('minus', 'Show more time', () => tools.zoom(2)),
        this.#span,
        iconButton('plus', 'Show less time', () => tools.zoom(0.5)),
      ),
      this.#pause,
    )
  }

  update({ isPaused, span: shown }: Viewport): void {
    setText(this.#span, span(shown))
    if (isPaused === this.#wasPaused) return
    this.#wasPaused = isPaused
    setAttribute(this.#pause, 'aria-pressed', String(isPaused))
    setText(this.#pause, isPaused ? 'Paused' : 'Pause')
  }
}
