import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { parallelLimit } from '../../../../ts/page/pipeline/parallel-limit.ts'
import { abortError } from '../../../../ts/shared/errors/classes.ts'
import { type Deferred, deferred } from '../../../support/deferred.ts'
import { all, outcome, settled } from '../../../support/iteration.ts'

const unhandled = vi.fn()
process.on('unhandledRejection', unhandled)

afterEach(async () => {
  await settled()
  expect(unhandled).not.toHaveBeenCalled()
})

/** A worker function whose calls a test settles one by one. */
function manual() {
  const calls: Deferred<string>[] = []
  const fn = vi.fn((item: number) => {
    calls[item] = deferred<string>()
    return calls[item].promise
  })
  return { fn, call: (item: number) => calls[item] as Deferred<string>, started: () => fn.mock.calls.length }
}

it('ordered: parallelLimit yields a result only after those of all earlier items', async () => {
  const { fn, call } = manual()
  const iteration = parallelLimit([0, 1, 2], 3, fn, { ordered: true })
  const first = vi.fn()
  void iteration.next().then(first)
  call(2).resolve('two')
  call(1).resolve('one')
  await settled()
  expect(first).not.toHaveBeenCalled()
  call(0).resolve('zero')
  await settled()
  expect(first).toHaveBeenCalledWith({ done: false, value: 'zero' })
  expect(await all(iteration)).toEqual(['one', 'two'])
})

it('ordered: a result that waits for an earlier one counts against the limit', async () => {
  const { fn, call, started } = manual()
  const iteration = parallelLimit(Array(100).keys(), 4, fn, { ordered: true })
  const first = iteration.next()
  for (const item of [1, 2, 3]) call(item).resolve('done')
  await settled()
  expect(started()).toBe(4)
  call(0).resolve('zero')
  await first
  await settled()
  expect(started()).toBe(5)
  await iteration.return()
})

it('ordered: the place of an item that yields nothing goes to the next one at once', async () => {
  const { fn, call, started } = manual()
  const iteration = parallelLimit(Array(100).keys(), 2, fn, { ordered: true, errorPolicy: 'continue' })
  const first = iteration.next()
  for (let item = 1; item <= 10; item++) {
    call(item).reject(new Error('no'))
    await settled()
  }
  expect(started()).toBe(12)
  call(0).resolve('zero')
  expect(await first).toEqual({ done: false, value: 'zero' })
  call(11).resolve('eleven')
  expect((await iteration.next()).value).toBe('eleven')
  await iteration.return()
})

it('ordered: a failure is thrown after the results of earlier items, and nothing more starts meanwhile', async () => {
  const { fn, call, started } = manual()
  const close = vi.fn()
  const source = function* () {
    try {
      yield* Array(100).keys()
    } finally {
      close()
    }
  }
  const onError = vi.fn()
  const iteration = parallelLimit(source(), 4, fn, { ordered: true, onError })
  const collected = outcome(iteration)
  await settled()
  call(1).reject('broken')
  await settled()
  expect(close).toHaveBeenCalledTimes(1)
  call(2).resolve('too late')
  call(3).reject('of no interest')
  await settled()
  call(0).resolve('zero')
  expect(await collected).toEqual({ results: ['zero'], error: 'broken' })
  expect(onError.mock.calls).toEqual([['broken', 1]])
  expect(started()).toBe(4)
})

it('ordered: the failure of the earliest item is thrown, whichever came first', async () => {
  const { fn, call } = manual()
  const collected = outcome(parallelLimit([0, 1, 2], 3, fn, { ordered: true }))
  await settled()
  call(2).reject('two')
  await settled()
  call(1).reject('one')
  await settled()
  call(0).resolve('zero')
  expect(await collected).toEqual({ results: ['zero'], error: 'one' })
})

it('ordered: the iteration ends with the signal while an earlier item never ends', async () => {
  const { fn, call } = manual()
  const aborter = new AbortController()
  const iteration = parallelLimit([0, 1, 2], 3, fn, { ordered: true, signal: aborter.signal })
  const first = iteration.next()
  call(1).resolve('one')
  call(2).reject('two')
  await settled()
  aborter.abort('enough')
  await expect(first).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
})

it('ordered: results of keys that are aborted while they wait for an earlier one are dropped', async () => {
  const aborted = new Set<string>()
  const { fn, call } = manual()
  const options = {
    ordered: true,
    abortTaskController: { isAborted: (key: string) => aborted.has(key) },
    keyOf: (item: number) => `${item}`,
  }
  const collected = all(parallelLimit([0, 1, 2], 3, fn, options))
  await settled()
  call(1).resolve('one')
  call(2).resolve('two')
  await settled()
  aborted.add('1')
  call(0).resolve('zero')
  expect(await collected).toEqual(['zero', 'two'])
})

type Item = { turns: number; ends: 'ok' | 'fails' | 'aborts' | 'throws'; isKeyAborted: boolean }

const arbitraryItem: fc.Arbitrary<Item> = fc.record({
  turns: fc.integer({ min: 0, max: 6 }),
  ends: fc.oneof(
    { weight: 8, arbitrary: fc.constant('ok' as const) },
    fc.constantFrom<('fails' | 'aborts' | 'throws')[]>('fails', 'aborts', 'throws'),
  ),
  isKeyAborted: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
})

const arbitraryRun = fc.record({
  items: fc.array(arbitraryItem, { maxLength: 40 }),
  limit: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Number.POSITIVE_INFINITY)),
  mode: fc.constantFrom<('fail-fast' | 'continue' | 'settled')[]>('fail-fast', 'continue', 'settled'),
  withKeys: fc.boolean(),
  isAsync: fc.boolean(),
  consumerTurns: fc.integer({ min: 0, max: 3 }),
})

type Run = typeof arbitraryRun extends fc.Arbitrary<infer R> ? R : never

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await null
}

/** What a loop over one item after the other would do. */
function expected({ items, mode, withKeys }: Run): { results: unknown[]; error?: unknown } {
  const results: unknown[] = []
  for (const [at, item] of items.entries()) {
    if (withKeys && item.isKeyAborted) continue
    const failed = item.ends !== 'ok'
    if (mode === 'settled') results.push(failed ? `rejected ${at}` : at)
    else if (!failed) results.push(at)
    else if (mode === 'fail-fast' && !(withKeys && item.ends === 'aborts')) return { results, error: at }
  }
  return { results }
}

async function run({ items, limit, mode, withKeys, isAsync, consumerTurns }: Run, ordered: boolean) {
  let held = 0
  let most = 0
  const started: number[] = []
  const failWith = (at: number, item: Item) =>
    Object.assign(item.ends === 'aborts' ? abortError('stop') : new Error('fails'), { at })
  const fn = (at: number) => {
    const item = items[at] as Item
    started.push(at)
    most = Math.max(most, ++held)
    if (item.ends === 'throws') throw failWith(at, item)
    return turns(item.turns).then(() => {
      if (item.ends !== 'ok') throw failWith(at, item)
      return at
    })
  }
  const source = async function* () {
    for (const at of items.keys()) {
      await turns(at % 3)
      yield at
    }
  }
  const iteration = parallelLimit(isAsync ? source() : items.keys(), limit, fn, {
    ordered,
    ...(mode === 'settled' ? { returnSettled: true } : { errorPolicy: mode }),
    ...(withKeys && {
      keyOf: (at: number) => `${at}`,
      abortTaskController: { isAborted: (key: string) => items[Number(key)]?.isKeyAborted === true },
    }),
    onError: () => {
      if (mode !== 'settled') held--
    },
  })
  const results: unknown[] = []
  try {
    for await (const result of iteration) {
      held--
      if (typeof result === 'number') results.push(result)
      else results.push(result.status === 'fulfilled' ? result.value : `rejected ${result.item}`)
      await turns(consumerTurns)
    }
  } catch (error) {
    return { results, error: (error as { at: number }).at, started, most }
  }
  return { results, started, most }
}

it('for any items, limit and policy, ordered yields and throws what a loop over one item after the other would', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRun, async each => {
      const { results, error, started, most } = await run(each, true)
      expect({ results, error }).toEqual({ error: undefined, ...expected(each) })
      // The place of a result is filled again while the result is on its way to the consumer's loop.
      expect(most).toBeLessThanOrEqual(each.limit + 1)
      expect(started).toEqual([...started].sort((a, b) => a - b))
    }),
    { numRuns: 500 },
  )
})

it('for any items, limit and policy, unordered yields the same results in another order, unless a failure ends it', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRun, async each => {
      const { results, error, most } = await run(each, false)
      const wanted = expected(each)
      if ('error' in wanted) expect(typeof error).toBe('number')
      else expect(new Set(results)).toEqual(new Set(wanted.results))
      expect(most).toBeLessThanOrEqual(each.limit + 1)
    }),
    { numRuns: 500 },
  )
})
