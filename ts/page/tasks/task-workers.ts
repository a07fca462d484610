import type { TaskWorkers } from '../../api/task.ts'
import { TaskDisposedError } from '../../shared/errors/classes.ts'
import type { Host } from '../kernel/host.ts'
import { setData } from '../workers/worker-data.ts'
import type { TaskEntry } from './registry.ts'

/** What a task offers for its workers. */
export function taskWorkers(host: Host, entry: () => TaskEntry): TaskWorkers {
  return {
    replace: () => replace(host, entry()),
    setData: data => setData(entry(), data),
  }
}

function replace(host: Host, entry: TaskEntry): Promise<void> {
  if (entry.disposed) return Promise.reject(new TaskDisposedError(entry.taskId))
  return new Promise((resolve, reject) => {
    entry.replacements.push({ resolve, reject })
    host.port.replaceWorkers(entry.id)
  })
}
