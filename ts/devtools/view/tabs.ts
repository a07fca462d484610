import { el, setAttribute } from './dom.ts'

export const TABS = ['tasks', 'lanes', 'calls', 'crashes'] as const
export type Tab = (typeof TABS)[number]

const NAMES: Record<Tab, string> = { tasks: 'Tasks', lanes: 'Lanes', calls: 'Calls', crashes: 'Crashes' }

/** What the view shows. `tasks` is for narrow panels, where the list of tasks has no room beside it. */
export class Tabs {
  readonly element: HTMLElement
  readonly #buttons: readonly HTMLButtonElement[]
  readonly #chosen: (tab: Tab) => void

  constructor(view: HTMLElement, chosen: (tab: Tab) => void) {
    this.#chosen = chosen
    this.#buttons = TABS.map(tab =>
      el(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${tab}`,
          'aria-controls': view.id,
          class: tab === 'tasks' ? 'narrow' : undefined,
          onclick: () => chosen(tab),
        },
        NAMES[tab],
      ),
    )
    this.element = el(
      'div',
      {
        class: 'tabs',
        role: 'tablist',
        'aria-label': 'View',
        onkeydown: (event: KeyboardEvent) => this.#onKey(event),
      },
      ...this.#buttons,
    )
  }

  /** @param crashes - how many workers have crashed. */
  show(tab: Tab, crashes: number): void {
    for (const [at, name] of TABS.entries()) {
      const button = this.#buttons[at] as HTMLButtonElement
      setAttribute(button, 'aria-selected', String(name === tab))
      button.tabIndex = name === tab ? 0 : -1
      const text = name === 'crashes' && crashes > 0 ? `${NAMES[name]} ${crashes}` : NAMES[name]
      if (button.textContent !== text) button.textContent = text
    }
  }

  #onKey({ key }: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
    if (step === undefined) return
    const seen = this.#buttons.filter(({ offsetParent }) => offsetParent !== null)
    const at = seen.findIndex(button => button.getAttribute('aria-selected') === 'true')
    const next = seen[(at + step + seen.length) % seen.length]
    if (!next) return
    next.focus()
    this.#chosen(TABS[this.#buttons.indexOf(next)] as Tab)
  }
}
