import { onTestFinished } from 'vitest'
import type { RuntimeConfig, TaskConfig } from '../../ts/api/config.ts'
import type { RuntimeEvent } from '../../ts/api/events.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { StreamOptions } from '../../ts/api/streams.ts'
import type { StripTaskContext } from '../../ts/api/strip-context.ts'
import type { Task } from '../../ts/api/task.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { FakeWorker } from './fake-worker.ts'
import { runtimeWithKernel } from './runtime.ts'

export type StreamBench<T> = {
  runtime: TaskRuntime
  kernel: Kernel
  task: Task<StripTaskContext<T>>
  workers: FakeWorker[]
  events: RuntimeEvent[]
}

/** A task over fake workers whose methods all stream, but for those that `values` names. A singleton unless told otherwise. */
export function streamBench<T extends object>(
  handlers: T,
  config: Partial<TaskConfig> & { values?: string[]; options?: StreamOptions } = {},
  runtimeConfig: RuntimeConfig = { observability: { spans: 'off' } },
): StreamBench<T> {
  const { values = [], options, ...rest } = config
  const { runtime, kernel } = runtimeWithKernel(runtimeConfig)
  onTestFinished(() => runtime.dispose())
  const workers: FakeWorker[] = []
  const events: RuntimeEvent[] = []
  runtime.subscribeEvents(event => events.push(event))
  const names = Object.keys(handlers).filter(name => !values.includes(name))
  const task = runtime.defineTask<StripTaskContext<T>>({
    type: 'singleton',
    taskId: 'bench',
    worker: () => {
      const worker = new FakeWorker(handlers)
      workers.push(worker)
      return worker
    },
    streams: Object.fromEntries(names.map(name => [name, options ?? true])),
    ...rest,
  } as TaskConfig)
  return { runtime, kernel, task, workers, events }
}
