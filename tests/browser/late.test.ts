import { createTaskRuntime } from '@varunkanwar/atelier'
import { describe, expect, it, onTestFinished } from 'vitest'
import { rejection } from '../support/outcome.ts'
import type { LateAPI } from './workers/late.worker.ts'

const script = new URL('./workers/late.worker.ts', import.meta.url).href
const named = (name: string) => () =>
  new Worker(new URL('./workers/late.worker.ts', import.meta.url), { type: 'module', name })
const fromBlob = (text: string, options: WorkerOptions) => () =>
  new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), options)

const ways: [string, () => Worker][] = [
  ...[
    'after a top-level await',
    'in a timer',
    'in an async function',
    'after a dynamic import',
    'long after it created them',
    'never, having created them',
    'twice, the same',
    'beside others that it does not expose',
    'beside others, late',
    'before others that it exposes, too',
  ].map((name): [string, () => Worker] => [name, named(name)]),
  ['in a classic worker from a blob', fromBlob(`import(${JSON.stringify(script)})`, { name: 'in a timer' })],
  [
    'in a module worker from a blob',
    fromBlob(`await import(${JSON.stringify(script)})`, { type: 'module', name: 'in an async function' }),
  ],
]

function late(worker: () => Worker) {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const workers: Worker[] = []
  const task = runtime.defineTask<LateAPI>({
    type: 'singleton',
    maxInFlight: 8,
    startTimeoutMs: 20_000,
    crashMaxRetries: 0,
    worker: () => {
      const made = worker()
      workers.push(made)
      return made
    },
  })
  return { runtime, task, workers }
}

describe('a worker that exposes its handlers', () => {
  it.each(ways)('%s answers every call, the first ones with what moved to it', async (_, worker) => {
    const { task, workers } = late(worker)
    const bytes = new Uint8Array([1, 2, 3])
    const numbers = [1, 2, 3]
    const calls = [task.name(), task.sum(bytes), task.count(numbers), task.sum(new Uint8Array([4]))]
    expect(bytes.byteLength).toBe(0)
    numbers.length = 0
    expect(await Promise.all(calls)).toEqual(['late', 6, 3, 4])
    expect(await Promise.all([task.name(), task.sum(new Uint8Array([5]))])).toEqual(['late', 5])
    expect(workers).toHaveLength(1)
  })

  it('two, and none of them, is told so', async () => {
    const { task } = late(named('two, and none of them'))
    const { name, cause } = await rejection(task.name())
    expect(name).toBe('WorkerCrashedError')
    expect(String(cause)).toContain('createTaskWorker was called 2 times in this worker')
  })

  it('late does not run a call that was aborted before', async () => {
    const { runtime, task } = late(named('in a timer'))
    const call = rejection(task.with({ key: 'k' }).name())
    runtime.abortTaskController.abort('k')
    expect((await call).name).toBe('AbortError')
    expect(await task.name()).toBe('late')
    await expect.poll(() => task.getState().queueDepth).toBe(0)
  })
})

it('a worker that was created and has said hello before its task was defined answers', async () => {
  const worker = named('twice, the same')()
  await new Promise(resolve => setTimeout(resolve, 300))
  const { task } = late(() => worker)
  expect(await task.name()).toBe('late')
})
