import { beforeAll, describe, expect, it } from 'vitest'
import { cdp, server } from 'vitest/browser'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { Task } from '../../ts/api/task.ts'
import { liveHeapBytes } from '../support/page-heap.ts'
import { generator, pick } from '../support/random.ts'
import { runtimeWithKernel } from '../support/runtime.ts'
import type { JobsAPI } from './workers/jobs.worker.ts'

/** Set VITE_STORM_CALLS for a longer or a shorter one. */
const CALLS = Number(import.meta.env.VITE_STORM_CALLS ?? 100_000)
const WAVE = 500
const MB = 2 ** 20

const BASE = { type: 'parallel', cancelGraceMs: 200, crashMaxRetries: 1_000 } as const

const CONFIGS: Omit<TaskConfig, 'worker'>[] = [
  { ...BASE, crashPolicy: 'restart-requeue-in-flight', poolSize: 3, maxInFlight: 48, maxQueueDepth: 100 },
  {
    ...BASE,
    crashPolicy: 'restart-fail-in-flight',
    poolSize: 2,
    maxInFlight: 16,
    maxQueueDepth: 200,
    queuePolicy: 'drop-oldest',
  },
  {
    ...BASE,
    crashPolicy: 'fail-task',
    poolSize: 2,
    maxInFlight: 8,
    maxQueueDepth: 300,
    queuePolicy: 'reject',
  },
]

type Target = {
  task: Task<JobsAPI>
  policy: TaskConfig['crashPolicy']
  workers: Worker[]
  /** Known to have answered. */
  up: Set<Worker>
}

/** How calls ended, by the name of the error or `ok`. */
type Tally = Record<string, number>

const FAILURES = ['AbortError', 'WorkerCrashedError', 'QueueDropError', 'RangeError', 'TypeError']

/** Only Chromium's protocol tells the size of the heap. */
const heapIsKnown = server.browser === 'chromium'

type Aftermath = {
  tally: Tally
  /** What the runtime counted, by metric. */
  counted: Tally
  unhandled: unknown[]
  quiescent: boolean
  tasks: unknown[]
  heapGrowth: number | undefined
}

describe(`${CALLS.toLocaleString('en')} calls through crashes, kills, aborts, stops and starts`, () => {
  let after: Aftermath
  beforeAll(async () => {
    after = await weather()
  }, 300_000)

  it('settle, every one of them and once', () => {
    expect(sum(after.tally)).toBe(CALLS)
  })

  it('end in every way there is', () => {
    for (const name of ['ok', ...FAILURES]) expect(after.tally[name], name).toBeGreaterThan(0)
    for (const name of ['worker.crash.total', 'worker.terminate.total', 'task.requeue.total']) {
      expect(after.counted[name], name).toBeGreaterThan(0)
    }
    expect(Object.keys(after.tally).sort()).toEqual(['ok', ...FAILURES].sort())
  })

  it('are counted as their callers saw them end', () => {
    const { tally, counted } = after
    expect(counted).toMatchObject({
      'task.success.total': tally.ok,
      'task.canceled.total': tally.AbortError,
      'task.rejected.total': tally.QueueDropError,
      'task.failure.total': sum(tally, ['WorkerCrashedError', 'RangeError', 'TypeError']),
    })
  })

  it('leave no rejection unhandled', () => {
    expect(after.unhandled).toEqual([])
  })

  it('leave every table of the kernel empty, and no task', () => {
    expect([after.quiescent, after.tasks]).toEqual([true, []])
  })

  it.skipIf(!heapIsKnown)('leave the heap as it was, within 1 MB (where Chromium tells its size)', () => {
    expect(after.heapGrowth).toBeLessThan(MB)
  })
})

async function weather(): Promise<Aftermath> {
  const { runtime, kernel } = runtimeWithKernel({ observability: { spans: 'off' } })
  const unhandled: unknown[] = []
  const onUnhandled = (event: PromiseRejectionEvent) => unhandled.push(event.reason)
  addEventListener('unhandledrejection', onUnhandled)

  // The first storm pays for what stays: compiled code, the workers' pools, the kernel's tables.
  await storm(runtime, WAVE * 20, 1)
  const before = heapIsKnown ? await liveHeapBytes(cdp()) : undefined

  const counted: Tally = {}
  const unsubscribe = runtime.subscribeEvents(event => {
    if (event.kind === 'counter') counted[event.name] = (counted[event.name] ?? 0) + event.value
  })
  const tally = await storm(runtime, CALLS, 2)
  unsubscribe()
  const heapGrowth = before === undefined ? undefined : (await liveHeapBytes(cdp())) - before

  removeEventListener('unhandledrejection', onUnhandled)
  const { tasks } = runtime.getRuntimeSnapshot()
  const quiescent = kernel.isQuiescent()
  runtime.dispose()
  return { tally, counted, unhandled, quiescent, tasks, heapGrowth }
}

/** Sends calls in waves, does them harm, waits for the last one and disposes of everything. */
async function storm(runtime: TaskRuntime, calls: number, seed: number): Promise<Tally> {
  const random = generator(seed)
  const targets = CONFIGS.map(config => target(runtime, config))
  const tally: Tally = {}
  let settled = 0
  const count = (name: string) => {
    tally[name] = (tally[name] ?? 0) + 1
    settled++
  }
  for (let sent = 0; sent < calls; ) {
    const controller = new AbortController()
    for (let n = 0; n < WAVE && sent < calls; n++, sent++) {
      call(pick(targets, random), random, sent, controller.signal).then(
        () => count('ok'),
        (error: Error) => count(error.name),
      )
    }
    harm(runtime, pick(targets, random), random)
    await new Promise(resolve => setTimeout(resolve))
    controller.abort()
    // As many as three waves may be open at a time.
    while (sent - settled > 3 * WAVE) await new Promise(resolve => setTimeout(resolve, 1))
  }
  runtime.abortTaskController.clearAll()
  for (const { task } of targets) task.startWorkers()
  await Promise.all(targets.map(({ task }) => task.drain()))
  for (const { task } of targets) {
    expect(task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0, waitingQueueDepth: 0 })
    task.dispose()
  }
  return tally
}

function target(runtime: TaskRuntime, config: Omit<TaskConfig, 'worker'>): Target {
  const workers: Worker[] = []
  const worker = () => {
    const made = new Worker(new URL('./workers/jobs.worker.ts', import.meta.url), {
      type: 'module',
      name: String(workers.length),
    })
    workers.push(made)
    return made
  }
  const task = runtime.defineTask<JobsAPI>({ ...config, worker })
  return { task, policy: config.crashPolicy, workers, up: new Set() }
}

function call(
  { task, policy, workers, up }: Target,
  random: () => number,
  n: number,
  signal: AbortSignal,
): Promise<unknown> {
  const keyed = task.with({ key: `key-${n % 50}` })
  const dice = random()
  if (dice < 0.5) return keyed.echo(n)
  if (dice < 0.6) return task.with({ signal }).sum(new Uint8Array(64).fill(1))
  if (dice < 0.7) {
    return task.name().then(name => up.add(workers[Number(name)] as Worker))
  }
  if (dice < 0.8) return keyed.with({ signal }).sleep(n % 4)
  if (dice < 0.85) return task.fail('as it should')
  if (dice < 0.9) return task.with({ signal }).cooperate()
  if (dice < 0.92) return task.callback()
  if (dice < 0.94) return task.echo(() => n)
  if (dice < 0.9402) return task.with({ signal }).spin()
  if (dice < 0.9407) return task.throwSoon('a storm')
  if (dice < 0.9412) return task.closeSoon()
  // A call that ends its worker is sent again and again where calls are requeued.
  if (dice < 0.9414 && policy !== 'restart-requeue-in-flight') return task.close()
  return keyed.with({ signal, transfer: [] }).echo({ n, text: 'and some data', bytes: new Uint8Array(32) })
}

function harm(runtime: TaskRuntime, { task, workers, up }: Target, random: () => number): void {
  const dice = random()
  const keys = runtime.abortTaskController
  if (dice < 0.3) {
    const key = `key-${Math.floor(random() * 50)}`
    keys.abort(key)
    setTimeout(() => keys.clear(key), 5)
  } else if (dice < 0.4) {
    task.stopWorkers()
    setTimeout(() => task.startWorkers(), 5 * random())
  } else if (dice < 0.45) {
    // A worker that has never answered may not have been heard of: the platform tells of its end to nobody.
    workers.findLast(worker => up.has(worker))?.terminate()
  } else {
    // Where a crash has failed the task, this revives it; elsewhere it changes nothing.
    task.startWorkers()
  }
}

function sum(tally: Tally, names = Object.keys(tally)): number {
  return names.reduce((all, name) => all + (tally[name] ?? 0), 0)
}
