import { type CrashPolicy, createTaskRuntime, type Task, WorkerCrashedError } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

export const POLICIES: readonly CrashPolicy[] = [
  'restart-fail-in-flight',
  'restart-requeue-in-flight',
  'fail-task',
]

export type CrashSettings = { poolSize: number; crashMaxRetries: number }

export type Outcome = 'done' | 'crashed' | 'ended'

export function crashes({ poolSize, crashMaxRetries }: CrashSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  const crashButton = new BroadcastChannel('crash')
  const started = new Map(POLICIES.map(policy => [policy, [] as string[]]))
  let broken = false

  const tasks = POLICIES.map(crashPolicy =>
    runtime.defineTask<JobsAPI>({
      type: 'parallel',
      taskId: crashPolicy,
      worker: () => {
        if (broken) throw new Error('No worker can be started')
        const name = crypto.randomUUID()
        started.get(crashPolicy)?.push(name)
        return new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module', name })
      },
      poolSize,
      crashPolicy,
      crashMaxRetries,
    }),
  )

  /** In each task, crashes the worker that was started last, or all workers. */
  function crash(which: 'one' | 'all') {
    for (const names of started.values()) {
      for (const name of which === 'one' ? names.slice(-1) : names) crashButton.postMessage(name)
    }
  }

  /** While this is true, no worker can be started. */
  function breakStarts(on: boolean) {
    broken = on
  }

  /** Restarts the tasks that have failed. The others go on. */
  function revive() {
    for (const task of tasks) task.startWorkers()
  }

  /** Makes one call after the other to each task, and pauses after one that failed. */
  async function keepCalling(ms: number, tell: (policy: CrashPolicy, outcome: Outcome) => void) {
    const makeCalls = async (policy: CrashPolicy, task: Task<JobsAPI>) => {
      for (;;) {
        try {
          await task.work({ ms })
          tell(policy, 'done')
        } catch (error) {
          if (!(error instanceof WorkerCrashedError)) return tell(policy, 'ended')
          tell(policy, 'crashed')
          await new Promise(resolve => setTimeout(resolve, 500))
        }
      }
    }
    await Promise.all(tasks.map((task, index) => makeCalls(POLICIES[index] as CrashPolicy, task)))
  }

  function dispose() {
    runtime.dispose()
    crashButton.close()
  }

  return { runtime, crash, breakStarts, revive, keepCalling, dispose }
}
