import { createTaskRuntime } from '@varunkanwar/atelier'
import { expect, it, onTestFinished } from 'vitest'
import { rejection } from '../support/outcome.ts'
import type { LimitAPI } from './workers/limit.worker.ts'
import { LimitError } from './workers/limit-error.ts'

it('an error of a class that both sides register is an instance of it in the page, wherever it hangs', async () => {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const task = runtime.defineTask<LimitAPI>({
    type: 'singleton',
    worker: () => new Worker(new URL('./workers/limit.worker.ts', import.meta.url), { type: 'module' }),
  })

  const error = await rejection(task.refuse(7))
  const [limit] = (error.cause as AggregateError).errors
  expect(limit).toBeInstanceOf(LimitError)
  expect(limit).toMatchObject({ name: 'LimitError', message: 'over 7', limit: 7 })
  expect(limit.stack).toContain('limit.worker')
})
