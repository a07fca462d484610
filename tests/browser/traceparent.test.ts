import * as api from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createTaskRuntime } from '@varunkanwar/atelier'
import { observeWithOpenTelemetry } from '@varunkanwar/atelier/otel'
import { expect, it, onTestFinished } from 'vitest'
import type { TracedAPI } from './workers/traced.worker.ts'

it("a span that a worker records with OpenTelemetry is in the trace that the page's OpenTelemetry reports", async () => {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  onTestFinished(() => runtime.dispose())
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  observeWithOpenTelemetry(runtime, { api, tracer: provider.getTracer('page') })
  const task = runtime.defineTask<TracedAPI>({
    type: 'singleton',
    taskId: 'traced',
    worker: () => new Worker(new URL('./workers/traced.worker.ts', import.meta.url), { type: 'module' }),
  })

  const own = await runtime.runWithTrace('doc:1', trace => task.with({ trace }).work())
  const [root, call] = ['doc:1', 'traced.work'].map(name =>
    exporter.getFinishedSpans().find(span => span.name === name),
  )
  expect([root, call].map(span => span?.spanContext().traceId)).toEqual([own.traceId, own.traceId])
  expect(root?.parentSpanContext?.spanId).toBe(own.parentId)
  expect(call?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId)

  const untraced = await task.work()
  expect(untraced.traceId).not.toBe(own.traceId)
  expect(untraced.parentId).toBeUndefined()
})
