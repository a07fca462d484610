import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
})
afterAll(() => consumer.remove())

const bundle = async (text: string) => {
  consumer.write({ 'entry.js': text })
  return Object.values(await consumer.bundle('entry.js')).join('\n')
}

it('the OpenTelemetry adapter brings nothing of OpenTelemetry, of comlink or of the kernel into a bundle', async () => {
  const text = await bundle(`
      import { observeWithOpenTelemetry } from '@varunkanwar/atelier/otel'
      globalThis.observe = observeWithOpenTelemetry`)
  expect(text).not.toMatch(/^import|opentelemetry|comlink|WebAssembly/m)
  expect(text.length).toBeLessThan(5_000)
})

it('the OpenTelemetry adapter costs nothing where it is not imported', async () => {
  const text = await bundle(`
      import { createTaskRuntime } from '@varunkanwar/atelier'
      globalThis.create = createTaskRuntime`)
  expect(text).not.toContain('task.method')
})

it("the OpenTelemetry adapter takes the API, a tracer and a meter of the user's OpenTelemetry", () => {
  consumer.link('@opentelemetry')
  consumer.write({
    'use.ts': `
        import * as api from '@opentelemetry/api'
        import { createTaskRuntime } from '@varunkanwar/atelier'
        import { observeWithOpenTelemetry } from '@varunkanwar/atelier/otel'
        const runtime = createTaskRuntime({ observability: { spans: 'on' } })
        const tracer = api.trace.getTracer('app')
        const stop: () => void = observeWithOpenTelemetry(runtime, { api, tracer, meter: api.metrics.getMeter('app') })
        const { context, trace } = api
        observeWithOpenTelemetry(runtime, { api: { context, trace }, tracer })
        stop()
        // @ts-expect-error: a tracer is needed
        observeWithOpenTelemetry(runtime, { api })`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['es2022', 'dom', 'esnext.disposable'],
        types: [],
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
      },
      files: ['use.ts'],
    }),
  })
  expect(consumer.tsc('-p', '.')).toBe('')
})
