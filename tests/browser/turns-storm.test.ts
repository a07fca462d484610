import { beforeAll, describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { Task, TaskDispatchOptions } from '../../ts/api/task.ts'
import { listen } from '../support/events.ts'
import { generator, pick } from '../support/random.ts'
import { runtimeWithKernel } from '../support/runtime.ts'
import { type BusyWorkers, turnsWorkers } from './turns.ts'
import type { TurnsAPI } from './workers/turns.worker.ts'

/** Set VITE_STORM_CALLS for a longer or a shorter one. */
const CALLS = Number(import.meta.env.VITE_STORM_CALLS ?? 10_000)
const WAVE = 250
const BUDGET = 3

const BASE = { type: 'parallel', cancelGraceMs: 100, crashMaxRetries: 1_000 } as const

const CONFIGS: Omit<TaskConfig, 'worker'>[] = [
  { ...BASE, crashPolicy: 'restart-requeue-in-flight', poolSize: 3, maxInFlight: 9, maxQueueDepth: 50 },
  {
    ...{ ...BASE, poolSize: 2, maxQueueDepth: 50, weight: 3 },
    ...{ queuePolicy: 'drop-oldest', order: 'newest-first' },
  },
  { ...BASE, poolSize: 2, maxInFlight: 8, maxQueueDepth: 100, queuePolicy: 'reject' },
  { ...BASE, poolSize: 2, weight: 0 },
]

type Aftermath = {
  /** How calls ended, by the name of the error or `ok`, and how many of the canceled ones were superseded. */
  tally: Record<string, number>
  events: ReturnType<typeof listen>
  /** Of the workers that the budget counts, by their own word. */
  busy: BusyWorkers
  snapshot: ReturnType<TaskRuntime['getRuntimeSnapshot']>
  quiescent: boolean
}

describe(`${CALLS.toLocaleString('en')} calls with priorities and words, under a budget of ${BUDGET} busy workers`, () => {
  let after: Aftermath
  beforeAll(async () => {
    after = await storm()
  }, 300_000)

  it('settle, every one of them and once, in every way there is', () => {
    const { superseded = 0, ...endings } = after.tally
    expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(CALLS)
    expect(superseded).toBeGreaterThan(0)
    const names = ['AbortError', 'QueueDropError', 'RangeError', 'WorkerCrashedError', 'ok']
    expect(Object.keys(endings).sort()).toEqual(names)
  })

  it('are counted as their callers saw them end', () => {
    const { tally, events } = after
    const counted = ['success', 'canceled', 'rejected', 'failure'].map(how =>
      events.count(`task.${how}.total`),
    )
    expect(counted).toEqual([
      tally.ok,
      tally.AbortError,
      tally.QueueDropError,
      (tally.WorkerCrashedError ?? 0) + (tally.RangeError ?? 0),
    ])
  })

  it('never keep more workers busy than the budget allows, and give all of it back', () => {
    const levels = after.events.metrics('runtime.busy_workers').map(({ value }) => value)
    expect([Math.max(...levels), levels.at(-1)]).toEqual([BUDGET, 0])
    // A busy page hears of a worker's start late, perhaps after the end of another one.
    expect(after.busy.now).toBe(0)
    expect(after.busy.most).toBeGreaterThan(1)
    expect(after.busy.most).toBeLessThanOrEqual(BUDGET)
    expect(after.snapshot).toMatchObject({ busyWorkers: 0, maxBusyWorkers: BUDGET })
  })

  it('leave every table of the kernel empty', () => {
    expect(after.quiescent).toBe(true)
  })
})

/** Sends calls in waves, does them harm and waits for the last one. */
async function storm(): Promise<Aftermath> {
  const { runtime, kernel } = runtimeWithKernel({
    maxBusyWorkers: BUDGET,
    observability: { spans: 'off' },
  })
  const events = listen(runtime)
  const random = generator(3)
  const busy: BusyWorkers = { now: 0, most: 0 }
  const tasks = CONFIGS.map(config => {
    const { create } = turnsWorkers(config.weight === 0 ? undefined : busy)
    return runtime.defineTask<TurnsAPI>({ ...config, worker: create })
  })
  const tally: Record<string, number> = {}
  let settled = 0
  const count = (name: string) => {
    tally[name] = (tally[name] ?? 0) + 1
  }
  for (let sent = 0; sent < CALLS; ) {
    const controller = new AbortController()
    for (let n = 0; n < WAVE && sent < CALLS; n++, sent++) {
      const options = optionsOf(random, controller.signal)
      call(pick(tasks, random).with(options), random)
        .then(
          () => count('ok'),
          (error: Error) => {
            count(error.name)
            if ((error.cause as Error | undefined)?.name === 'SupersededError') count('superseded')
          },
        )
        .finally(() => settled++)
    }
    harm(runtime, pick(tasks, random), random)
    await new Promise(resolve => setTimeout(resolve))
    controller.abort()
    // As many as three waves may be open at a time.
    while (sent - settled > 3 * WAVE) await new Promise(resolve => setTimeout(resolve, 1))
  }
  runtime.abortTaskController.clearAll()
  for (const task of tasks) task.startWorkers()
  await Promise.all(tasks.map(task => task.drain()))
  const snapshot = runtime.getRuntimeSnapshot()
  runtime.dispose()
  return { tally, events, busy, snapshot, quiescent: kernel.isQuiescent() }
}

function optionsOf(random: () => number, signal: AbortSignal): TaskDispatchOptions {
  return {
    key: `key-${Math.floor(random() * 50)}`,
    priority: random() < 0.5 ? Math.floor(random() * 16) - 8 : undefined,
    latest: random() < 0.3 ? `word-${Math.floor(random() * 20)}` : undefined,
    replaceRunning: random() < 0.5,
    signal: random() < 0.1 ? signal : undefined,
    timeoutMs: random() < 0.02 ? 20 : undefined,
  }
}

function call(task: Task<TurnsAPI>, random: () => number): Promise<unknown> {
  const dice = random()
  if (dice < 0.9) return task.run('', random() < 0.3 ? 1 : 0)
  if (dice < 0.95) return task.fail('as it should')
  if (dice < 0.99) return task.with({ timeoutMs: 5 }).cooperate('')
  if (dice < 0.9905) return task.with({ timeoutMs: 5 }).spin()
  if (dice < 0.9915) return task.throwSoon('a storm')
  // Ends its worker each time that it is sent.
  if (dice < 0.992) return task.with({ timeoutMs: 500 }).close()
  return task.run('', 2)
}

function harm(runtime: TaskRuntime, task: Task<TurnsAPI>, random: () => number): void {
  const dice = random()
  const key = `key-${Math.floor(random() * 50)}`
  if (dice < 0.3) {
    runtime.abortTaskController.abort(key)
    setTimeout(() => runtime.abortTaskController.clear(key), 5)
  } else if (dice < 0.7) {
    runtime.prioritize(key, Math.floor(random() * 16) - 8)
  } else if (dice < 0.85) {
    task.stopWorkers()
    setTimeout(() => task.startWorkers(), 5 * random())
  }
}
