import { describe, expect, it } from 'vitest'
import { rejection, watch } from '../support/outcome.ts'
import { streams } from './streams.ts'

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function chunksOf(stream: ReadableStream<number>): Promise<number[]> {
  const chunks: number[] = []
  const reader = stream.getReader()
  for (let step = await reader.read(); !step.done; step = await reader.read()) chunks.push(step.value)
  return chunks
}

describe('a ReadableStream that a call has returned', () => {
  it('has the chunks of its worker, and closes', async () => {
    const { task } = streams()
    expect(await chunksOf(await task.readable(5, 1))).toEqual([0, 1, 2, 3, 4])
  })

  it.each(['terminated', 'stopped', 'disposed'] as const)('fails when its worker is %s', async how => {
    const { task, workers } = streams()
    const reader = (await task.readable(1_000, 10)).getReader()
    expect((await reader.read()).value).toBe(0)
    const open = watch(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    )
    await sleep(30)
    if (how === 'terminated') workers[0]?.terminate()
    if (how === 'stopped') task.stopWorkers()
    if (how === 'disposed') task.dispose()
    await expect.poll(() => open.status).toBe('rejected')
    expect(open.reason).toMatchObject({
      name: how === 'disposed' ? 'TaskDisposedError' : 'WorkerCrashedError',
    })
    expect(await rejection(reader.closed)).toBe(open.reason)
  })

  it('keeps its worker from being stopped as idle, until it has been read', async () => {
    const { task, workers } = streams({ idleTimeoutMs: 40 })
    const stream = await task.readable(10, 20)
    expect(await chunksOf(stream)).toHaveLength(10)
    expect(workers).toHaveLength(1)
    await expect.poll(() => task.getState().activeWorkers).toBe(0)
  })

  it('lets go of its worker when it is canceled', async () => {
    const { task } = streams({ idleTimeoutMs: 40 })
    const stream = await task.readable(1_000_000, 20)
    await sleep(150)
    expect(task.getState().activeWorkers).toBe(1)
    await stream.cancel()
    await expect.poll(() => task.getState().activeWorkers).toBe(0)
  })
})
