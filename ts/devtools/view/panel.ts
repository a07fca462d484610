import { now as clockNow } from '../../page/kernel/clock.ts'
import { epochAt } from '../../page/observability/epoch.ts'
import { BarState } from '../model/bars.ts'
import { Filter } from '../model/filter.ts'
import type { TaskModel } from '../model/task-model.ts'
import type { Attempt } from './attempt.ts'
import { callDetails } from './call-details.ts'
import { CallTable } from './call-table.ts'
import { CrashList } from './crash-list.ts'
import type { Details } from './details.ts'
import { el, setText } from './dom.ts'
import { clock } from './format.ts'
import { Header } from './header.ts'
import type { Place } from './hit.ts'
import { Loop, type Next } from './loop.ts'
import { STATE_COLOR, STATE_NAME } from './palette.ts'
import type { Source } from './source.ts'
import { type Tab, Tabs } from './tabs.ts'
import { taskDetails } from './task-details.ts'
import { TaskList } from './task-list.ts'
import { Timeline } from './timeline.ts'
import { Toolbar } from './toolbar.ts'
import { Viewport } from './viewport.ts'

/** Numbers and lists change at most this often, so that they can be read. In milliseconds. */
const COUNT_MS = 240

/** Everything that is inside of the element: it shows sources, and draws while it is started. */
export class Panel {
  readonly element: HTMLElement
  readonly loop = new Loop(() => this.#draw())
  readonly #viewport = new Viewport()
  readonly #view = el('div', { class: 'view', id: 'view', role: 'tabpanel', tabindex: -1 })
  readonly #aside = el('section', { class: 'aside', 'aria-label': 'Details', hidden: true })
  readonly #said = el('div', { class: 'said', role: 'status' })
  readonly #notice = el('p', { class: 'notice', role: 'alert', hidden: true })
  readonly #legend = legend()
  readonly #header: Header
  readonly #tabs: Tabs
  readonly #toolbar: Toolbar
  readonly #tasks = new TaskList((source, task) => this.#chooseTask(source, task))
  readonly #timeline: Timeline
  readonly #calls = new CallTable(attempt => this.#chooseCall(attempt))
  readonly #crashes = new CrashList(moment => clock(epochAt(moment)))
  #sources: readonly Source[] = []
  #tab: Tab = 'lanes'
  #details: Details | undefined
  #chosenTask: TaskModel | undefined
  #back: HTMLElement | undefined
  #countedAt = Number.NEGATIVE_INFINITY

  /** @param tools - what stands at the right of the first line. */
  constructor(...tools: Node[]) {
    this.#timeline = new Timeline(this.#viewport, {
      changed: () => this.loop.now(),
      chosen: place => this.#choosePlace(place),
      togglePause: () => this.#togglePause(),
      now: clockNow,
    })
    this.#header = new Header(...tools)
    this.#tabs = new Tabs(this.#view, tab => this.#show(tab))
    this.#toolbar = new Toolbar(this.#tabs, {
      filter: text => this.#filter(text),
      togglePause: () => this.#togglePause(),
      zoom: factor => this.#timeline.zoom(factor),
    })
    const main = el('div', { class: 'main' }, this.#toolbar.element, this.#view, this.#legend)
    const body = el('div', { class: 'body' }, this.#tasks.element, main, this.#aside)
    this.element = el(
      'section',
      {
        class: 'panel',
        'aria-label': 'Atelier devtools',
        onkeydown: (event: KeyboardEvent) => this.#onKey(event),
      },
      this.#header.element,
      this.#notice,
      body,
      this.#said,
    )
    this.#show('lanes')
  }

  /** Shows these runtimes instead of those before. */
  setSources(sources: readonly Source[]): void {
    this.#sources = sources
    if (
      this.#chosenTask &&
      !sources.some(({ model }) => model.tasks.get(this.#chosenTask?.id ?? -1) === this.#chosenTask)
    ) {
      this.#close()
    }
    this.#changed()
  }

  /** The element has another size. */
  resize(): void {
    this.#timeline.resize()
  }

  /** The element has other colors. */
  recolor(): void {
    this.#timeline.recolor()
  }

  /** Shows a fault, or that there is none. */
  notice(text: string | undefined): void {
    this.#notice.hidden = text === undefined
    setText(this.#notice, text ?? '')
  }

  readonly #say = (text: string): void => {
    setText(this.#said, text.slice(0, 300))
    this.#changed()
  }

  /** The reader did something that shows everywhere. */
  #changed(): void {
    this.#countedAt = Number.NEGATIVE_INFINITY
    this.loop.now()
  }

  #show(tab: Tab): void {
    this.#tab = tab
    this.element.dataset.tab = tab
    const views = { tasks: this.#timeline, lanes: this.#timeline, calls: this.#calls, crashes: this.#crashes }
    this.#view.replaceChildren(views[tab].element)
    this.#view.setAttribute('aria-labelledby', `tab-${tab}`)
    this.#legend.hidden = views[tab] !== this.#timeline
    this.#timeline.resize()
    this.#changed()
  }

  #filter(text: string): void {
    const filter = new Filter(text)
    for (const { model } of this.#sources) model.setFilter(filter)
    this.#changed()
  }

  #togglePause(): void {
    if (this.#viewport.isPaused) this.#viewport.resume()
    else this.#viewport.pause(clockNow())
    this.#say(this.#viewport.isPaused ? 'Paused' : 'Following the present')
  }

  #chooseTask(source: Source, task: TaskModel): void {
    this.#timeline.reveal(task)
    this.#open(taskDetails(source, task, () => this.#close(), this.#say))
    this.#chosenTask = task
    this.#focusDetails()
  }

  #choosePlace(place: Place): void {
    const { task, lane, number } = place
    const source = this.#sources.find(({ model }) => model.tasks.get(task.id) === task)
    if (source) this.#openCall({ source, task, bars: lane.bars, number, slot: lane.slot })
    this.#timeline.chosen = place
  }

  #chooseCall(attempt: Attempt): void {
    this.#openCall(attempt)
    const lane = attempt.slot === undefined ? undefined : attempt.task.lane(attempt.slot)
    this.#timeline.chosen = lane && { task: attempt.task, lane, number: attempt.number }
    this.#focusDetails()
  }

  #openCall(attempt: Attempt): void {
    this.#open(
      callDetails(
        attempt,
        moment => clock(epochAt(moment)),
        () => this.#close(),
        this.#say,
      ),
    )
  }

  #open(details: Details): void {
    const root = this.element.getRootNode() as ShadowRoot | Document
    if (this.#aside.hidden)
      this.#back = root.activeElement instanceof HTMLElement ? root.activeElement : undefined
    this.#chosenTask = undefined
    this.#timeline.chosen = undefined
    this.#details = details
    this.#aside.replaceChildren(details.element)
    this.#aside.hidden = false
    this.#timeline.resize()
    this.#changed()
  }

  #focusDetails(): void {
    this.#aside.querySelector('h2')?.focus()
  }

  #close(): void {
    this.#details = undefined
    this.#chosenTask = undefined
    this.#timeline.chosen = undefined
    this.#aside.replaceChildren()
    this.#aside.hidden = true
    this.#timeline.resize()
    this.#back?.focus()
    this.#changed()
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#details) return
    event.stopPropagation()
    this.#close()
  }

  #draw(): Next {
    const now = clockNow()
    const end = this.#viewport.end(now)
    const isCounted = now - this.#countedAt >= COUNT_MS
    if (isCounted) this.#count(now, end)
    const isTimeline = this.#tab === 'lanes' || this.#tab === 'tasks'
    if (isTimeline) this.#paint(now)
    this.#toolbar.update(this.#viewport)
    return this.#next(now, isTimeline)
  }

  #paint(now: number): void {
    const tasks = this.#sources.flatMap(({ model }) => [...model.tasks.values()])
    const gaps = this.#sources.length === 1 ? (this.#sources[0]?.model.gaps ?? []) : []
    const epochOf = this.#viewport.isPaused ? epochAt : undefined
    this.#timeline.draw(tasks, now, epochOf, gaps)
  }

  #count(now: number, end: number): void {
    this.#countedAt = now
    for (const { live } of this.#sources) live?.findTasks()
    const crashes = this.#sources.reduce((sum, { model }) => sum + model.crashes.length, 0)
    this.#header.update(
      this.#sources.map(({ model }) => model),
      now,
    )
    this.#tasks.update(this.#sources, this.#chosenTask, now)
    this.#tabs.show(this.#tab, crashes)
    if (this.#tab === 'calls') this.#calls.update(this.#sources, this.#viewport.isPaused, end)
    if (this.#tab === 'crashes') this.#crashes.update(this.#sources, end)
    this.#details?.update(now)
    const panic = this.#sources.find(({ model }) => model.panic !== undefined)?.model.panic
    if (panic !== undefined) this.notice(`The kernel has failed: ${panic}`)
  }

  #next(now: number, isTimeline: boolean): Next {
    const models = this.#sources.map(({ model }) => model)
    const hasCalls = models.some(({ tasks }) => [...tasks.values()].some(({ open }) => open > 0))
    const seen = this.#viewport.isPaused || !isTimeline ? 2 * COUNT_MS : this.#viewport.span + COUNT_MS
    const hasNews = models.some(({ changedAt }) => now - changedAt < seen)
    if (!hasCalls && !hasNews) return 'idle'
    return isTimeline && !this.#viewport.isPaused ? 'moving' : 'counting'
  }
}

function legend(): HTMLElement {
  const states = [
    BarState.open,
    BarState.ok,
    BarState.failed,
    BarState.canceled,
    BarState.abandoned,
    BarState.lost,
  ] as const
  const items = states.map(state => {
    const swatch = el('span', { class: 'swatch' })
    const item = el('li', { 'data-state': STATE_NAME[state] }, swatch, STATE_NAME[state])
    swatch.style.setProperty('background', `var(--${STATE_COLOR[state]})`)
    return item
  })
  return el('ul', { class: 'legend', 'aria-label': 'Colors' }, ...items)
}
