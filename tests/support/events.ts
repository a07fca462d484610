import type { MetricEvent, RuntimeEvent, SpanEvent, TraceEvent } from '../../ts/api/events.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'

/** Records every event that a runtime emits from now on. */
export function listen(runtime: TaskRuntime) {
  const events: RuntimeEvent[] = []
  const stop = runtime.subscribeEvents(event => events.push(event))
  return {
    events,
    stop,
    /** Removes and returns the events recorded so far, one short line for each. */
    take: () => events.splice(0).map(line),
    spans: () => events.filter((event): event is SpanEvent => event.kind === 'span'),
    traces: () => events.filter((event): event is TraceEvent => event.kind === 'trace'),
    metrics: (name: string) => events.filter((event): event is MetricEvent => event.name === name),
    /** The sum of a counter. */
    count: (name: string) =>
      events.reduce((sum, event) => (event.name === name ? sum + (event as MetricEvent).value : sum), 0),
  }
}

function line(event: RuntimeEvent): string {
  switch (event.kind) {
    case 'counter':
      return event.value === 1 ? event.name : `${event.name} +${event.value}`
    case 'gauge':
      return `${event.name} = ${event.value}`
    case 'histogram':
      return `${event.name}: ${event.value}`
    case 'span':
      return `span ${event.method} ${[event.status, event.errorKind].filter(Boolean).join('/')}`
    case 'trace':
      return `trace ${event.traceName} ${[event.status, event.errorKind].filter(Boolean).join('/')}`
    default:
      return event satisfies never
  }
}
