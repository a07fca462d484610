import type { MetricEvent, ObservabilityConfig, RuntimeEvent, TraceContext } from '../../api/types.ts'
import type { Host } from '../kernel/host.ts'
import type { Registers } from '../kernel/registers.ts'
import type { CallRecord, CallTable, TaskEntry } from '../tasks/registry.ts'
import { alignEpoch } from './epoch.ts'
import { Events } from './events.ts'
import { Measures } from './measure.ts'
import { Metrics } from './metrics.ts'
import { parseObservability } from './observability-config.ts'
import { Spans } from './spans.ts'
import { Traces } from './traces.ts'

/** What a runtime reports of its work: metrics, spans and traces, as events and as performance measures. */
export class Telemetry {
  readonly #host: Host
  readonly #events: Events
  readonly #measures = new Measures()
  readonly #metrics: Metrics
  readonly #spans: Spans
  readonly #traces: Traces

  /** @throws TypeError when `config` makes no sense. */
  constructor(host: Host, calls: CallTable, config: ObservabilityConfig | undefined) {
    const { on, sampleRate } = parseObservability(config)
    alignEpoch()
    this.#host = host
    this.#events = new Events(() => host.observe(this.#events.heard, on, sampleRate))
    this.#metrics = new Metrics(host, calls, this.#events)
    this.#spans = new Spans(this.#events, this.#measures)
    this.#traces = new Traces(host, this.#events, this.#measures)
    host.observe(false, on, sampleRate)
  }

  /** See {@link Events.subscribe}. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  /** See {@link Measures.observe}. */
  observeSpans(listener: (measure: PerformanceMeasure) => void): () => void {
    return this.#measures.observe(listener)
  }

  /** See {@link Traces.createTrace}. */
  createTrace(name?: string): TraceContext {
    return this.#traces.createTrace(name)
  }

  /** See {@link Traces.runWithTrace}. */
  runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R> {
    return this.#traces.runWithTrace(name, fn)
  }

  /** Performs Count, Gauge and Histogram. */
  metric(kind: MetricEvent['kind'], registers: Registers): void {
    this.#metrics.metric(kind, registers)
  }

  /** Performs EndSpan. */
  endSpan(registers: Registers, entry: TaskEntry, record: CallRecord, error: unknown): void {
    this.#spans.endSpan(registers, entry, record, error)
  }

  /** Performs EndTrace. */
  endTrace(registers: Registers): void {
    this.#traces.endTrace(registers)
  }

  /** Ends every subscription, once what has been asked of the kernel so far is performed and reported. */
  stop(): void {
    this.#host.afterDrain(() => {
      this.#events.stop()
      this.#measures.stop()
    })
  }
}
