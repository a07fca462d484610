import type { EndSpan } from '../kernel/boundary.ts'
import { onPerformanceClock } from '../kernel/clock.ts'
import { callId, type TaskRegistry } from '../tasks/registry.ts'
import type { Rejections } from '../tasks/rejections.ts'
import { epochAt } from './epoch.ts'
import type { Events } from './events.ts'
import type { Measures, SpanDetail } from './measure.ts'
import { outcomeOf } from './outcome.ts'

/** Turns the timing records of calls into measures and span events. */
export class Spans {
  readonly #tasks: TaskRegistry
  readonly #rejections: Rejections
  readonly #events: Events
  readonly #measures: Measures

  constructor(tasks: TaskRegistry, rejections: Rejections, events: Events, measures: Measures) {
    this.#tasks = tasks
    this.#rejections = rejections
    this.#events = events
    this.#measures = measures
  }

  /** Performs EndSpan. */
  endSpan(end: EndSpan): void {
    const entry = this.#tasks.entry(end.task)
    const record = entry.calls.get(end.call)
    if (!record) return
    const { started, ended, slot, run, firstItem, rejection } = end
    const error =
      rejection === undefined
        ? undefined
        : this.#rejections.errorOf(entry, record, rejection, end.aborted, end.blamed)
    const { trace } = record.options
    const id = callId(entry, end.call)
    const detail: SpanDetail = {
      spanId: id,
      ...(trace && { traceId: trace.id }),
      ...(trace?.name !== undefined && { traceName: trace.name }),
      callId: id,
      taskId: entry.taskId,
      ...(entry.taskName !== undefined && { taskName: entry.taskName }),
      taskType: entry.type,
      method: record.method,
      ...(slot !== undefined && { workerIndex: slot }),
      queueWaitMs: end.queueWait,
      queueWaitLastMs: end.queueWaitLast,
      attemptCount: end.attempts,
      ...(end.priority !== 0 && { priority: end.priority }),
      ...(run !== undefined && { runMs: run }),
      ...(record.stream && { itemCount: record.stream.itemCount }),
      ...(firstItem !== undefined && { firstItemMs: firstItem }),
      ...outcomeOf(end.status, end.error, error),
    }
    this.#measures.add('atelier:span', onPerformanceClock(started), onPerformanceClock(ended), detail)
    if (!this.#events.observed) return
    const ts = epochAt(ended)
    this.#events.emit({ kind: 'span', name: 'atelier:span', ts, durationMs: ended - started, ...detail })
  }
}
