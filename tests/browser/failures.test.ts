import { TaskDisposedError, WorkerCrashedError } from '@varunkanwar/atelier'
import { describe, expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { jobs, jobsWorker } from './jobs.ts'

it('a call of a method that is none rejects with an error that names those there are', async () => {
  const task = jobs().task as unknown as Record<string, () => Promise<unknown>>
  for (const method of ['missing', 'postMessage', 'own']) {
    const error = await rejection((task[method] as () => Promise<unknown>)())
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(
      new RegExp(`^"${method}" is not a method of this worker. Its methods: echo, sum,`),
    )
  }
})

describe('a worker that dies while it has a call', () => {
  it('rejects that call with an error that names task, worker and cause, as does the state', async () => {
    const { task, workers } = jobs()
    await task.echo('up')
    const call = rejection(task.forever())
    workers[0]?.terminate()
    const error = await call
    expect(error).toBeInstanceOf(WorkerCrashedError)
    expect(error).toMatchObject({ name: 'WorkerCrashedError', taskId: 'jobs', workerIndex: 0 })
    expect(task.getState()).toMatchObject({
      workerStatus: 'crashed',
      lastCrash: { workerIndex: 0, error: (error.cause as Error).message },
    })
  })

  it('requeues it under that policy, and it runs on the next worker', async () => {
    const { task, workers } = jobs({ crashPolicy: 'restart-requeue-in-flight' })
    await task.echo('up')
    const call = task.sleep(100)
    workers[0]?.terminate()
    expect(await call).toBe(100)
    expect(workers).toHaveLength(2)
  })

  it('cannot requeue arguments that moved to it, and says what would help', async () => {
    const { task, workers } = jobs({ crashPolicy: 'restart-requeue-in-flight', maxInFlight: 4 })
    await task.echo('up')
    const blocker = rejection(task.spin())
    const moved = rejection(task.sum(new Uint8Array([1, 2])))
    const copied = task.with({ transfer: [] }).sum(new Uint8Array([1, 2]))
    await new Promise(resolve => setTimeout(resolve, 10))
    workers[0]?.terminate()
    const error = await moved
    expect(error).toBeInstanceOf(WorkerCrashedError)
    expect((error.cause as Error).message).toContain('with({ transfer: [] })')
    task.dispose()
    expect(await blocker).toBeInstanceOf(TaskDisposedError)
    await expect(copied).rejects.toBeInstanceOf(TaskDisposedError)
  })
})

describe('a worker that cannot be had', () => {
  it('is tried anew by startWorkers()', async () => {
    let broken = true
    const { task } = jobs({
      crashPolicy: 'fail-task',
      worker: () => {
        if (broken) throw new Error('not yet')
        return jobsWorker()
      },
    })
    await expect(task.echo(1)).rejects.toBeInstanceOf(WorkerCrashedError)
    broken = false
    await expect(task.echo(2)).rejects.toBeInstanceOf(WorkerCrashedError)
    task.startWorkers()
    expect(await task.echo(3)).toBe(3)
  })
})
