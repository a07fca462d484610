/**
 * What a page can learn about its tasks from the event stream of a runtime. Keeps a bounded amount of data whatever the load: totals,
 * the last few hundred waits, and what the rows of the timeline show.
 */
import type { MetricEvent, RuntimeEvent, SpanEvent, TaskRuntime } from '@varunkanwar/atelier'

/** How far back the timelines reach, in milliseconds. */
export const WINDOW_MS = 8000

/** How many concurrent calls of one worker are drawn in rows of their own; further calls share the last row. */
const MAX_ROWS = 4

/** A call shorter than this is too short to be visible, and is merged with the one next to it. */
const FINE_MS = 20

const CLEAR_MEASURES_MS = 1000

/** `held`: a worker that is kept busy by a settled call. `requeued`: an attempt that ended with a crash. */
export type Stretch = { start: number; end: number; kind: SpanEvent['status'] | 'held' | 'requeued' }

/** Without an end while it lasts. In milliseconds since 1970. */
export type Period = { start: number; end?: number }

export class Recorder {
  readonly #tasks = new Map<string, TaskRecord>()
  readonly #stop: () => void

  constructor(runtime: TaskRuntime) {
    const unsubscribe = runtime.subscribeEvents(event => this.#note(event))
    // The browser keeps performance measures without limit, and this page uses the events.
    const clearing = setInterval(() => performance.clearMeasures(), CLEAR_MEASURES_MS)
    this.#stop = () => {
      unsubscribe()
      clearInterval(clearing)
    }
  }

  of(taskId: string): TaskRecord {
    let record = this.#tasks.get(taskId)
    if (!record) {
      record = new TaskRecord()
      this.#tasks.set(taskId, record)
    }
    return record
  }

  stop(): void {
    this.#stop()
  }

  #note(event: RuntimeEvent): void {
    if (event.kind === 'span') this.of(event.taskId).span(event)
    else if (event.kind === 'counter') this.of(String(event.attrs?.['task.id'])).count(event)
    else if (event.kind === 'histogram') this.of(String(event.attrs?.['task.id'])).sample(event)
  }
}

export class TaskRecord {
  readonly lanes: Lane[] = []
  /** Queue waits of the last calls that reached a worker, in milliseconds. */
  readonly waits = new Ring(500)
  /** How long the last workers took until they were ready, their set-up included, in milliseconds. */
  readonly readyMs = new Ring(100)
  /** The backoffs of the last consecutive crashes, in milliseconds. */
  backoffs: number[] = []
  crashesInRow = 0
  /** How many workers were ended, by the reason. */
  readonly endings = new Map<string, number>()
  /** The latest call that hung: after how long it was rejected, and after how long its worker was replaced. */
  hang: { answeredMs: number; replacedMs?: number } | undefined
  /** When the last event came, in milliseconds since 1970. */
  lastEvent = Number.NEGATIVE_INFINITY
  /** The row of the last crash, to which the calls requeued after it belong. */
  #crashed: Lane | undefined
  #restarted = 0
  readonly #totals = new Map<string, number>()

  /** The total of a counter, by its name in the event stream. */
  total(name: string): number {
    return this.#totals.get(name) ?? 0
  }

  count({ name, value, ts, attrs }: MetricEvent): void {
    this.#totals.set(name, this.total(name) + value)
    this.lastEvent = ts
    const worker = attrs?.['worker.index']
    if (name === 'task.success.total') this.crashesInRow = 0
    if (name === 'task.requeue.total') this.#crashed?.requeue()
    if (typeof worker !== 'number') return
    const lane = this.lane(worker)
    switch (name) {
      case 'worker.spawn.total': {
        const waited = lane.up(ts)
        // Workers that crashed in the meantime are restarted with it.
        if (waited !== undefined && ts - this.#restarted > 1) this.backoffs.push(waited)
        this.#restarted = ts
        break
      }
      case 'worker.crash.total':
        if (this.crashesInRow++ === 0) this.backoffs = []
        lane.down(ts, 'crash')
        this.#crashed = lane
        break
      case 'worker.terminate.total':
        this.#end(String(attrs?.reason))
        if (lane.held)
          this.hang = {
            answeredMs: lane.held.since - lane.held.calledAt,
            replacedMs: ts - lane.held.calledAt,
          }
        lane.down(ts, 'end')
        break
    }
  }

  sample({ name, value }: MetricEvent): void {
    if (name === 'worker.ready_ms') this.readyMs.push(value)
  }

  #end(reason: string): void {
    this.endings.set(reason, (this.endings.get(reason) ?? 0) + 1)
  }

  span(event: SpanEvent): void {
    const { ts, workerIndex, attemptCount, queueWaitMs = 0, durationMs = 0, status } = event
    this.lastEvent = ts
    if (attemptCount > 0) this.waits.push(queueWaitMs)
    if (workerIndex === undefined) return
    const lane = this.lane(workerIndex)
    const start = Math.max(ts - durationMs + queueWaitMs, lane.idleUntil)
    // A call with several attempts spent a part of that time on other workers.
    lane.add({ start: attemptCount > 1 ? Math.max(start, lane.lastEnd) : start, end: ts, kind: status })
    // Of the methods on this page, only this one keeps its worker busy after its call has settled.
    if (event.method !== 'hang' || status !== 'canceled') return
    lane.held = { since: ts, calledAt: ts - durationMs }
    this.hang = { answeredMs: durationMs }
  }

  lane(worker: number): Lane {
    let lane = this.lanes[worker]
    if (!lane) {
      lane = new Lane()
      this.lanes[worker] = lane
    }
    return lane
  }
}

/** One slot of the pool, and what happened there. */
export class Lane {
  readonly rows: Stretch[][] = [[]]
  readonly marks: { at: number; kind: 'crash' | 'end' }[] = []
  /** Periods without a worker after a crash. */
  readonly gaps: Period[] = []
  /** Periods with a worker, as long as they are in sight. */
  readonly lives: Period[] = []
  /** When the worker was last seen without a call, or started. */
  idleUntil = 0
  /** The settled call that keeps the worker busy. */
  held: { since: number; calledAt: number } | undefined
  /** Calls that ended here, and attempts that a crash ended. */
  calls = 0

  /** When the last call ended here. */
  get lastEnd(): number {
    return Math.max(...this.rows.map(row => row.at(-1)?.end ?? 0))
  }

  /** Records that a worker starts. Returns how long the slot was empty after a crash. */
  up(at: number): number | undefined {
    this.idleUntil = at
    this.lives.push({ start: at })
    const gap = this.gaps.at(-1)
    if (!gap || gap.end !== undefined) return undefined
    gap.end = at
    return at - gap.start
  }

  down(at: number, kind: 'crash' | 'end'): void {
    if (this.held) this.add({ start: this.held.since, end: at, kind: 'held' })
    this.held = undefined
    const life = this.lives.at(-1)
    if (life) life.end ??= at
    this.marks.push({ at, kind })
    if (kind === 'crash') this.gaps.push({ start: at })
    this.#forget(at - WINDOW_MS)
  }

  /** Records how many calls are on the worker now. */
  watch(depth: number, now: number): void {
    if (depth === 0) this.idleUntil = now
  }

  /** Records that a call of the worker that has just crashed was requeued. */
  requeue(): void {
    const crash = this.marks.at(-1)
    if (crash) this.add({ start: Math.max(this.idleUntil, this.lastEnd), end: crash.at, kind: 'requeued' })
  }

  add(stretch: Stretch): void {
    if (stretch.kind !== 'held') this.calls++
    const row = this.#rowFor(stretch.start)
    const last = row.at(-1)
    if (last && last.kind === stretch.kind && isFine(last, stretch))
      last.end = Math.max(last.end, stretch.end)
    else row.push(stretch)
    while (row[0] && row[0].end < stretch.end - WINDOW_MS) row.shift()
  }

  #rowFor(start: number): Stretch[] {
    const free = this.rows.find(row => (row.at(-1)?.end ?? 0) <= start + 1)
    if (free) return free
    if (this.rows.length < MAX_ROWS) this.rows.push([])
    return this.rows.at(-1) as Stretch[]
  }

  #forget(before: number): void {
    while (this.marks[0] && this.marks[0].at < before) this.marks.shift()
    for (const periods of [this.gaps, this.lives]) {
      while (periods[0]?.end !== undefined && periods[0].end < before) periods.shift()
    }
  }
}

/** The last numbers of a long series. */
export class Ring {
  readonly #values: number[] = []
  readonly #size: number
  #next = 0

  constructor(size: number) {
    this.#size = size
  }

  push(value: number): void {
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % this.#size
  }

  /** The quantile for a part from 0 to 1; undefined while there are no values. */
  quantile(part: number): number | undefined {
    const sorted = this.#values.toSorted((one, other) => one - other)
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
  }
}

function isFine(last: Stretch, next: Stretch): boolean {
  return next.end - next.start < FINE_MS && next.start - last.end < FINE_MS / 2
}
