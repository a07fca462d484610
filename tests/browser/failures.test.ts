import { TaskDisposedError, WorkerCrashedError } from '@varunkanwar/atelier'
import { describe, expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { jobs, jobsWorker } from './jobs.ts'

describe('what a handler throws', () => {
  it('arrives with its class, message, stack, cause and own fields', async () => {
    const error = await rejection(jobs().task.fail('too wide'))
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ name: 'RangeError', message: 'too wide', code: 'E_FAIL' })
    expect(error.cause).toBeInstanceOf(TypeError)
    expect(error.cause).toMatchObject({ message: 'deeper' })
    expect(error.stack).toContain('jobs.worker')
  })

  it('arrives also when it was thrown later, or is no error at all', async () => {
    const { task } = jobs({ maxQueueDepth: 8 })
    expect(await rejection(task.failLater('later'))).toMatchObject({ name: 'Error', message: 'later' })
    for (const value of [{ status: 404 }, 'text', 0, null, undefined]) {
      await expect(task.throwValue(value)).rejects.toEqual(value)
    }
    expect(await task.echo('next')).toBe('next')
  })

  it('is an error that names the methods there are, when the method is none of them', async () => {
    const task = jobs().task as unknown as Record<string, () => Promise<unknown>>
    for (const method of ['missing', '__dispatch', '__connect']) {
      const error = await rejection((task[method] as () => Promise<unknown>)())
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toMatch(
        new RegExp(`^"${method}" is not a method of this worker. Its methods: echo, sum,`),
      )
    }
  })
})

describe('a worker that dies while it has a call', () => {
  it.each<[string, (made: ReturnType<typeof jobs>) => unknown, RegExp]>([
    ['by an error that nobody caught', ({ task }) => task.throwSoon('late bang'), /late bang/],
    ['by a rejection that nobody handled', ({ task }) => task.rejectSoon('late rejection'), /late rejection/],
    ['by its own will', ({ task }) => task.closeSoon(), /ended/],
    ['by terminate() from outside', ({ workers }) => workers[0]?.terminate(), /ended/],
  ])('%s rejects that call with WorkerCrashedError, and the next one works', async (_, end, why) => {
    const made = jobs({ maxInFlight: 2, maxQueueDepth: 4 })
    const { task, workers } = made
    await task.echo('up')
    const call = rejection(task.forever())
    await end(made)
    const error = await call
    expect(error).toBeInstanceOf(WorkerCrashedError)
    expect(error).toMatchObject({ name: 'WorkerCrashedError', taskId: 'jobs', workerIndex: 0 })
    expect(error.cause).toBeInstanceOf(Error)
    expect((error.cause as Error).message).toMatch(why)
    expect(task.getState()).toMatchObject({
      workerStatus: 'crashed',
      lastCrash: { workerIndex: 0, error: (error.cause as Error).message },
    })
    expect(await task.echo('next')).toBe('next')
    expect(workers).toHaveLength(2)
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

  it('when it ends itself in the middle of the call', async () => {
    const { task } = jobs()
    const error = await rejection(task.close())
    expect(error).toBeInstanceOf(WorkerCrashedError)
    expect(await task.echo('next')).toBe('next')
  })
})

describe('a worker that cannot be had', () => {
  it.each<[string, () => Worker, RegExp]>([
    [
      'because its script is not there',
      () => new Worker('/nowhere/missing.worker.js', { type: 'module' }),
      /could not be loaded.*URL.*bundlers.*Content-Security-Policy/,
    ],
    [
      'because its module throws',
      () => new Worker(new URL('./workers/throws.worker.ts', import.meta.url), { type: 'module' }),
      /thrown while the module was evaluated/,
    ],
    [
      'because its script does not parse',
      () => new Worker(URL.createObjectURL(new Blob(['this is no script'], { type: 'text/javascript' }))),
      /SyntaxError|could not be loaded/,
    ],
    [
      'because the factory throws',
      () => {
        throw new Error('no workers today')
      },
      /The worker factory threw: no workers today/,
    ],
    [
      'because the factory gives something else',
      () => ({ postMessage() {} }) as unknown as Worker,
      /must return a Worker/,
    ],
  ])('%s rejects the call, is tried again a few times and then gives up', async (_, worker, why) => {
    let tries = 0
    const { task } = jobs({
      crashMaxRetries: 2,
      worker: () => {
        tries++
        return worker()
      },
    })
    const error = await rejection(task.echo(1))
    expect(error).toBeInstanceOf(WorkerCrashedError)
    expect((error.cause as Error).message).toMatch(why)
    for (let again = 0; again < 3; again++) {
      expect(await rejection(task.echo(2))).toBeInstanceOf(WorkerCrashedError)
    }
    expect(tries).toBe(3)
    expect(task.getState()).toMatchObject({ workerStatus: 'crashed', activeWorkers: 0 })
  })

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
