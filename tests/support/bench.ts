import type { RuntimeConfig, TaskConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { Task } from '../../ts/api/task.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import type { StripTaskContext, TaskContext } from '../../ts/worker.ts'
import { type Deferred, deferred } from './deferred.ts'
import { FakeWorker } from './fake-worker.ts'
import { runtimeWithKernel } from './runtime.ts'
import { until } from './turns.ts'

/** A call of `run` in a worker. Its test ends it. */
export type Job = Deferred<unknown> & {
  readonly name: unknown
  readonly context: TaskContext
  /** Which worker it is in, by the order of their creation. */
  readonly worker: number
}

type Handlers = ReturnType<typeof handlers>

/** The methods that every bench task has. */
export type BenchAPI = StripTaskContext<Handlers>

export type Bench = {
  runtime: TaskRuntime
  kernel: Kernel
  task: Task<BenchAPI>
  /** The calls of `run` that have reached a worker, in order. */
  jobs: Job[]
  /** The workers made, terminated ones included. */
  workers: FakeWorker[]
  /** The job with this name once it has reached a worker; the nth of that name from 0. */
  job(name: unknown, nth?: number): Promise<Job>
  /** A factory as the task's own. */
  worker: () => Worker
}

/**
 * One task over fake workers, whose calls of `run` end when the test says so. A singleton named `bench`, unless told otherwise.
 * Spans are off unless asked for, because their measures would stay in the process.
 */
export function bench(
  config: Partial<TaskConfig> = {},
  runtimeConfig: RuntimeConfig = { observability: { spans: 'off' } },
): Bench {
  const { runtime, kernel } = runtimeWithKernel(runtimeConfig)
  const jobs: Job[] = []
  const workers: FakeWorker[] = []
  const worker = () => {
    const made = new FakeWorker(handlers(jobs, workers.length))
    workers.push(made)
    return made
  }
  const task = runtime.defineTask<BenchAPI>({ type: 'singleton', taskId: 'bench', worker, ...config })
  return {
    runtime,
    kernel,
    task,
    jobs,
    workers,
    worker,
    async job(name, nth = 0) {
      const named = () => jobs.filter(job => job.name === name)[nth]
      await until(() => named() !== undefined, `job ${String(name)} reaches a worker`)
      return named() as Job
    },
  }
}

function handlers(jobs: Job[], worker: number) {
  return {
    /** Ends when the test says so. */
    run(name: unknown, context: TaskContext): Promise<unknown> {
      const job: Job = { ...deferred<unknown>(), name, context, worker }
      jobs.push(job)
      return job.promise
    },
    /** Ends with an AbortError as soon as it is canceled. */
    cooperate(context: TaskContext): Promise<never> {
      return new Promise((_, reject) => {
        context.signal.addEventListener('abort', () => reject(context.signal.reason))
      })
    },
    echo<T>(value: T): T {
      return value
    },
    fail(message: string): never {
      throw new RangeError(message)
    },
  }
}
