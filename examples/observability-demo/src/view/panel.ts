/** The current state of a task: its queue, the timeline of its workers, the chart of its calls, and figures. */
import type { RuntimeTaskSnapshot } from '@varunkanwar/atelier'
import { cloneOf, find, setText } from '../../../image-pipeline/src/view/dom.ts'
import type { TaskRecord } from '../recorder.ts'
import { Chart } from './chart.ts'
import { whole } from './format.ts'
import { Places, type QueueState } from './places.ts'
import { Strip } from './strip.ts'
import { Timeline } from './timeline.ts'

export type Figures = Record<string, string>

export type Face = {
  taskId: string
  title: string
  /** A sentence about what is special about this task. */
  meaning: string
  /** Shows how each call of the last load ended. */
  strip?: boolean
  figures: (record: TaskRecord, state: RuntimeTaskSnapshot) => Figures
  /** The status of the task in a few words. */
  standing?: (record: TaskRecord, state: RuntimeTaskSnapshot) => string
}

const STATES: readonly QueueState[] = ['waiting', 'pending', 'in-flight']

/** How often numbers are updated: if they changed with every frame, nobody could read them. */
const TEXT_MS = 150

export class Panel {
  readonly element: HTMLElement
  readonly strip: Strip | undefined
  readonly #face: Face
  readonly #rows: { state: QueueState; number: HTMLElement; places: Places }[]
  readonly #timeline: Timeline
  readonly #chart: Chart
  readonly #figures = new Map<string, HTMLElement>()
  readonly #list: HTMLElement
  #nextText = 0

  /** Adds itself to the board, because what it draws depends on the space there. */
  constructor(face: Face, board: HTMLElement) {
    const copy = cloneOf('#panel')
    this.element = find('.panel', HTMLElement, copy)
    this.element.dataset.task = face.taskId
    board.append(copy)
    this.#face = face
    this.#list = find('.figures', HTMLElement, this.element)
    setText(find('h3', HTMLElement, this.element), face.title)
    setText(find('.meaning', HTMLElement, this.element), face.meaning)
    this.#rows = STATES.map(state => {
      const row = find(`[data-state="${state}"]`, HTMLElement, this.element)
      return {
        state,
        number: find('.number', HTMLElement, row),
        places: new Places(find('canvas', HTMLCanvasElement, row), state),
      }
    })
    this.#timeline = new Timeline(find('.timeline canvas', HTMLCanvasElement, this.element))
    this.#chart = new Chart(find('.chart', HTMLElement, this.element))
    const strip = find('.strip', HTMLElement, this.element)
    strip.hidden = !face.strip
    this.strip = face.strip ? new Strip(find('canvas', HTMLCanvasElement, strip)) : undefined
  }

  show(record: TaskRecord, state: RuntimeTaskSnapshot, now: number): void {
    for (const { state: which, places } of this.#rows)
      places.show(countOf(state, which), roomOf(state, which))
    this.#timeline.show(record, state, now)
    this.#chart.show(state, now)
    this.strip?.show()
    if (now < this.#nextText) return
    this.#nextText = now + TEXT_MS
    this.#write(record, state)
  }

  /** Called when the colors have changed. */
  redraw(): void {
    for (const { places } of this.#rows) places.redraw()
    this.#timeline.redraw()
    this.#chart.redraw()
    this.strip?.redraw()
  }

  close(): void {
    for (const { places } of this.#rows) places.close()
    this.#timeline.close()
    this.#chart.close()
    this.element.remove()
  }

  #write(record: TaskRecord, state: RuntimeTaskSnapshot): void {
    for (const { state: which, number } of this.#rows) {
      const room = roomOf(state, which)
      const count = whole(countOf(state, which))
      setText(number, Number.isFinite(room) ? `${count} of ${whole(room)}` : count)
    }
    for (const [name, value] of Object.entries(this.#face.figures(record, state))) {
      setText(this.#figures.get(name) ?? this.#addFigure(name), value)
    }
    const standing = this.#face.standing?.(record, state) ?? ''
    setText(find('.standing', HTMLElement, this.element), standing)
    this.#explain('timeline', this.#timeline.kinds)
    if (!this.strip) return
    setText(find('.strip p', HTMLElement, this.element), this.strip.describe())
    this.#explain('strip', this.strip.cells)
  }

  /** Shows of a legend what there is to explain. */
  #explain(picture: 'timeline' | 'strip', kinds: ReadonlySet<string>): void {
    const legend = find(`.legend[data-of="${picture}"]`, HTMLElement, this.element)
    for (const item of legend.children) {
      if (item instanceof HTMLElement) item.hidden = !kinds.has(item.dataset.kind ?? '')
    }
  }

  #addFigure(name: string): HTMLElement {
    const figure = document.createElement('div')
    const title = document.createElement('dt')
    const value = document.createElement('dd')
    title.textContent = name
    figure.append(title, value)
    this.#list.append(figure)
    this.#figures.set(name, value)
    return value
  }
}

function countOf(state: RuntimeTaskSnapshot, which: QueueState): number {
  if (which === 'in-flight') return state.queueDepth
  return which === 'pending' ? state.pendingQueueDepth : state.waitingQueueDepth
}

/** There is no limit for waiting calls. */
function roomOf(state: RuntimeTaskSnapshot, which: QueueState): number {
  if (which === 'in-flight') return state.maxInFlight
  return which === 'pending' ? state.maxQueueDepth : Number.POSITIVE_INFINITY
}
