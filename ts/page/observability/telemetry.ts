import type { ObservabilityConfig } from '../../api/config.ts'
import type { RuntimeEvent, TraceContext } from '../../api/events.ts'
import type {
  EndSpan,
  ErrorKind,
  Metric,
  Slot,
  Status,
  TaskId,
  Termination,
  TraceId,
} from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskRegistry } from '../tasks/registry.ts'
import type { Rejections } from '../tasks/rejections.ts'
import { alignEpoch } from './epoch.ts'
import { Events } from './events.ts'
import { Measures } from './measure.ts'
import { Metrics } from './metrics.ts'
import { parseObservability } from './observability-config.ts'
import { Spans } from './spans.ts'
import { Traces } from './traces.ts'

/** Reports the work of a runtime: metrics, spans and traces, as events and as performance measures. */
export class Telemetry {
  readonly #host: Host
  readonly #events: Events
  /** Tells the kernel whether somebody sees what it counts. */
  readonly #observe: () => void
  readonly #measures = new Measures()
  readonly #metrics: Metrics
  readonly #spans: Spans
  readonly #traces: Traces
  readonly #recordsSpans: boolean
  #isInspected = false

  /** @throws TypeError if `config` is invalid. */
  constructor(
    host: Host,
    tasks: TaskRegistry,
    rejections: Rejections,
    config: ObservabilityConfig | undefined,
  ) {
    const { on, sampleRate } = parseObservability(config)
    alignEpoch()
    this.#recordsSpans = on && sampleRate > 0
    this.#host = host
    this.#observe = () => host.report(() => host.port.observe(this.#isObserved, on, sampleRate))
    this.#events = new Events(this.#observe)
    this.#metrics = new Metrics(host, tasks, this.#events)
    this.#spans = new Spans(tasks, rejections, this.#events, this.#measures)
    this.#traces = new Traces(host, this.#events, this.#measures)
    host.port.observe(false, on, sampleRate)
  }

  /** Whether somebody may see how long handlers run. */
  get timesCalls(): boolean {
    return this.#recordsSpans || this.#isObserved
  }

  get #isObserved(): boolean {
    return this.#isInspected || this.#events.observed
  }

  /** Whether the kernel's counts are asked for although nobody listens to events: an inspector takes them as they are. */
  inspect(isInspected: boolean): void {
    this.#isInspected = isInspected
    this.#observe()
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

  /** Performs Count. */
  count(metric: Metric, task: TaskId, slot: Slot | undefined, termination: Termination | undefined): void {
    this.#metrics.count(metric, task, slot, termination)
  }

  /** Performs Gauge. */
  gauge(metric: Metric, task: TaskId, value: number): void {
    this.#metrics.gauge(metric, task, value)
  }

  /** Performs BusyWorkers. */
  busyWorkers(value: number): void {
    this.#metrics.busyWorkers(value)
  }

  /** Performs Histogram. */
  histogram(metric: Metric, task: TaskId, value: number): void {
    this.#metrics.histogram(metric, task, value)
  }

  /** Performs EndSpan. */
  endSpan(end: EndSpan): void {
    this.#spans.endSpan(end)
  }

  /** Performs EndTrace. */
  endTrace(
    trace: TraceId,
    started: number,
    ended: number,
    status: Status,
    error: ErrorKind | undefined,
  ): void {
    this.#traces.endTrace(trace, started, ended, status, error)
  }

  /** Ends every subscription once all effects of the inputs so far have been performed and reported. */
  stop(): void {
    this.#host.afterDrain(() => {
      this.#events.stop()
      this.#measures.stop()
    })
  }
}
