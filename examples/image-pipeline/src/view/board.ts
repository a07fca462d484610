/** The current queues: one box per task, and the four states with their totals. */
import type { RuntimeSnapshot, RuntimeTaskSnapshot } from '@varunkanwar/atelier'
import { cloneOf, find, setText } from './dom.ts'
import { plural } from './format.ts'

type State = 'waiting' | 'pending' | 'in-flight'

const STATES: readonly State[] = ['waiting', 'pending', 'in-flight']

export class Board {
  readonly #stations = new Map<string, Station>()
  readonly #totals = new Map<string, HTMLElement>()

  constructor() {
    for (const element of document.querySelectorAll<HTMLElement>('.station')) {
      this.#stations.set(element.dataset.task ?? '', new Station(element))
    }
    for (const entry of document.querySelectorAll<HTMLElement>('#states > div')) {
      const total = document.createElement('output')
      find('dt', HTMLElement, entry).append(' ', total)
      this.#totals.set(entry.dataset.state ?? '', total)
    }
  }

  show({ tasks }: RuntimeSnapshot, notStarted: number): void {
    const shown = tasks.filter(({ taskId }) => this.#stations.has(taskId))
    for (const task of shown) this.#stations.get(task.taskId)?.show(task)
    this.#total('not-started', notStarted)
    for (const state of STATES) {
      let count = 0
      for (const task of shown) count += countOf(task, state)
      this.#total(state, count)
    }
  }

  #total(state: string, count: number): void {
    const total = this.#totals.get(state)
    if (total) setText(total, String(count))
  }
}

class Station {
  readonly #kind: HTMLElement
  readonly #dots: HTMLElement
  readonly #count: HTMLElement
  readonly #rows: { state: State; bar: HTMLElement; number: HTMLElement }[]

  constructor(element: HTMLElement) {
    element.append(cloneOf('#station-body'))
    this.#kind = find('.kind', HTMLElement, element)
    this.#dots = find('.dots', HTMLElement, element)
    this.#count = find('.count', HTMLElement, element)
    this.#rows = STATES.map(state => {
      const row = find(`[data-state="${state}"]`, HTMLElement, element)
      return { state, bar: find('i', HTMLElement, row), number: find('output', HTMLElement, row) }
    })
  }

  show(task: RuntimeTaskSnapshot): void {
    setText(this.#kind, task.type === 'parallel' ? 'parallel task' : 'singleton task')
    setText(
      this.#count,
      task.activeWorkers === 0
        ? `${plural(task.totalWorkers, 'worker')} on demand`
        : `${task.activeWorkers} of ${plural(task.totalWorkers, 'worker')} up`,
    )
    this.#showWorkers(task)
    for (const { state, bar, number } of this.#rows) {
      const count = countOf(task, state)
      const room = roomOf(task, state)
      bar.style.setProperty('--part', String(Math.min(1, count / Math.max(1, room ?? task.maxQueueDepth))))
      setText(number, room === undefined ? String(count) : `${count} / ${room}`)
    }
  }

  #showWorkers(task: RuntimeTaskSnapshot): void {
    while (this.#dots.childElementCount > task.totalWorkers) this.#dots.lastElementChild?.remove()
    while (this.#dots.childElementCount < task.totalWorkers) this.#dots.append(document.createElement('b'))
    for (const [index, dot] of [...this.#dots.children].entries()) {
      const busy = (task.queueDepthByWorker[index] ?? 0) > 0
      dot.className = busy ? 'busy' : index < task.activeWorkers ? 'up' : ''
    }
  }
}

function countOf(task: RuntimeTaskSnapshot, state: State): number {
  if (state === 'in-flight') return task.queueDepth
  return state === 'pending' ? task.pendingQueueDepth : task.waitingQueueDepth
}

/** There is no limit for waiting calls. */
function roomOf(task: RuntimeTaskSnapshot, state: State): number | undefined {
  if (state === 'in-flight') return task.maxInFlight
  return state === 'pending' ? task.maxQueueDepth : undefined
}
