import type { TraceContext, TraceEndOptions } from '../../api/events.ts'
import { describe, show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import type { ErrorKind, Status, TraceId } from '../kernel/boundary.ts'
import { onPerformanceClock } from '../kernel/clock.ts'
import type { Host } from '../kernel/host.ts'
import { epochAt } from './epoch.ts'
import type { Events } from './events.ts'
import type { Measures, TraceDetail } from './measure.ts'
import { errorKindOf, outcomeOf, statusNamed } from './outcome.ts'

/** The part of an open, sampled trace that the kernel does not hold. */
type OpenTrace = { readonly id: string; readonly name: string | undefined; error: unknown }

/** The traces of one runtime. */
export class Traces {
  readonly #host: Host
  readonly #events: Events
  readonly #measures: Measures
  /** The first 24 hexadecimal digits of the ids of this runtime's traces, which are random. */
  readonly #prefix: string
  readonly #open = new Map<TraceId, OpenTrace>()

  /** Seeds the kernel's sampling with a part of the trace ids. */
  constructor(host: Host, events: Events, measures: Measures) {
    this.#host = host
    this.#events = events
    this.#measures = measures
    const [seed, ...rest] = crypto.getRandomValues(new Uint32Array(3)) as unknown as [number, number, number]
    this.#prefix = [seed, ...rest].map(hex).join('')
    host.port.seedSampling(seed)
  }

  /**
   * Opens a trace. Its id is 32 hexadecimal digits, as in a W3C trace context, and unique across pages.
   *
   * @throws TypeError when `name` is not a string.
   */
  createTrace(name?: string): TraceContext {
    if (name !== undefined && typeof name !== 'string') {
      throw new TypeError(`The name of a trace must be a string, not ${describe(name)}`)
    }
    const { trace: number, sampled } = this.#host.port.openTrace()
    const trace: OpenTrace = { id: this.#prefix + hex(number), name, error: undefined }
    if (sampled) this.#open.set(number, trace)
    return {
      id: trace.id,
      ...(name !== undefined && { name }),
      sampled,
      end: (options: TraceEndOptions = {}) => {
        if (typeof options !== 'object' || options === null) {
          throw new TypeError(`end() of a trace takes an object of options, not ${show(options)}`)
        }
        refuseUnknown('end() of a trace', options, ['status', 'error'])
        const { status, error } = options
        const given = statusNamed(status)
        const kind = error === undefined ? undefined : errorKindOf(error)
        trace.error ??= error
        this.#host.report(() => this.#host.port.endTrace(number, given, kind))
      },
    }
  }

  /** Runs `fn` in a trace of its own, which ends as `fn` does: ok, canceled (by an AbortError) or error. */
  async runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R> {
    const trace = this.createTrace(name)
    try {
      const result = await fn(trace)
      trace.end({ status: 'ok' })
      return result
    } catch (thrown) {
      // `throw undefined` must count as a failure too.
      trace.end({ error: thrown ?? new Error(String(thrown)) })
      throw thrown
    }
  }

  /** Performs EndTrace. */
  endTrace(
    number: TraceId,
    started: number,
    ended: number,
    status: Status,
    error: ErrorKind | undefined,
  ): void {
    const trace = this.#open.get(number)
    this.#open.delete(number)
    if (!trace) return
    const detail: TraceDetail = {
      traceId: trace.id,
      ...(trace.name !== undefined && { traceName: trace.name }),
      ...outcomeOf(status, error, trace.error),
    }
    this.#measures.add('atelier:trace', onPerformanceClock(started), onPerformanceClock(ended), detail)
    if (!this.#events.observed) return
    const ts = epochAt(ended)
    this.#events.emit({ kind: 'trace', name: 'atelier:trace', ts, durationMs: ended - started, ...detail })
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
