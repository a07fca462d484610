import { expect, it } from 'vitest'
import { parallelLimit } from '../../ts/page/pipeline/parallel-limit.ts'

function* endless() {
  for (let item = 0; ; item++) yield item
}

async function* endlessAsync() {
  yield* endless()
}

const skipped = { abortTaskController: { isAborted: () => true }, keyOf: () => 'aborted' }

it.each([
  ['sync', endless],
  ['async', endlessAsync],
] as const)(
  'a page stays alive while an endless %s source gives items that are all skipped',
  async (_, source) => {
    const iteration = parallelLimit(source(), 2, item => item, skipped)
    const waiting = iteration.next()
    await new Promise(resolve => setTimeout(resolve, 5))
    await new Promise(resolve => requestAnimationFrame(resolve))
    await iteration.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
  },
)

it('a worker hears messages while an endless source gives items that all fail', async () => {
  const worker = new Worker(new URL('./workers/pipeline.worker.ts', import.meta.url), { type: 'module' })
  const heard = (text: string) =>
    new Promise<void>(resolve => {
      worker.addEventListener('message', ({ data }) => data === text && resolve())
    })
  const [started, ended] = [heard('started'), heard('ended')]
  await started
  worker.postMessage('end')
  await ended
  worker.terminate()
})
