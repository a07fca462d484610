import { createTaskRuntime } from '@varunkanwar/atelier'
import { expose } from 'comlink'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'

/** A dedicated worker that has a runtime of its own, as a page does. */
const runtime = createTaskRuntime({ observability: { spans: 'off' } })
const task = runtime.defineTask<JobsAPI>({
  type: 'parallel',
  taskId: 'nested',
  poolSize: 2,
  crashPolicy: 'restart-requeue-in-flight',
  startTimeoutMs: 10_000,
  worker: () =>
    new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
})

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'fulfilled',
    error => `${error.name} by ${error.cause?.name}`,
  )

const owner = {
  echo: (value: unknown) => task.echo(value),
  /** Whether the bytes moved on to the nested worker. */
  sum: async (bytes: Uint8Array) => ({ sum: await task.sum(bytes), left: bytes.byteLength }),
  /** How a call ends by its key, and how by its timeout. */
  async canceled() {
    await task.echo('up')
    const byKey = outcome(task.with({ key: 'a' }).cooperate())
    runtime.abortTaskController.abort('a')
    return [await byKey, await outcome(task.with({ timeoutMs: 20 }).cooperate())]
  },
  /** How a call ends that ends its worker each time it is tried. The task has failed then, and starts again. */
  async closed() {
    await task.echo('up')
    const end = await outcome(task.close())
    task.startWorkers()
    return end
  },
  dispose: () => runtime.dispose(),
}

export type Owner = typeof owner
expose(owner)
postMessage('listening')
