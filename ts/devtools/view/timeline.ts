import type { TaskModel } from '../model/task-model.ts'
import { Batches } from './batches.ts'
import { el, setAttribute, setText } from './dom.ts'
import { span } from './format.ts'
import { attemptAt, type Place } from './hit.ts'
import { paintTimeline, RULER } from './paint-timeline.ts'
import { type Palette, readPalette } from './palette.ts'
import { layOut, type Row } from './rows.ts'
import { describeAttempt } from './tooltip.ts'
import type { Viewport } from './viewport.ts'

/** What the timeline needs of its panel. */
export type TimelineEvents = {
  /** The reader moved, zoomed or pointed: draw soon. */
  changed(): void
  /** An attempt was chosen. */
  chosen(place: Place): void
  togglePause(): void
  now(): number
}

const LABELS = 132
const LABELS_NARROW = 84
const NARROW = 480

/** What is seen: moments, and pixels. */
type View = { from: number; to: number; scale: number; left: number; right: number }

/** The lanes of all workers, on one canvas that is as large as what is seen of it. */
export class Timeline {
  readonly element: HTMLElement
  readonly #scroller: HTMLElement
  readonly #sizer = el('div', { class: 'sizer' })
  readonly #canvas = el('canvas', { role: 'img' })
  readonly #tip = el('div', { class: 'tip', 'aria-hidden': 'true', hidden: true })
  readonly #batches = new Batches()
  readonly #ground = new Batches()
  readonly #viewport: Viewport
  readonly #events: TimelineEvents
  #rows: Row[] = []
  #height = 0
  #width = 0
  #seen = 0
  #palette: Palette | undefined
  #pointer: { x: number; y: number } | undefined
  #dragged: { x: number; moved: boolean } | undefined
  chosen: Place | undefined

  constructor(viewport: Viewport, events: TimelineEvents) {
    this.#viewport = viewport
    this.#events = events
    this.#sizer.append(this.#canvas)
    this.#scroller = el(
      'div',
      {
        class: 'scroller',
        tabindex: 0,
        role: 'group',
        'aria-label':
          'Timeline. Arrow keys move through time, plus and minus zoom, space pauses. The Calls tab has the same as a table.',
        onkeydown: (event: KeyboardEvent) => this.#onKey(event),
        onscroll: () => events.changed(),
        onpointermove: (event: PointerEvent) => this.#onMove(event),
        onpointerdown: (event: PointerEvent) => this.#onDown(event),
        onpointerup: () => this.#onUp(),
        onpointerleave: () => this.#onLeave(),
        onpointercancel: () => this.#onLeave(),
      },
      this.#sizer,
    )
    // Zooming must keep the page from doing so, which a passive listener cannot.
    this.#scroller.addEventListener('wheel', event => this.#onWheel(event), { passive: false })
    this.element = el('div', { class: 'timeline' }, this.#scroller, this.#tip)
  }

  /** Takes the size that there is. */
  resize(): void {
    this.#width = this.#scroller.clientWidth
    this.#seen = this.#scroller.clientHeight
    const density = devicePixelRatio || 1
    this.#canvas.width = Math.round(this.#width * density)
    this.#canvas.height = Math.round(this.#seen * density)
    this.#canvas.style.width = `${this.#width}px`
    this.#canvas.style.height = `${this.#seen}px`
    this.#events.changed()
  }

  /** The colors have changed. */
  recolor(): void {
    this.#palette = undefined
    this.#batches.clear()
    this.#ground.clear()
    this.#events.changed()
  }

  /** Scrolls to a task. */
  reveal(task: TaskModel): void {
    const row = this.#rows.find(each => each.task === task)
    if (row) this.#scroller.scrollTop = row.top
  }

  /** Paints what is seen, up to this moment. */
  draw(
    tasks: Iterable<TaskModel>,
    now: number,
    epochOf: ((moment: number) => number) | undefined,
    gaps: readonly { from: number; to: number }[],
  ): void {
    const context = this.#canvas.getContext('2d', { alpha: false })
    if (!context || this.#width === 0) return
    const { rows, height } = layOut(tasks)
    this.#rows = rows
    if (height !== this.#height) {
      this.#height = height
      this.#sizer.style.height = `${height + RULER}px`
    }
    this.#palette ??= readPalette(this.#scroller)
    const density = devicePixelRatio || 1
    context.setTransform(density, 0, 0, density, 0, 0)
    const view = this.#view(now)
    const pointed = this.#pointed(view)
    paintTimeline({
      ...view,
      context,
      batches: this.#batches,
      ground: this.#ground,
      palette: this.#palette,
      width: this.#width,
      height: this.#seen,
      rows,
      scrollTop: this.#scroller.scrollTop,
      epochOf,
      marked: pointed ?? this.chosen,
      gaps,
    })
    this.#showTip(pointed, view.to)
    this.#describe(tasks)
  }

  #view(now: number): View {
    const left = this.#width < NARROW ? LABELS_NARROW : LABELS
    const right = this.#width
    const to = this.#viewport.end(now)
    const scale = Math.max(1, right - left) / this.#viewport.span
    return { from: to - this.#viewport.span, to, scale, left, right }
  }

  #pointed(view: View): Place | undefined {
    if (!this.#pointer || this.#dragged?.moved) return undefined
    const { x, y } = this.#pointer
    return attemptAt(this.#rows, x, y, this.#scroller.scrollTop, view)
  }

  #showTip(place: Place | undefined, to: number): void {
    this.#tip.hidden = place === undefined
    if (!place || !this.#pointer) return
    setText(this.#tip, describeAttempt(place, to))
    const { x, y } = this.#pointer
    const { offsetWidth, offsetHeight } = this.#tip
    const left = Math.min(x + 12, this.#width - offsetWidth - 4)
    const top = y + 16 + offsetHeight > this.#seen ? y - offsetHeight - 8 : y + 16
    this.#tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`
  }

  #describe(tasks: Iterable<TaskModel>): void {
    const all = [...tasks]
    const workers = all.reduce((sum, task) => sum + task.workers, 0)
    const label = `${workers} workers of ${all.length} tasks over ${span(this.#viewport.span)}`
    setAttribute(this.#canvas, 'aria-label', label)
  }

  #pan(pixels: number): void {
    const now = this.#events.now()
    this.#viewport.pan(pixels / this.#view(now).scale, now)
    this.#events.changed()
  }

  /** @param x - where, in pixels of the timeline. */
  zoom(factor: number, x?: number): void {
    const now = this.#events.now()
    const { left, right } = this.#view(now)
    const anchor = x === undefined ? 1 : Math.min(1, Math.max(0, (x - left) / (right - left)))
    this.#viewport.zoom(factor, anchor, now)
    this.#events.changed()
  }

  #onWheel(event: WheelEvent): void {
    const { x } = this.#at(event)
    if (event.ctrlKey || event.metaKey)
      this.zoom(Math.exp(Math.min(100, Math.abs(event.deltaY)) * Math.sign(event.deltaY) * 0.01), x)
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      this.#pan(-(event.deltaX || event.deltaY))
    else return
    event.preventDefault()
  }

  #onKey(event: KeyboardEvent): void {
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.#pan(this.#width / 10),
      ArrowRight: () => this.#pan(-this.#width / 10),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      ' ': () => this.#events.togglePause(),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  #at({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#scroller.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return
    this.#pointer = this.#at(event)
    this.#dragged = { x: this.#pointer.x, moved: false }
  }

  #onMove(event: PointerEvent): void {
    this.#pointer = this.#at(event)
    const dragged = this.#dragged
    if (dragged) {
      const by = this.#pointer.x - dragged.x
      if (dragged.moved || Math.abs(by) > 4) {
        if (!dragged.moved) this.#scroller.setPointerCapture(event.pointerId)
        dragged.moved = true
        dragged.x = this.#pointer.x
        this.#pan(by)
      }
    }
    this.#events.changed()
  }

  #onUp(): void {
    const dragged = this.#dragged
    this.#dragged = undefined
    const place = dragged && !dragged.moved && this.#pointed(this.#view(this.#events.now()))
    if (place) this.#events.chosen(place)
  }

  #onLeave(): void {
    this.#pointer = undefined
    this.#dragged = undefined
    this.#events.changed()
  }
}
