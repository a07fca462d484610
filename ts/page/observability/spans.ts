import { onPerformanceClock } from '../kernel/clock.ts'
import type { Registers } from '../kernel/registers.ts'
import { type CallRecord, callId, type TaskEntry } from '../tasks/registry.ts'
import { epochAt } from './epoch.ts'
import type { Events } from './events.ts'
import type { Measures, SpanDetail } from './measure.ts'
import { outcomeOf } from './outcome.ts'

/** Turns the timing records of calls into measures and span events. */
export class Spans {
  readonly #events: Events
  readonly #measures: Measures

  constructor(events: Events, measures: Measures) {
    this.#events = events
    this.#measures = measures
  }

  /** Performs EndSpan. */
  endSpan(registers: Registers, entry: TaskEntry, record: CallRecord, error: unknown): void {
    const { call, worker, attempt, queueWait, queueWaitLast, started, ended } = registers
    const { trace } = record.options
    const id = callId(entry, call)
    const detail: SpanDetail = {
      spanId: id,
      ...(trace && { traceId: trace.id }),
      ...(trace?.name !== undefined && { traceName: trace.name }),
      callId: id,
      taskId: entry.taskId,
      ...(entry.taskName !== undefined && { taskName: entry.taskName }),
      taskType: entry.type,
      method: record.method,
      ...(worker !== undefined && { workerIndex: worker }),
      queueWaitMs: queueWait,
      queueWaitLastMs: queueWaitLast,
      attemptCount: attempt,
      ...outcomeOf(registers, error),
    }
    this.#measures.add('atelier:span', onPerformanceClock(started), onPerformanceClock(ended), detail)
    if (!this.#events.heard) return
    const ts = epochAt(ended)
    this.#events.emit({ kind: 'span', name: 'atelier:span', ts, durationMs: ended - started, ...detail })
  }
}
