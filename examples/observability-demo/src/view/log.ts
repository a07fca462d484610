/** The live event stream: the last events of one kind or of all, and the totals of the stream. */
import type { RuntimeEvent } from '@varunkanwar/atelier'
import { find, setText } from '../../../image-pipeline/src/view/dom.ts'
import { Ring } from '../recorder.ts'
import { duration, whole } from './format.ts'

const LINES = 14

type Kind = RuntimeEvent['kind']

export class EventLog {
  readonly #lines: HTMLElement[]
  readonly #kind: HTMLSelectElement
  readonly #hold: HTMLInputElement
  readonly #seen: HTMLElement
  readonly #totals: Record<Kind, HTMLElement>
  readonly #rows = new Map<string, { cell: HTMLElement; text: () => string }>()
  readonly #counters = new Map<string, number>()
  readonly #gauges = new Map<string, number>()
  readonly #histograms = new Map<string, Ring>()
  /** The last events of each kind, oldest first. */
  readonly #events = new Map<Kind | '', RuntimeEvent[]>()
  #count = 0
  #stale = true

  constructor(element: HTMLElement) {
    const list = find('ol', HTMLOListElement, element)
    this.#lines = Array.from({ length: LINES }, () => document.createElement('li'))
    list.replaceChildren(...this.#lines)
    this.#kind = find('select', HTMLSelectElement, element)
    this.#hold = find('input', HTMLInputElement, element)
    this.#seen = find('.seen', HTMLElement, element)
    const body = (kind: Kind) => find(`tbody[data-kind="${kind}"]`, HTMLElement, element)
    this.#totals = {
      counter: body('counter'),
      gauge: body('gauge'),
      histogram: body('histogram'),
      span: body('span'),
      trace: body('trace'),
    }
    for (const control of [this.#kind, this.#hold]) {
      control.addEventListener('change', () => {
        this.#stale = true
      })
    }
  }

  note(event: RuntimeEvent): void {
    this.#count++
    this.#stale = true
    for (const kind of ['', event.kind] as const) {
      const events = this.#events.get(kind) ?? []
      events.push(event)
      if (events.length > LINES) events.shift()
      this.#events.set(kind, events)
    }
    this.#add(event)
  }

  show(): void {
    if (!this.#stale) return
    this.#stale = false
    setText(this.#seen, `${whole(this.#count)} events`)
    for (const { cell, text } of this.#rows.values()) setText(cell, text())
    if (this.#hold.checked) return
    const events = this.#events.get(this.#kind.value as Kind | '') ?? []
    for (const [index, line] of this.#lines.entries()) {
      const event = events[index]
      setText(line, event ? told(event) : '')
      line.dataset.kind = event?.kind ?? ''
    }
  }

  #add(event: RuntimeEvent): void {
    if (event.kind === 'counter') {
      const key = this.#row(event.kind, event.name, key => whole(this.#counters.get(key) ?? 0))
      this.#counters.set(key, (this.#counters.get(key) ?? 0) + event.value)
    } else if (event.kind === 'gauge') {
      const name = `${event.name} of ${event.attrs?.['task.id']}`
      const key = this.#row(event.kind, name, key => whole(this.#gauges.get(key) ?? 0))
      this.#gauges.set(key, event.value)
    } else if (event.kind === 'histogram') {
      const values = (key: string) => this.#histograms.get(key)
      const key = this.#row(event.kind, event.name, key => {
        const [half, most] = [0.5, 0.95].map(part => duration(values(key)?.quantile(part)))
        return `half below ${half}, 95 % below ${most}`
      })
      const ring = values(key) ?? new Ring(500)
      ring.push(event.value)
      this.#histograms.set(key, ring)
    } else {
      const key = this.#row(event.kind, event.name, key => whole(this.#counters.get(key) ?? 0))
      this.#counters.set(key, (this.#counters.get(key) ?? 0) + 1)
    }
  }

  /** Adds the row of a name when the name first occurs. Returns its key. */
  #row(kind: Kind, name: string, text: (key: string) => string): string {
    if (this.#rows.has(name)) return name
    const row = document.createElement('tr')
    const title = document.createElement('th')
    title.scope = 'row'
    title.textContent = name
    const type = document.createElement('td')
    type.textContent = kind
    const cell = document.createElement('td')
    row.append(title, type, cell)
    this.#totals[kind].append(row)
    this.#rows.set(name, { cell, text: () => text(name) })
    return name
  }
}

function told(event: RuntimeEvent): string {
  switch (event.kind) {
    case 'span':
      return `${event.callId} ${event.method} ${event.status}${event.errorKind ? ` (${event.errorKind})` : ''}, ${duration(event.durationMs)}, waited ${duration(event.queueWaitMs)}`
    case 'trace':
      return `${event.traceName} ${event.status}, ${duration(event.durationMs)}`
    case 'histogram':
      return `${event.attrs?.['task.id']} ${event.name} ${duration(event.value)}`
    case 'counter':
      return `${event.attrs?.['task.id']} ${event.name} +${event.value}`
    case 'gauge':
      return `${event.attrs?.['task.id']} ${event.name} = ${event.value}`
  }
}
