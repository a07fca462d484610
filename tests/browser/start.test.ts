import { describe, expect, it } from 'vitest'
import { jobs, jobsWorker } from './jobs.ts'

const never: [string, () => Worker][] = [
  [
    'never exposes a task',
    () => new Worker(new URL('./workers/silent.worker.ts', import.meta.url), { type: 'module' }),
  ],
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
