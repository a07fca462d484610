import { expect, it } from 'vitest'
import { parallelLimit } from '../../../../ts/page/pipeline/parallel-limit.ts'

type Options = NonNullable<Parameters<typeof parallelLimit<number, number>>[3]>

const aborted = { abortTaskController: { isAborted: () => true }, keyOf: () => 'aborted' }
const fail = () => Promise.reject(new Error('no'))

/** Endless sources that never yield anything. */
const barren: [string, (item: number) => number | Promise<number>, Options][] = [
  ['whose key is aborted', item => item, aborted],
  ['that fail and are skipped', fail, { errorPolicy: 'continue' }],
  [
    'that throw and are skipped',
    () => {
      throw new Error('no')
    },
    { errorPolicy: 'continue' },
  ],
  [
    'that fail with an AbortError',
    () => Promise.reject(new DOMException('stop', 'AbortError')),
    { signal: new AbortController().signal },
  ],
  ['whose key is aborted while they run', item => item, abortedLater()],
]

/** Keys that are aborted from the second check on. */
function abortedLater(): Options {
  const seen = new Set<string>()
  const isAborted = (key: string) => seen.has(key) || !seen.add(key)
  return { abortTaskController: { isAborted }, keyOf: item => `${item}` }
}

function* endless() {
  for (let item = 0; ; item++) yield item
}

async function* endlessAsync() {
  yield* endless()
}

const cases = barren.flatMap(([name, fn, options]) =>
  [true, false].flatMap(ordered => [
    [`sync source of items ${name}, ordered ${ordered}`, endless, fn, { ...options, ordered }] as const,
    [`async source of items ${name}, ordered ${ordered}`, endlessAsync, fn, { ...options, ordered }] as const,
  ]),
)

it.each(cases)(
  'timers fire, and return() ends the iteration, during an endless %s',
  async (_, source, fn, options) => {
    const iteration = parallelLimit(source(), 3, fn, options)
    const waiting = iteration.next()
    await new Promise(resolve => setTimeout(resolve, 1))
    expect(await iteration.return()).toEqual({ done: true, value: undefined })
    expect(await waiting).toEqual({ done: true, value: undefined })
  },
)

it.each(cases)(
  'timers fire, and the signal ends the iteration, during an endless %s',
  async (_, source, fn, options) => {
    const aborter = new AbortController()
    const iteration = parallelLimit(source(), 3, fn, { ...options, signal: aborter.signal })
    setTimeout(() => aborter.abort('enough'), 1)
    await expect(iteration.next()).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
  },
)

it('an item that is yielded after a hundred thousand that are skipped is found', async () => {
  const options = { ...aborted, keyOf: (item: number) => (item < 100_000 ? 'aborted' : '') }
  const iteration = parallelLimit(endless(), 3, item => item, options)
  expect(await iteration.next()).toEqual({ done: false, value: 100_000 })
  await iteration.return()
})
