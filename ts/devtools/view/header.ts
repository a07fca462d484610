import type { RuntimeModel } from '../model/runtime-model.ts'
import { el, setText } from './dom.ts'
import { count, rate } from './format.ts'

const TOTALS = ['in flight', 'queued', 'per second', 'failed', 'crashed'] as const
type Total = (typeof TOTALS)[number]

/** The first line: whose panel it is, and the sums over all tasks. */
export class Header {
  readonly element: HTMLElement
  readonly #numbers = new Map<Total, { item: HTMLElement; number: HTMLElement }>()

  /** @param tools - what follows at the right. */
  constructor(...tools: Node[]) {
    const items = TOTALS.map(name => {
      const number = el('b', {}, '0')
      const item = el('li', {}, number, name === 'per second' ? '' : ` ${name}`)
      this.#numbers.set(name, { item, number })
      return item
    })
    this.element = el(
      'header',
      {},
      el('p', { class: 'brand' }, 'Atelier'),
      el('ul', { class: 'totals', 'aria-label': 'All tasks' }, ...items),
      el('span', { class: 'spacer' }),
      ...tools,
    )
  }

  update(models: readonly RuntimeModel[], now: number): void {
    const tasks = models.flatMap(model => [...model.tasks.values()])
    const sum = (of: (task: (typeof tasks)[number]) => number) =>
      tasks.reduce((total, task) => total + of(task), 0)
    const values: Record<Total, string> = {
      'in flight': count(sum(task => task.inFlight)),
      queued: count(sum(task => task.pending + task.waiting)),
      'per second': rate(sum(task => task.rate.perSecond(now))),
      failed: count(sum(task => task.counts.failed)),
      crashed: count(sum(task => task.counts['workers crashed'])),
    }
    for (const name of TOTALS) {
      const shown = this.#numbers.get(name)
      if (!shown) continue
      setText(shown.number, values[name])
      const isBad = (name === 'failed' || name === 'crashed') && values[name] !== '0'
      if (shown.item.classList.contains('bad') !== isBad) shown.item.classList.toggle('bad', isBad)
    }
  }
}
