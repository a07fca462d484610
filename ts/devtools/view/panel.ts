import { now as clockNow } from '../../page/kernel/clock.ts'
import { epochAt } from '../../page/observability/epoch.ts'
import { Filter } from '../model/filter.ts'
import type { TaskModel } from '../model/task-model.ts'
import type { RecordedRuntime } from '../playback/recorded-runtime.ts'
import type { Attempt } from './attempt.ts'
import { callDetails } from './call-details.ts'
import { CallTable } from './call-table.ts'
import { CrashList } from './crash-list.ts'
import { DetailsPane } from './details-pane.ts'
import { el, setText } from './dom.ts'
import { clock, ms } from './format.ts'
import { Header } from './header.ts'
import type { Place } from './hit.ts'
import { legend } from './legend.ts'
import { Loop, type Next } from './loop.ts'
import { PlaybackBar } from './playback-bar.ts'
import type { Source } from './source.ts'
import { type Tab, Tabs } from './tabs.ts'
import { taskDetails } from './task-details.ts'
import { TaskList } from './task-list.ts'
import { Timeline } from './timeline.ts'
import { Toolbar } from './toolbar.ts'
import { Viewport } from './viewport.ts'

/** Numbers and lists change at most this often, so that they can be read. In milliseconds. */
const COUNT_MS = 400

/** The table of calls is as dear as a picture, and nobody reads sixty rows faster than this. In milliseconds. */
const TABLE_MS = 1_000

/** Everything that is inside of the element: it shows sources, and draws while it is started. */
export class Panel {
  readonly element: HTMLElement
  readonly loop = new Loop(() => this.#draw())
  readonly #viewport = new Viewport()
  readonly #view = el('div', { class: 'view', id: 'view', role: 'tabpanel', tabindex: -1 })
  readonly #details = new DetailsPane(() => {
    this.#timeline.resize()
    this.#changed()
  })
  readonly #said = el('div', { class: 'said', role: 'status' })
  readonly #notice = el('p', { class: 'notice', role: 'alert', hidden: true })
  readonly #legend = legend()
  readonly #header: Header
  readonly #tabs: Tabs
  readonly #toolbar: Toolbar
  readonly #tasks = new TaskList((source, task) => this.#chooseTask(source, task))
  readonly #timeline: Timeline
  readonly #calls = new CallTable(attempt => this.#chooseCall(attempt))
  readonly #crashes = new CrashList(moment => this.#clock(moment))
  /** The runtimes of the page. */
  #live: readonly Source[] = []
  /** What is shown: these, or a recording. */
  #sources: readonly Source[] = []
  #recorded:
    | { readonly runtime: RecordedRuntime; readonly name: string; readonly bar: PlaybackBar }
    | undefined
  #filter = new Filter('')
  #tab: Tab = 'lanes'
  #countedAt = Number.NEGATIVE_INFINITY
  #listedAt = Number.NEGATIVE_INFINITY

  /** @param tools - what stands at the right of the first line. */
  constructor(...tools: Node[]) {
    this.#timeline = new Timeline(this.#viewport, {
      changed: () => this.loop.now(),
      chosen: place => this.#choosePlace(place),
      togglePause: () => this.#togglePause(),
      now: () => this.#now(),
    })
    this.#header = new Header(...tools)
    this.#tabs = new Tabs(this.#view, tab => this.#show(tab))
    this.#toolbar = new Toolbar(this.#tabs, {
      filter: text => this.#setFilter(text),
      togglePause: () => this.#togglePause(),
      zoom: factor => this.#timeline.zoom(factor),
    })
    const main = el('div', { class: 'main' }, this.#toolbar.element, this.#view, this.#legend)
    const body = el('div', { class: 'body' }, this.#tasks.element, main, this.#details.element)
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

  /** Shows these runtimes instead of those before, unless a recording is open. */
  setLive(sources: readonly Source[]): void {
    this.#live = sources
    if (!this.#recorded) this.#setSources(sources)
  }

  /** Shows a recording until it is closed. */
  open(runtime: RecordedRuntime, name: string): void {
    this.#recorded?.bar.element.remove()
    const bar = new PlaybackBar(name, runtime.from, runtime.to, {
      sought: () => this.#changed(),
      closed: () => this.#closeRecording(),
    })
    this.#recorded = { runtime, name, bar }
    this.#header.element.after(bar.element)
    this.notice(undefined)
    this.#viewport.resume()
    this.#seek()
    this.#timeline.resize()
    this.#say(`${name} is open`)
  }

  #closeRecording(): void {
    this.#recorded?.bar.element.remove()
    this.#recorded = undefined
    this.#viewport.resume()
    this.#setSources(this.#live)
    this.#timeline.resize()
  }

  /** Shows the recording as it was at the moment of its bar. */
  #seek(): void {
    const { runtime, name, bar } = this.#recorded ?? {}
    if (!runtime || !bar) return
    bar.advance()
    runtime.seek(bar.position, this.#filter)
    if (this.#sources[0]?.model !== runtime.model)
      this.#setSources([{ name: name ?? '', model: runtime.model }])
  }

  #setSources(sources: readonly Source[]): void {
    this.#sources = sources
    const { task } = this.#details
    if (task && !sources.some(({ model }) => model.tasks.get(task.id) === task)) this.#details.close()
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
    this.#listedAt = Number.NEGATIVE_INFINITY
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

  #setFilter(text: string): void {
    this.#filter = new Filter(text)
    for (const { model } of [...this.#live, ...this.#sources]) model.setFilter(this.#filter)
    this.#changed()
  }

  #togglePause(): void {
    if (this.#viewport.isPaused) this.#viewport.resume()
    else this.#viewport.pause(this.#now())
    this.#say(this.#viewport.isPaused ? 'Paused' : 'Following the present')
  }

  #chooseTask(source: Source, task: TaskModel): void {
    this.#timeline.reveal(task)
    this.#timeline.chosen = undefined
    this.#details.open(taskDetails(source, task, this.#details.close, this.#say), task)
    this.#details.focus()
  }

  #choosePlace(place: Place): void {
    const { task, lane, number } = place
    const source = this.#sources.find(({ model }) => model.tasks.get(task.id) === task)
    if (source) this.#openCall({ source, task, bars: lane.bars, number, slot: lane.slot })
  }

  #chooseCall(attempt: Attempt): void {
    this.#openCall(attempt)
    this.#details.focus()
  }

  #openCall(attempt: Attempt): void {
    const { task, slot, number } = attempt
    this.#timeline.chosen = slot === undefined ? undefined : { task, lane: task.lane(slot), number }
    const clockOf = (moment: number) => this.#clock(moment)
    this.#details.open(callDetails(attempt, clockOf, this.#details.close, this.#say))
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#details.isOpen) return
    event.stopPropagation()
    this.#details.close()
  }

  /** The present, or the moment of the recording. */
  #now(): number {
    return this.#recorded?.bar.position ?? clockNow()
  }

  /** What a moment is called. */
  #clock(moment: number): string {
    return this.#recorded ? ms(moment - this.#recorded.runtime.from) : clock(epochAt(moment))
  }

  #draw(): Next {
    this.#seek()
    const now = this.#now()
    const end = this.#viewport.end(now)
    const isCounted = Math.abs(now - this.#countedAt) >= COUNT_MS
    if (isCounted) this.#count(now, end)
    if (!this.#details.isOpen) this.#timeline.chosen = undefined
    const isTimeline = this.#tab === 'lanes' || this.#tab === 'tasks'
    if (isTimeline) this.#paint(now)
    this.#toolbar.update(this.#viewport)
    return this.#next(now, isTimeline)
  }

  #paint(now: number): void {
    const tasks = this.#sources.flatMap(({ model }) => [...model.tasks.values()])
    const gaps = this.#sources.length === 1 ? (this.#sources[0]?.model.gaps ?? []) : []
    const epochOf = this.#viewport.isPaused && !this.#recorded ? epochAt : undefined
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
    this.#tasks.update(this.#sources, this.#details.task, now)
    this.#tabs.show(this.#tab, crashes)
    if (this.#tab === 'calls' && Math.abs(now - this.#listedAt) >= TABLE_MS) {
      this.#listedAt = now
      this.#calls.update(this.#sources, this.#viewport.isPaused, end)
    }
    if (this.#tab === 'crashes') this.#crashes.update(this.#sources, end)
    this.#details.update(now)
    const panic = this.#sources.find(({ model }) => model.panic !== undefined)?.model.panic
    if (panic !== undefined) this.notice(`The kernel has failed: ${panic}`)
  }

  #next(now: number, isTimeline: boolean): Next {
    if (this.#recorded) return this.#recorded.bar.isPlaying ? 'moving' : 'idle'
    const models = this.#sources.map(({ model }) => model)
    const hasCalls = models.some(({ tasks }) => [...tasks.values()].some(({ open }) => open > 0))
    const seen = this.#viewport.isPaused || !isTimeline ? COUNT_MS + TABLE_MS : this.#viewport.span + COUNT_MS
    const hasNews = models.some(({ changedAt }) => now - changedAt < seen)
    if (!hasCalls && !hasNews) return 'idle'
    return isTimeline && !this.#viewport.isPaused ? 'moving' : 'counting'
  }
}
