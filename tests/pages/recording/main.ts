/** A runtime that records a storm of calls. */
import { createTaskRuntime, type Task, type TaskRuntime } from '@varunkanwar/atelier'
import { recordingOf, replay } from '@varunkanwar/atelier/devtools'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'
import type { StreamsAPI } from '../../browser/workers/streams.worker.ts'

export type Recorded = {
  /** The recording as numbers, because bytes do not cross to the test. */
  bytes: number[]
  /** What the page's own replay of it says. */
  story: string
  /** The runtime's counters by metric. */
  counted: Record<string, number>
}

const worker = () =>
  new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module' })
const streamsWorker = () =>
  new Worker(new URL('../../browser/workers/streams.worker.ts', import.meta.url), { type: 'module' })
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function storm(calls: number): Promise<Recorded> {
  const runtime = createTaskRuntime({ maxBusyWorkers: 3, observability: { spans: 'on', record: {} } })
  const counted: Record<string, number> = {}
  runtime.subscribeEvents(event => {
    if (event.kind === 'counter') counted[event.name] = (counted[event.name] ?? 0) + event.value
  })
  const pool = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    poolSize: 3,
    maxInFlight: 6,
    crashMaxRetries: 1_000,
    crashPolicy: 'restart-requeue-in-flight',
    worker,
  })
  const single = runtime.defineTask<JobsAPI>({ type: 'singleton', queuePolicy: 'drop-oldest', worker })
  const streams = runtime.defineTask<StreamsAPI>({
    type: 'singleton',
    maxQueueDepth: Number.POSITIVE_INFINITY,
    worker: streamsWorker,
    streams: { count: { ahead: 2 }, patient: { ahead: 2 }, silentAfter: true },
  })
  const open: Promise<unknown>[] = []
  for (let call = 0; call < calls; call++) {
    const key = `key ${call % 5}`
    const task = call % 3 === 0 ? single : pool
    open.push(
      task.with({ key, priority: call % 4 }).echo(call),
      task.with({ timeoutMs: 5.5 }).sleep(call % 20),
      task.with({ latest: 'newest' }).echo(new ArrayBuffer(call)),
    )
    if (call % 40 === 7) open.push(pool.throwSoon('a storm'))
    if (call % 40 === 13) runtime.abortTaskController.abort(key)
    if (call % 40 === 15) runtime.abortTaskController.clear(key)
    if (call % 40 === 21) pool.stopWorkers()
    if (call % 40 === 22) pool.startWorkers()
    if (call % 20 === 3) open.push(take(streams.count(9), call % 12), take(streams.patient(3, 1), call % 5))
    if (call % 10 === 0) await pause(3)
  }
  await Promise.allSettled(open)
  await restOnce(runtime, streams)
  runtime.dispose()
  const bytes = recordingOf(runtime)
  return { bytes: [...bytes], story: replay(bytes).story, counted }
}

/** In a storm a buffer may always be full, so that no stream is waited for again. This one has one item and no second. */
async function restOnce(runtime: TaskRuntime, streams: Task<StreamsAPI>): Promise<void> {
  const items = streams.with({ key: 'silent' }).silentAfter(1)[Symbol.asyncIterator]()
  await items.next()
  while (streams.getState().restingDepth === 0) await pause(1)
  const second = items.next()
  runtime.abortTaskController.abort('silent')
  await Promise.allSettled([second])
}

/** Takes so many items, if there are so many, each after a while. */
async function take(items: AsyncIterable<unknown>, most: number): Promise<void> {
  let taken = 0
  for await (const _ of items) {
    if (++taken > most) break
    await pause(1)
  }
}

Object.assign(globalThis, { storm })
