import { beforeAll, describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { TaskStream } from '../../ts/api/streams.ts'
import type { Task } from '../../ts/api/task.ts'
import { generator, pick } from '../support/random.ts'
import { runtimeWithKernel } from '../support/runtime.ts'
import { STREAMS, streamsWorker } from './streams.ts'
import type { StreamsAPI } from './workers/streams.worker.ts'

/** Set VITE_STORM_STREAMS for a longer or a shorter one. */
const CALLS = Number(import.meta.env.VITE_STORM_STREAMS ?? 3_000)
const WAVE = 50

const BASE = { type: 'parallel', cancelGraceMs: 500, crashMaxRetries: 1_000 } as const

const CONFIGS: Omit<TaskConfig<StreamsAPI>, 'worker'>[] = [
  { ...BASE, crashPolicy: 'restart-requeue-in-flight', poolSize: 2, maxInFlight: 12, maxQueueDepth: 40 },
  { ...BASE, poolSize: 2, maxInFlight: 4, maxQueueDepth: 30, queuePolicy: 'drop-oldest' },
  { ...BASE, type: 'singleton', maxQueueDepth: 1_000 },
]

type Tally = Record<string, number>
type Target = { task: Task<StreamsAPI>; workers: Worker[]; up: Set<Worker> }
type Aftermath = { tally: Tally; counted: Tally; quiescent: boolean; wrong: string[] }

describe(`${CALLS.toLocaleString('en')} streams and calls through crashes, aborts, stops and loops that are left`, () => {
  let after: Aftermath
  beforeAll(async () => {
    after = await storm(2)
  }, 300_000)

  it('end, every one of them and once, with their items in order and none missing', () => {
    expect(after.wrong).toEqual([])
    expect(Object.values(after.tally).reduce((all, count) => all + count, 0)).toBe(CALLS)
  })

  it('end in every way there is', () => {
    for (const name of [
      'ok',
      'left',
      'AbortError',
      'WorkerCrashedError',
      'QueueDropError',
      'RangeError',
      'TypeError',
    ]) {
      expect(after.tally[name], name).toBeGreaterThan(0)
    }
  })

  it('are counted as their callers saw them end', () => {
    const { tally, counted } = after
    const of = (metric: string) => counted[`task.${metric}.total`] ?? 0
    const seen = (...names: string[]) => names.reduce((all, name) => all + (tally[name] ?? 0), 0)
    expect(of('rejected')).toBe(seen('QueueDropError'))
    // The call of a loop that is left may have ended already, in any way.
    expect(of('success')).toBeGreaterThanOrEqual(seen('ok'))
    expect(of('canceled')).toBeGreaterThanOrEqual(seen('AbortError'))
    expect(of('failure')).toBeGreaterThanOrEqual(seen('WorkerCrashedError', 'RangeError', 'TypeError'))
    expect(of('success') + of('canceled') + of('failure') + of('rejected')).toBe(CALLS)
  })

  it('leave every table of the kernel empty', () => {
    expect(after.quiescent).toBe(true)
  })
})

async function storm(seed: number): Promise<Aftermath> {
  const { runtime, kernel } = runtimeWithKernel({ observability: { spans: 'off' } })
  const counted: Tally = {}
  runtime.subscribeEvents(event => {
    if (event.kind === 'counter') counted[event.name] = (counted[event.name] ?? 0) + event.value
  })
  const random = generator(seed)
  const targets = CONFIGS.map(config => target(runtime, config))
  const tally: Tally = {}
  const wrong: string[] = []
  let settled = 0
  const count = (name: string) => {
    tally[name] = (tally[name] ?? 0) + 1
    settled++
  }
  for (let sent = 0; sent < CALLS; ) {
    const stop = new AbortController()
    for (let n = 0; n < WAVE && sent < CALLS; n++, sent++) {
      call(pick(targets, random), random, sent, stop.signal, wrong).then(count, (error: Error) =>
        count(error.name),
      )
    }
    harm(runtime, pick(targets, random), random)
    await pause(1)
    if (random() < 0.3) stop.abort()
    while (sent - settled > 2 * WAVE) await pause(1)
  }
  runtime.abortTaskController.clearAll()
  for (const { task } of targets) task.startWorkers()
  await Promise.all(targets.map(({ task }) => task.drain()))
  while (settled < CALLS) await pause(1)
  for (const { task } of targets) task.dispose()
  const quiescent = kernel.isQuiescent()
  runtime.dispose()
  return { tally, counted, quiescent, wrong }
}

/** Returns how a call or a loop has ended. Every fifth loop takes its time, every seventh calls the task that it reads from. */
async function call(
  { task, workers, up }: Target,
  random: () => number,
  n: number,
  signal: AbortSignal,
  wrong: string[],
): Promise<'ok' | 'left'> {
  const dice = random()
  if (dice < 0.2) {
    await task.with({ key: `key-${n % 20}` }).echo(n)
    const worker = workers.at(-1)
    if (worker && task.getState().activeWorkers === 1) up.add(worker)
    return 'ok'
  }
  const leaveAt = random() < 0.2 ? Math.floor(random() * 30) : Number.POSITIVE_INFINITY
  let next = 0
  for await (const item of open(task.with({ key: `key-${n % 20}`, signal }), dice)) {
    if (item !== next++) wrong.push(`${item} in the place of ${next - 1}`)
    if (n % 5 === 0) await pause(1)
    if (next > leaveAt) return 'left'
  }
  return 'ok'
}

function open(task: Task<StreamsAPI>, dice: number): TaskStream<unknown, unknown> {
  if (dice < 0.45) return task.count(40)
  if (dice < 0.7) return task.countLater(40)
  if (dice < 0.8) return task.patient(20, 1)
  if (dice < 0.88) return task.failing(10)
  if (dice < 0.93) return task.uncloneable(5)
  if (dice < 0.9315) return task.closing(20)
  return task.relay(30)
}

function harm(runtime: TaskRuntime, { task, workers, up }: Target, random: () => number): void {
  const dice = random()
  const keys = runtime.abortTaskController
  if (dice < 0.4) {
    const key = `key-${Math.floor(random() * 20)}`
    keys.abort(key)
    setTimeout(() => keys.clear(key), 5)
  } else if (dice < 0.5) {
    task.stopWorkers()
    setTimeout(() => task.startWorkers(), 5 * random())
  } else if (dice < 0.6) {
    workers.findLast(worker => up.has(worker))?.terminate()
  } else task.startWorkers()
}

function target(runtime: TaskRuntime, config: Omit<TaskConfig<StreamsAPI>, 'worker'>): Target {
  const workers: Worker[] = []
  const worker = () => {
    const made = streamsWorker()
    workers.push(made)
    return made
  }
  const task = runtime.defineTask<StreamsAPI>({ ...config, worker, streams: STREAMS })
  return { task, workers, up: new Set() }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
