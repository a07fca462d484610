import * as api from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** An instrumentation of its own. */
const tracer = new BasicTracerProvider().getTracer('worker')
const propagator = new W3CTraceContextPropagator()

/** Where a span belongs. */
export type Place = { traceId: string; parentId: string | undefined }

const handlers = {
  /** Records a span of the worker, in the trace of the call if it has one. */
  work({ traceparent }: TaskContext): Place {
    const parent = propagator.extract(api.ROOT_CONTEXT, { traceparent }, api.defaultTextMapGetter)
    const span = tracer.startSpan('work', {}, parent)
    span.end()
    return { traceId: span.spanContext().traceId, parentId: api.trace.getSpanContext(parent)?.spanId }
  },
}

export type TracedAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
