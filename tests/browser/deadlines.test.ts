import { afterEach, expect, it, vi } from 'vitest'
import { jobs } from './jobs.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it.each<[string, () => unknown]>([
  ['as the engine has it', () => {}],
  ['in steps of 5 ms', () => step(5)],
  ['while Date stands still', () => vi.spyOn(Date, 'now').mockReturnValue(1_000)],
])('no timeout is early by the clock of its caller, %s', async (_, arrange) => {
  arrange()
  const { task } = jobs({ timeoutMs: 12, maxQueueDepth: Number.POSITIVE_INFINITY })
  for (let round = 0; round < 20; round++) {
    const before = performance.now()
    await expect(task.sleep(1_000)).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - before).toBeGreaterThanOrEqual(12)
  }
})

/** Makes the clock as coarse as some browsers make it against timing attacks. */
function step(ms: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(now() / ms) * ms)
}
