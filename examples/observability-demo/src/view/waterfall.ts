/** The last traces, each with its spans: first the time in the queue, then the time on a worker. */
import type { RuntimeEvent, SpanEvent, TraceEvent } from '@varunkanwar/atelier'
import { duration } from './format.ts'
import { Surface } from './surface.ts'
import { type Color, color } from './theme.ts'

const TRACES = 12
const ROW = 20
const LABEL_WIDTH = 96
const END_WIDTH = 52
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif'

const FILL: Record<SpanEvent['status'], Color> = { ok: 'accent', error: 'red', canceled: 'ochre' }

export class Waterfall {
  readonly #surface: Surface
  /** Spans of traces that have not ended, by trace. They are removed when the trace ends. */
  readonly #open = new Map<string, SpanEvent[]>()
  readonly #traces: { trace: TraceEvent; spans: SpanEvent[] }[] = []
  #stale = true

  constructor(canvas: HTMLCanvasElement) {
    canvas.style.height = `${TRACES * ROW}px`
    this.#surface = new Surface(canvas, () => this.redraw())
  }

  note(event: RuntimeEvent): void {
    if (event.kind === 'span' && event.traceId !== undefined) {
      const spans = this.#open.get(event.traceId)
      if (spans) spans.push(event)
      else this.#open.set(event.traceId, [event])
    } else if (event.kind === 'trace') {
      this.#traces.push({ trace: event, spans: this.#open.get(event.traceId) ?? [] })
      this.#open.delete(event.traceId)
      if (this.#traces.length > TRACES) this.#traces.shift()
      this.#stale = true
    }
  }

  redraw(): void {
    this.#stale = true
  }

  show(): void {
    const { width } = this.#surface
    if (!this.#stale || width === 0) return
    this.#stale = false
    const context = this.#surface.begin()
    context.font = FONT
    context.textBaseline = 'middle'
    const longest = Math.max(1, ...this.#traces.map(({ trace }) => trace.durationMs ?? 0))
    const scale = (width - LABEL_WIDTH - END_WIDTH) / longest
    for (const [index, { trace, spans }] of this.#traces.entries()) {
      const top = index * ROW
      const begin = trace.ts - (trace.durationMs ?? 0)
      const x = (at: number) => LABEL_WIDTH + Math.max(0, at - begin) * scale
      const bar = (start: number, end: number, fill: Color) => {
        context.fillStyle = color(fill)
        context.fillRect(x(start), top + 4, Math.max(1, x(end) - x(start)), ROW - 8)
      }
      context.fillStyle = color(trace.status === 'error' ? 'red' : 'ink')
      context.textAlign = 'left'
      context.fillText(trace.traceName ?? '', 0, top + ROW / 2)
      bar(begin, trace.ts, 'check')
      for (const { ts, durationMs = 0, queueWaitMs = 0, status } of spans) {
        bar(ts - durationMs, ts - durationMs + queueWaitMs, 'accent-soft')
        bar(ts - durationMs + queueWaitMs, ts, FILL[status])
      }
      context.fillStyle = color('muted')
      context.textAlign = 'right'
      context.fillText(duration(trace.durationMs), width, top + ROW / 2)
    }
    this.#surface.canvas.setAttribute('aria-label', this.#describe())
  }

  close(): void {
    this.#surface.close()
  }

  #describe(): string {
    const traces = this.#traces.map(
      ({ trace, spans }) =>
        `${trace.traceName} ${trace.status}, ${duration(trace.durationMs)}, ${spans.length} spans`,
    )
    return traces.length === 0 ? 'No trace yet' : `The last traces: ${traces.join('; ')}`
  }
}
