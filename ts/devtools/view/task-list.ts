import type { TaskModel } from '../model/task-model.ts'
import { el, setAttribute, setText } from './dom.ts'
import { count, limit, ms, rate } from './format.ts'
import type { Source } from './source.ts'

/** One task in the list, and what of it changes. */
type Item = {
  readonly element: HTMLElement
  readonly button: HTMLElement
  readonly dot: HTMLElement
  readonly state: HTMLElement
  readonly meter: readonly HTMLElement[]
  readonly queue: HTMLElement
  readonly pace: HTMLElement
}

/** All tasks with their queues, by runtime. */
export class TaskList {
  readonly element = el('nav', { class: 'tasks', 'aria-label': 'Tasks', tabindex: -1 })
  readonly #choose: (source: Source, task: TaskModel) => void
  readonly #items = new Map<TaskModel, Item>()
  #shown: readonly (Source | TaskModel)[] | undefined

  constructor(choose: (source: Source, task: TaskModel) => void) {
    this.#choose = choose
  }

  /** Shows the tasks as they are now. */
  update(sources: readonly Source[], chosen: TaskModel | undefined, now: number): void {
    const all = sources.flatMap(source => [source, ...source.model.tasks.values()])
    if (all.length !== this.#shown?.length || all.some((each, at) => each !== this.#shown?.[at])) {
      this.#shown = all
      this.#build(sources)
    }
    for (const source of sources) {
      for (const task of source.model.tasks.values()) {
        const item = this.#items.get(task)
        if (item) show(item, source, task, now)
        if (item) setAttribute(item.button, 'aria-current', task === chosen ? 'true' : undefined)
      }
    }
  }

  #build(sources: readonly Source[]): void {
    const before = new Map(this.#items)
    this.#items.clear()
    const parts: Node[] = []
    for (const source of sources) {
      if (sources.length > 1) parts.push(el('h2', {}, source.name))
      const list = el('ul', { class: 'plain', 'aria-label': `Tasks of ${source.name}` })
      for (const task of source.model.tasks.values()) {
        const item = before.get(task) ?? this.#make(source, task)
        this.#items.set(task, item)
        list.append(item.element)
      }
      parts.push(list.childElementCount > 0 ? list : el('p', { class: 'empty' }, 'No task is defined.'))
    }
    if (sources.length === 0) parts.push(el('p', { class: 'empty' }, 'No runtime is attached.'))
    this.element.replaceChildren(...parts)
  }

  #make(source: Source, task: TaskModel): Item {
    const dot = el('span', { class: 'dot' })
    const state = el('span', { class: 'state' })
    const meter = [el('i'), el('i'), el('i')]
    const queue = el('span')
    const pace = el('span')
    const button = el(
      'button',
      { type: 'button', class: 'task', onclick: () => this.#choose(source, task) },
      dot,
      el('span', { class: 'name' }, task.title),
      state,
      el('span', { class: 'meter' }, ...meter),
      el('span', { class: 'line' }, queue),
      el('span', { class: 'line' }, pace),
    )
    return { element: el('li', {}, button), button, dot, state, meter, queue, pace }
  }
}

function show(item: Item, source: Source, task: TaskModel, now: number): void {
  const status = statusOf(source, task)
  setAttribute(item.dot, 'data-status', status)
  const workers = `${task.workers} ${task.workers === 1 ? 'worker' : 'workers'}`
  setText(item.state, status === 'active' || status === 'idle' ? workers : status)
  const { inFlight, resting, pending, waiting } = task
  const room = finite(task.facts.maxInFlight) + finite(task.facts.maxQueueDepth)
  const whole = Math.max(room, task.open, 1)
  for (const [at, part] of [inFlight + resting, pending, waiting].entries()) {
    const width = `${((100 * part) / whole).toFixed(1)}%`
    const segment = item.meter[at] as HTMLElement
    if (segment.style.width !== width) segment.style.width = width
  }
  const most = task.facts.maxInFlight === undefined ? '' : `/${limit(task.facts.maxInFlight)}`
  const parts = [`${count(inFlight)}${most} in flight`]
  if (resting > 0) parts.push(`${count(resting)} resting`)
  if (pending > 0) parts.push(`${count(pending)} pending`)
  if (waiting > 0) parts.push(`${count(waiting)} waiting`)
  setText(item.queue, parts.join(' · '))
  const total = task.total.percentiles()
  const pace = rate(task.rate.perSecond(now))
  setText(item.pace, total ? `${pace} · p50 ${ms(total.p50)} · p95 ${ms(total.p95)}` : 'no call seen yet')
}

/** A limit that does not exist takes no room. */
function finite(most: number | undefined): number {
  return most === undefined || most === Number.POSITIVE_INFINITY ? 0 : most
}

/** What a task does, in one word. */
export function statusOf(source: Source, task: TaskModel): string {
  if (task.isDisposed) return 'disposed'
  const state = source.live?.stateOf(task)
  if (state?.workerStatus === 'crashed') return 'crashed'
  return state?.taskStatus ?? (task.open > 0 ? 'active' : 'idle')
}
