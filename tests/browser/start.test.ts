import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { jobs, jobsWorker } from './jobs.ts'

const silent = () => new Worker(new URL('./workers/silent.worker.ts', import.meta.url), { type: 'module' })

const never: [string, () => Worker][] = [
  ['never exposes a task', silent],
  [
    'ends itself at the top level',
    () => new Worker(new URL('./workers/close.worker.ts', import.meta.url), { type: 'module' }),
  ],
  [
    'waits for ever at the top level',
    () => new Worker(new URL('./workers/await.worker.ts', import.meta.url), { type: 'module' }),
  ],
  [
    'is ended from outside before it ran',
    () => {
      const worker = jobsWorker()
      worker.terminate()
      return worker
    },
  ],
]

describe('a worker whose script', () => {
  it.each(never)(
    '%s costs no call where calls are requeued and the next worker serves',
    async (_, worker) => {
      let made = 0
      const { task } = jobs({
        worker: () => (made++ === 0 ? worker() : jobsWorker()),
        startTimeoutMs: 300,
        crashPolicy: 'restart-requeue-in-flight',
      })
      expect(await task.echo('whole')).toBe('whole')
    },
  )

  it('is ready in time is left alone while its calls take longer', async () => {
    const { task, workers } = jobs({ startTimeoutMs: 3_000 })
    expect(await task.sleep(3_500)).toBe(3_500)
    expect(workers).toHaveLength(1)
  })
})

describe('a worker that is not ready after five seconds', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(console, 'warn').mockReturnValue()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('is warned about in a development build, by the name of its task and with the likely causes', () => {
    const { task } = jobs({ taskId: 'mute', worker: silent, init: 'eager' })
    vi.advanceTimersByTime(4_999)
    expect(console.warn).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(
        /task "mute" is not ready after 5 s.*expose\(createTaskWorker\(.*top-level await/,
      ),
    )
    task.dispose()
  })

  it('is not warned about when it was ready, or terminated, before', async () => {
    const ready = jobs()
    await ready.task.echo(1)
    jobs({ worker: silent, init: 'eager' }).task.stopWorkers()
    vi.advanceTimersByTime(10_000)
    expect(console.warn).not.toHaveBeenCalled()
  })
})
