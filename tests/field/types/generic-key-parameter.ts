import { createTaskRuntime } from '@varunkanwar/atelier'
import { createTaskWorker, type StripTaskContext } from '@varunkanwar/atelier/worker'

const handlers = { pluck: async <T, K extends keyof T>(row: T, key: K): Promise<T[K]> => row[key] }
createTaskWorker(handlers)

const task = createTaskRuntime().defineTask<StripTaskContext<typeof handlers>>({
  type: 'singleton',
  worker: () => new Worker('/worker.js'),
})
export const name: Promise<string> = task.pluck({ name: 'a' }, 'name')
