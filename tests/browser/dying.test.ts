import { describe, expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { jobs } from './jobs.ts'

/** The threads of workers that run, dying ones included: each holds a lock of the runtime's. */
async function threads(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith('atelier-')).length
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

const stopped = async (state: () => { workerStatus: string }) => {
  while (state().workerStatus !== 'stopped') await pause(1)
}

describe('workers that are killed while they spin, one pair after the other,', () => {
  it('are never more than twice the pool size, counting those that die, and every call settles', async () => {
    const { task, workers } = jobs({ type: 'parallel', poolSize: 2, cancelGraceMs: 0, maxQueueDepth: 8 })
    const counts: number[] = []
    let watching = true
    const watcher = (async () => {
      for (; watching; await pause(5)) counts.push(await threads())
    })()

    const ends: string[] = []
    for (let round = 0; round < 4; round++) {
      expect(await Promise.all([task.sleep(20), task.sleep(20)])).toEqual([20, 20])
      const controller = new AbortController()
      const spins = [1, 2].map(() => rejection(task.with({ signal: controller.signal }).spin()))
      await pause(50)
      controller.abort()
      ends.push(...(await Promise.all(spins)).map(({ name }) => name))
    }
    expect(await task.echo('alive')).toBe('alive')
    watching = false
    await watcher

    expect(ends).toEqual(Array(8).fill('AbortError'))
    expect(workers.length).toBeGreaterThanOrEqual(9)
    expect(Math.max(...counts)).toBeLessThanOrEqual(4)
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(2)
  }, 60_000)
})

describe('a task whose workers are stopped', () => {
  it('is stopping until their threads have ended, and stopped then', async () => {
    // On a busy machine the threads of the test before may take a while to end.
    await expect.poll(threads).toBe(0)
    const { task } = jobs({ type: 'parallel', poolSize: 2, init: 'eager' })
    await Promise.all([task.sleep(20), task.sleep(20)])
    task.stopWorkers()
    expect(task.getState()).toMatchObject({ workerStatus: 'stopping', activeWorkers: 0 })
    await stopped(() => task.getState())
    expect(await threads()).toBe(0)
  })

  it('can be started and stopped again and again, and its calls go through', async () => {
    const { task } = jobs({ type: 'parallel', poolSize: 2, maxQueueDepth: 20 })
    for (let round = 0; round < 10; round++) {
      const calls = [1, 2, 3, 4].map(n => task.echo(n))
      task.stopWorkers()
      task.startWorkers()
      expect(await Promise.all(calls)).toEqual([1, 2, 3, 4])
    }
  }, 60_000)
})
