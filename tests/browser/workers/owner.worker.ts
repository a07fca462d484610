import { createTaskRuntime } from '@varunkanwar/atelier'
import { expose } from 'comlink'
import type { JobsAPI } from './jobs.worker.ts'

/** A dedicated worker that has a runtime of its own, as a page does. */
const runtime = createTaskRuntime({ observability: { spans: 'off' } })
const task = runtime.defineTask<JobsAPI>({
  type: 'parallel',
  taskId: 'nested',
  poolSize: 2,
  crashPolicy: 'restart-requeue-in-flight',
  worker: () => new Worker(new URL('./jobs.worker.ts', import.meta.url), { type: 'module' }),
})

const owner = {
  echo: (value: unknown) => task.echo(value),
  /** Whether the bytes moved on to the nested worker. */
  sum: async (bytes: Uint8Array) => ({ sum: await task.sum(bytes), left: bytes.byteLength }),
  /** How a call ends: by its key, by its timeout, by the end of its worker. */
  async ends() {
    const outcome = (call: Promise<unknown>) =>
      call.then(
        () => 'fulfilled',
        error => `${error.name} by ${error.cause?.name}`,
      )
    await task.echo('up')
    const byKey = outcome(task.with({ key: 'a' }).cooperate())
    runtime.abortTaskController.abort('a')
    const byTimeout = outcome(task.with({ timeoutMs: 20 }).cooperate())
    const byClose = outcome(task.close())
    return [await byKey, await byTimeout, await byClose]
  },
  counts: () => task.getState(),
  dispose: () => runtime.dispose(),
}

export type Owner = typeof owner
expose(owner)
postMessage('listening')
