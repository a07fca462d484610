import { cloneOf, find, setText } from '../../../image-pipeline/src/view/dom.ts'
import { plural } from '../../../image-pipeline/src/view/format.ts'
import { cancellation, type Outcome } from '../scenarios/cancellation.ts'
import source from '../scenarios/cancellation.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import { Strip } from '../view/strip.ts'

const KEYS = ['inbox', 'drafts', 'photos', 'maps']

export const cancellationStop: Stop = {
  id: 'cancellation',
  title: 'Cancellation',
  lead: [
    'keyOf gives every call a key, here the view that made the call. When a view closes, one abort cancels all its calls, wherever they are: waiting, pending or on a worker. The others go on.',
    'The promises reject at once. A handler is notified through its signal; this one stops, and its worker takes the next call. The key refuses new calls until it is cleared.',
  ],
  source,
  file: 'cancellation.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      {
        poolSize: slider('Pool size', range(1, 8), 3, count => plural(count, 'worker')),
        maxQueueDepth: slider('Pending at most', [0, 4, 8, 16, 32, 64, 256, 1024], 16, count =>
          plural(count, 'call'),
        ),
      },
      () => restart(),
    )
    const load = controls.group('Load', {
      calls: slider('Calls of each key', [1, 5, 10, 20, 50, 100, 500, 1000, 2500], 20, count =>
        plural(count, 'call'),
      ),
      ms: slider('Each takes', [10, 20, 50, 100, 200, 500, 1000, 2000], 200, duration),
    })
    controls.button('Make the calls', () => burst(), 'primary')
    const isOpen = (row: KeyRow) => row.open > 0 && !row.canceled
    controls.button(
      'Cancel all',
      () => KEYS.forEach(cancel),
      'plain',
      () => [...rows.values()].some(isOpen),
    )

    const list = document.createElement('ul')
    list.className = 'keys'
    list.setAttribute('aria-label', 'Keys')
    board.append(list)
    const rows = new Map(KEYS.map(key => [key, new KeyRow(key, list, () => toggle(key))]))

    const start = () => {
      const scenario = cancellation(task)
      const scene = new Scene(
        scenario.runtime,
        board,
        [
          {
            taskId: 'jobs',
            title: 'jobs',
            meaning: 'A parallel task. Calls that were canceled on a worker are ochre.',
            figures: record => ({
              Done: whole(record.total('task.success.total')),
              Canceled: whole(record.total('task.canceled.total')),
              'Sent to workers': whole(record.total('task.dispatch.total')),
            }),
          },
        ],
        {
          draw: () => {
            for (const row of rows.values()) row.show()
          },
          redraw: () => {
            for (const row of rows.values()) row.redraw()
          },
        },
      )
      return { scenario, scene }
    }
    let running = start()

    const restart = () => {
      running.scene.close()
      running = start()
      for (const row of rows.values()) row.begin(1, false)
    }

    /** The keys take turns, like calls of several views. */
    const burst = () => {
      const { scenario } = running
      const marks = new Map(KEYS.map(key => [key, rows.get(key)?.begin(load.calls)]))
      for (let call = 0; call < load.calls; call++) {
        for (const key of KEYS) {
          marks.get(key)?.(call, 'open')
          scenario.call(key, load.ms, (key, outcome) => marks.get(key)?.(call, outcome))
        }
      }
    }

    const cancel = (key: string) => {
      const row = rows.get(key)
      if (!row || row.canceled) return
      const began = performance.now()
      const open = row.open
      running.scenario.cancel(key)
      row.canceled = true
      announce(`${key}: ${plural(open, 'call')} canceled in ${(performance.now() - began).toFixed(1)} ms`)
    }

    const toggle = (key: string) => {
      const row = rows.get(key)
      if (!row?.canceled) return cancel(key)
      running.scenario.allow(key)
      row.canceled = false
    }

    return () => {
      running.scene.close()
      list.remove()
    }
  },
}

/** The outcomes of the calls of one key, and the button that cancels them. */
class KeyRow {
  readonly #key: string
  readonly #strip: Strip
  readonly #figures: HTMLElement
  readonly #button: HTMLButtonElement
  #counts: Record<Outcome | 'open', number> = { open: 0, done: 0, canceled: 0, ended: 0 }
  #canceled = false

  constructor(key: string, list: HTMLElement, pressed: () => void) {
    const copy = cloneOf('#key')
    const element = find('li', HTMLLIElement, copy)
    element.dataset.key = key
    setText(find('h3', HTMLElement, element), key)
    this.#key = key
    this.#strip = new Strip(find('canvas', HTMLCanvasElement, element))
    this.#figures = find('p', HTMLElement, element)
    this.#button = find('button', HTMLButtonElement, element)
    this.#button.addEventListener('click', pressed)
    this.canceled = false
    list.append(copy)
  }

  get open(): number {
    return this.#counts.open
  }

  get canceled(): boolean {
    return this.#canceled
  }

  set canceled(canceled: boolean) {
    this.#canceled = canceled
    const label = canceled ? 'Allow' : 'Cancel'
    setText(this.#button, label)
    this.#button.setAttribute('aria-label', `${label} ${this.#key}`)
  }

  /** Starts a new load of calls. Returns a function that records an outcome of this load only. */
  begin(calls: number, canceled = this.#canceled): (call: number, outcome: Outcome | 'open') => void {
    const counts = { open: 0, done: 0, canceled: 0, ended: 0 }
    const mark = this.#strip.begin(calls)
    this.#counts = counts
    this.canceled = canceled
    return (call, outcome) => {
      if (outcome !== 'open') counts.open--
      counts[outcome]++
      mark(call, outcome)
    }
  }

  redraw(): void {
    this.#strip.redraw()
  }

  show(): void {
    const { open, done, canceled } = this.#counts
    const figures = Object.entries({ open, done, canceled }).filter(([, count]) => count > 0)
    setText(
      this.#figures,
      figures.map(([name, count]) => `${whole(count)} ${name}`).join(' · ') || 'No calls',
    )
    // A key that is refused can be allowed again; one without calls has nothing to cancel.
    this.#button.disabled = open === 0 && !this.#canceled
    this.#strip.show()
  }
}
