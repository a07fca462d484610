import type { Crash } from '../model/runtime-model.ts'
import { el } from './dom.ts'
import type { Source } from './source.ts'

/** Workers that crashed, the newest first, with their causes. */
export class CrashList {
  readonly element = el('div')
  readonly #clock: (moment: number) => string
  #shown: readonly Crash[] = []

  /** @param clock - names a moment. */
  constructor(clock: (moment: number) => string) {
    this.#clock = clock
  }

  update(sources: readonly Source[], until: number): void {
    const crashes = sources
      .flatMap(({ model }) => model.crashes)
      .filter(({ at }) => at <= until)
      .sort((one, other) => other.at - one.at)
    const isSame =
      crashes.length === this.#shown.length && crashes.every((each, at) => each === this.#shown[at])
    if (isSame && this.element.hasChildNodes()) return
    this.#shown = crashes
    const empty = el('p', { class: 'empty' }, 'No worker has crashed.')
    this.element.replaceChildren(...(crashes.length > 0 ? crashes.map(crash => this.#item(crash)) : [empty]))
  }

  #item({ at, task, slot, message, stack }: Crash): HTMLElement {
    return el(
      'details',
      { class: 'crash' },
      el(
        'summary',
        {},
        el('b', {}, message.slice(0, 500)),
        el('span', {}, `${task.title} · worker ${slot}`),
        el('span', {}, this.#clock(at)),
      ),
      el('pre', {}, stack.slice(0, 8_000) || 'There is no stack.'),
    )
  }
}
