import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ParallelLimitOptions } from '../../../../ts/page/pipeline/options.ts'
import { parallelLimit, yieldAsCompleted } from '../../../../ts/page/pipeline/parallel-limit.ts'
import { abortError } from '../../../../ts/shared/errors/classes.ts'
import { type Deferred, deferred } from '../../../support/deferred.ts'
import { all, outcome, settled } from '../../../support/iteration.ts'

/** A worker function whose calls a test settles one by one. */
function manual<T = string>() {
  const calls = new Map<number, Deferred<T>>()
  const fn = vi.fn((item: number) => {
    const call = deferred<T>()
    calls.set(item, call)
    return call.promise
  })
  const started = () => [...calls.keys()]
  return { fn, started, call: (item: number) => calls.get(item) as Deferred<T> }
}

/** A source that records what was taken from it and whether it was closed. */
function observed(count = Number.POSITIVE_INFINITY) {
  const state = { pulled: 0, closed: false }
  function* sync() {
    try {
      while (state.pulled < count) yield state.pulled++
    } finally {
      state.closed = true
    }
  }
  async function* async() {
    yield* sync()
  }
  return { state, sync, async }
}

/** A stand-in for the runtime's controller in which the keys of this set are aborted. */
function controller(...aborted: string[]) {
  const keys = new Set(aborted)
  return { keys, isAborted: (key: string) => keys.has(key) }
}

const unhandled = vi.fn()
process.on('unhandledRejection', unhandled)

afterEach(async () => {
  await settled()
  expect(unhandled).not.toHaveBeenCalled()
})

it('parallelLimit yields results in the order of completion', async () => {
  const { fn, call } = manual()
  const iteration = parallelLimit([1, 2, 3], 3, fn)
  const first = iteration.next()
  call(2).resolve('two')
  expect(await first).toEqual({ done: false, value: 'two' })
  call(3).resolve('three')
  expect((await iteration.next()).value).toBe('three')
  call(1).resolve('one')
  expect((await iteration.next()).value).toBe('one')
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
})

it.each(['sync', 'async'] as const)(
  'parallelLimit takes a %s iterable, and no more of it than there is room for',
  async kind => {
    const { state, ...sources } = observed(5)
    const { fn, call, started } = manual<number>()
    const iteration = parallelLimit(sources[kind](), 2, fn)
    const first = iteration.next()
    await settled()
    expect(started()).toEqual([0, 1])
    expect(state.pulled).toBe(2)
    call(0).resolve(0)
    await first
    await settled()
    expect(started()).toEqual([0, 1, 2])
    for (const item of [1, 2, 3, 4]) {
      await settled()
      call(item).resolve(item)
      expect((await iteration.next()).value).toBe(item)
    }
    expect((await iteration.next()).done).toBe(true)
    expect(state).toEqual({ pulled: 5, closed: true })
  },
)

it('parallelLimit starts nothing before the first result is asked for', async () => {
  const { state, sync } = observed()
  const fn = vi.fn()
  parallelLimit(sync(), 4, fn)
  await settled()
  expect(fn).not.toHaveBeenCalled()
  expect(state.pulled).toBe(0)
})

it('parallelLimit counts a result against the limit until it is taken', async () => {
  const { state, sync } = observed()
  const iteration = parallelLimit(sync(), 3, item => item)
  await iteration.next()
  await settled()
  expect(state.pulled).toBe(4)
  await settled()
  expect(state.pulled).toBe(4)
  await iteration.return?.()
})

it('parallelLimit never runs more than the limit, and runs that many', async () => {
  let running = 0
  let most = 0
  const results = await all(
    parallelLimit(Array(200).keys(), 7, async item => {
      most = Math.max(most, ++running)
      await (item % 3 ? settled() : null)
      running--
      return item
    }),
  )
  expect(most).toBe(7)
  expect(results.sort((a, b) => a - b)).toEqual([...Array(200).keys()])
})

it('parallelLimit passes fn the item and nothing else', async () => {
  const fn = vi.fn((item: string) => item)
  await all(parallelLimit('ab', 1, fn))
  expect(fn.mock.calls).toEqual([['a'], ['b']])
})

it('parallelLimit resolves several open next() calls in order', async () => {
  const { fn, call } = manual()
  const iteration = parallelLimit([1, 2], 2, fn)
  const answers = Promise.all([iteration.next(), iteration.next(), iteration.next()])
  call(2).resolve('two')
  call(1).resolve('one')
  expect((await answers).map(({ value }) => value)).toEqual(['two', 'one', undefined])
})

it('parallelLimit ends at once when there are no items', async () => {
  expect(await all(parallelLimit([], 3, item => item))).toEqual([])
})

it('parallelLimit starts everything when the limit is Infinity', async () => {
  const { fn, started } = manual()
  const iteration = parallelLimit([1, 2, 3], Number.POSITIVE_INFINITY, fn)
  void iteration.next()
  expect(started()).toEqual([1, 2, 3])
  await iteration.return?.()
})

it('parallelLimit holds at most the limit of 10,000 while 1,000,000 items pass', async () => {
  let held = 0
  let most = 0
  let count = 0
  const iteration = parallelLimit(Array(1_000_000).keys(), 10_000, item => {
    most = Math.max(most, ++held)
    return item
  })
  for await (const _ of iteration) {
    held--
    count++
  }
  expect(count).toBe(1_000_000)
  // The place of a result is filled again while the result is on its way to the consumer's loop.
  expect(most).toBeLessThanOrEqual(10_001)
}, 30_000)

it.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, '4', undefined, null])(
  'parallelLimit refuses a limit of %o',
  limit => {
    expect(() => parallelLimit([], limit as number, () => 1)).toThrow(
      new RangeError(`limit must be a whole number of at least 1, or Infinity; got ${limit}.`),
    )
  },
)

it.each([undefined, null, 7, {}])('parallelLimit refuses items that are %o', items => {
  expect(() => parallelLimit(items as never, 1, () => 1)).toThrow(/^items must be an iterable/)
  expect(() => yieldAsCompleted(items as never)).toThrow(/^promises must be an iterable/)
})

it('parallelLimit refuses an unknown option, and lists those that it knows', () => {
  const options = { signal: undefined, onErorr: () => {} }
  expect(() => parallelLimit([], 1, () => 1, options)).toThrow(
    new TypeError(
      'parallelLimit has no option "onErorr". Its options are: errorPolicy, returnSettled, ordered, onError, signal, ' +
        'abortTaskController, keyOf.',
    ),
  )
})

it.each([
  [null, 'options must be an object; got null.'],
  ['fast', 'options must be an object; got string.'],
  [{ ordered: 1 }, 'ordered must be true or false; got number.'],
  [{ returnSettled: 'yes' }, 'returnSettled must be true or false; got string.'],
  [{ onError: true }, 'onError must be a function; got boolean.'],
  [{ keyOf: 'id' }, 'keyOf must be a function; got string.'],
  [{ signal: {} }, 'signal must be an AbortSignal; got object.'],
  [{ signal: null }, 'signal must be an AbortSignal; got null.'],
  [{ abortTaskController: {} }, 'abortTaskController must be an object with isAborted(key); got object.'],
])('parallelLimit refuses options of the wrong type: %o', (options, message) => {
  expect(() => parallelLimit([], 1, () => 1, options as never)).toThrow(new TypeError(message))
})

it('parallelLimit refuses an fn that is not a function and an unknown policy', () => {
  expect(() => parallelLimit([], 1, 'fn' as never)).toThrow(
    new TypeError('fn must be a function; got string.'),
  )
  const options = { errorPolicy: 'stop' } as unknown as ParallelLimitOptions<unknown>
  expect(() => parallelLimit([], 1, () => 1, options)).toThrow(
    new RangeError('errorPolicy must be "fail-fast" or "continue"; got stop.'),
  )
})

it('when an item fails, fail-fast yields what was done before, throws, closes the source and starts nothing more', async () => {
  const { state, sync } = observed()
  const { fn, call, started } = manual()
  const onError = vi.fn()
  const iteration = parallelLimit(sync(), 3, fn, { onError })
  const first = iteration.next()
  call(0).resolve('zero')
  await first
  call(1).resolve('one')
  const failure = new Error('item two')
  call(2).reject(failure)
  await settled()
  expect(state.closed).toBe(true)
  call(3).reject(new Error('too late to matter'))
  expect((await iteration.next()).value).toBe('one')
  await expect(iteration.next()).rejects.toBe(failure)
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  expect(started()).toEqual([0, 1, 2, 3])
  expect(onError.mock.calls).toEqual([[failure, 2]])
})

it('when an item fails, continue calls onError and goes on, whether fn throws or rejects', async () => {
  const onError = vi.fn()
  const fn = (item: number) => {
    if (item === 1) throw new Error('thrown')
    return item === 2 ? Promise.reject(new Error('rejected')) : item
  }
  const results = await all(parallelLimit([0, 1, 2, 3], 2, fn, { errorPolicy: 'continue', onError }))
  expect(results).toEqual([0, 3])
  expect(onError.mock.calls).toEqual([
    [new Error('thrown'), 1],
    [new Error('rejected'), 2],
  ])
})

it('when an item fails, returnSettled yields the failure with its item', async () => {
  const onError = vi.fn()
  const reason = new Error('odd')
  const fn = (item: number) => (item % 2 ? Promise.reject(reason) : item * 10)
  expect(await all(parallelLimit([1, 2], 1, fn, { returnSettled: true, onError }))).toEqual([
    { status: 'rejected', reason, item: 1 },
    { status: 'fulfilled', value: 20, item: 2 },
  ])
  expect(onError.mock.calls).toEqual([[reason, 1]])
})

it('when an item fails, an onError that throws ends the iteration with its error', async () => {
  const onError = () => {
    throw new Error('from onError')
  }
  const fn = () => Promise.reject(new Error('item'))
  const { error } = await outcome(parallelLimit([1, 2], 1, fn, { errorPolicy: 'continue', onError }))
  expect(error).toEqual(new Error('from onError'))
})

it('an onError that ends the iteration is not called again', async () => {
  const onError = vi.fn(() => void iteration.return?.())
  const iteration = parallelLimit([1, 2, 3], 3, () => Promise.reject(new Error('item')), { onError })
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  expect(onError).toHaveBeenCalledTimes(1)
})

it('an AbortError is like any other error when there are no cancellation options', async () => {
  const { error } = await outcome(parallelLimit([1], 1, () => Promise.reject(abortError('stop'))))
  expect(error).toMatchObject({ name: 'AbortError' })
})

it.each(['sync', 'async'] as const)(
  'when a %s source fails, what was started is yielded before its error',
  async kind => {
    function* sync() {
      yield 1
      yield 2
      throw new Error('no more')
    }
    async function* async() {
      yield* sync()
    }
    const source = kind === 'sync' ? sync() : async()
    const { results, error } = await outcome(parallelLimit(source, 5, async item => item * 10))
    expect(results).toEqual([10, 20])
    expect(error).toEqual(new Error('no more'))
  },
)

it('a source that cannot be opened throws from the first next()', async () => {
  const source: Iterable<number> = {
    [Symbol.iterator]() {
      throw new Error('cannot open')
    },
  }
  expect(await outcome(parallelLimit(source, 1, item => item))).toEqual({
    results: [],
    error: new Error('cannot open'),
  })
})

it('a source that returns something other than an iterator result is a TypeError', async () => {
  const source = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined as never) }) }
  expect((await outcome(parallelLimit(source, 1, item => item))).error).toBeInstanceOf(TypeError)
})

it.each(['sync', 'async'] as const)(
  'leaving the loop early closes a %s source, starts nothing more and ignores late failures',
  async kind => {
    const { state, ...sources } = observed()
    const { fn, call, started } = manual<number>()
    const onError = vi.fn()
    const iteration = parallelLimit(sources[kind](), 3, fn, { onError })
    const loop = (async () => {
      for await (const _ of iteration) break
    })()
    await settled()
    call(1).resolve(1)
    await loop
    await settled()
    expect(state.closed).toBe(true)
    const before = started()
    for (const item of before) call(item).reject(new Error('late'))
    await settled()
    expect(started()).toEqual(before)
    expect(onError).not.toHaveBeenCalled()
    expect(await iteration.next()).toEqual({ done: true, value: undefined })
  },
)

it('leaving the loop before the first result opens nothing', async () => {
  const { state, sync } = observed()
  const iteration = parallelLimit(sync(), 3, item => item)
  expect(await iteration.return?.()).toEqual({ done: true, value: undefined })
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  expect(state.pulled).toBe(0)
})

it('leaving the loop ends a next() that is waiting for work which never ends', async () => {
  const iteration = parallelLimit([1], 1, () => new Promise(() => {}))
  const waiting = iteration.next()
  await iteration.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
})

it('leaving the loop does not wait for a source that owes an item', async () => {
  const close = vi.fn(() => new Promise<never>(() => {}))
  const source = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: close }),
  }
  const iteration = parallelLimit(source, 1, item => item)
  const waiting = iteration.next()
  expect(await iteration.return?.()).toEqual({ done: true, value: undefined })
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(close).toHaveBeenCalledTimes(1)
})

it('leaving the loop reports a source that fails to close', async () => {
  const source: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return() {
        throw new Error('cannot close')
      },
    }),
  }
  const loop = (async () => {
    for await (const _ of parallelLimit(source, 1, item => item)) break
  })()
  await expect(loop).rejects.toThrow('cannot close')
})

it('return() resolves with its argument, as in an async generator', async () => {
  const iteration = parallelLimit([1, 2], 1, item => item)
  await iteration.next()
  expect(await iteration.return('enough')).toEqual({ done: true, value: 'enough' })
  expect(await iteration.return(Promise.resolve('again'))).toEqual({ done: true, value: 'again' })
})

it('throw() closes the source and rejects with its argument, before, during and after the iteration', async () => {
  const { state, sync } = observed()
  const iteration = parallelLimit(sync(), 2, item => item)
  await iteration.next()
  await expect(iteration.throw(new Error('why'))).rejects.toThrow('why')
  expect(state.closed).toBe(true)
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  await expect(iteration.throw('again')).rejects.toBe('again')
  const unopened = parallelLimit(sync(), 2, item => item)
  await expect(unopened.throw('early')).rejects.toBe('early')
  expect(await unopened.next()).toEqual({ done: true, value: undefined })
})

it('throw() rejects with its argument even if the source fails to close', async () => {
  const source: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return() {
        throw new Error('cannot close')
      },
    }),
  }
  const iteration = parallelLimit(source, 1, item => item)
  await iteration.next()
  await expect(iteration.throw(new Error('why'))).rejects.toThrow('why')
})

it('disposing the iterator closes it, and waits for the source to close', async () => {
  const closing = deferred()
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false as const, value: 1 }),
      return: () => closing.promise.then(() => ({ done: true as const, value: undefined })),
    }),
  }
  const iteration = parallelLimit(source, 1, item => item)
  await iteration.next()
  await settled()
  const disposed = vi.fn()
  void iteration[Symbol.asyncDispose]().then(disposed)
  await settled()
  expect(disposed).not.toHaveBeenCalled()
  closing.resolve()
  await settled()
  expect(disposed).toHaveBeenCalledWith(undefined)
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
})

it('the iterator has no member for disposal where the platform has no symbol for it', () => {
  const { iterator, asyncIterator } = Symbol
  vi.stubGlobal('Symbol', { iterator, asyncIterator })
  try {
    expect(Reflect.ownKeys(parallelLimit([1], 1, item => item))).toEqual([])
  } finally {
    vi.unstubAllGlobals()
  }
})

it('user callbacks may call back into the iterator while it is asked for items and results', async () => {
  const answers: Promise<IteratorResult<number, undefined>>[] = []
  const again = () => {
    if (answers.length < 7) answers.push(iteration.next())
  }
  function* source() {
    for (let item = 0; item < 8; item++) {
      again()
      yield item
    }
  }
  const iteration = parallelLimit(
    source(),
    2,
    item => {
      again()
      return item
    },
    {
      ordered: true,
      keyOf: item => {
        again()
        return `${item}`
      },
      abortTaskController: {
        isAborted: () => {
          again()
          return false
        },
      },
    },
  )
  const first = iteration.next()
  await settled()
  const values = (await Promise.all([first, ...answers])).map(({ value }) => value)
  expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

it('an isAborted that throws fails the item or, once the result is there, the iteration', async () => {
  let looks = 0
  const abortTaskController = {
    isAborted: () => {
      if (++looks % 3 === 0) throw new Error('no list')
      return false
    },
  }
  const options = { abortTaskController, keyOf: () => 'key' }
  expect(await outcome(parallelLimit([1, 2], 1, item => item, options))).toEqual({
    results: [],
    error: new Error('no list'),
  })
  looks = 2
  expect(await outcome(parallelLimit([1], 1, item => item, options))).toEqual({
    results: [],
    error: new Error('no list'),
  })
})

it('the signal may be a user-defined one whose members throw', async () => {
  const broken = () => {
    throw new Error('broken')
  }
  const listeners: (() => void)[] = []
  const signal = {
    aborted: false,
    addEventListener: (_: string, listener: () => void) => listeners.push(listener),
    removeEventListener: broken,
    get reason() {
      return broken()
    },
  } as unknown as AbortSignal
  const iteration = parallelLimit([1], 1, () => new Promise(() => {}), { signal })
  const waiting = iteration.next()
  for (const listener of listeners) listener()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: new Error('broken') })
  const refusing = { addEventListener: broken, removeEventListener: broken } as unknown as AbortSignal
  const refused = parallelLimit([1], 1, item => item, { signal: refusing })
  await expect(refused.next()).rejects.toThrow('broken')
  expect(await refused.next()).toEqual({ done: true, value: undefined })
})

it('the source may be a user-defined one that returns something other than an object', async () => {
  const source = { [Symbol.iterator]: () => ({ next: () => 5 as never }) }
  expect((await outcome(parallelLimit(source, 1, item => item))).error).toEqual(
    new TypeError('The next() of items must return an object; got 5.'),
  )
})

it('a signal ends the iteration with an AbortError that has the reason as cause, and closes the source', async () => {
  const { state, sync } = observed()
  const { fn, call, started } = manual()
  const aborter = new AbortController()
  const iteration = parallelLimit(sync(), 2, fn, { signal: aborter.signal, errorPolicy: 'continue' })
  const first = iteration.next()
  call(0).resolve('zero')
  await first
  call(1).resolve('one')
  await settled()
  aborter.abort('scrolled away')
  const error = await iteration.next().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DOMException)
  expect(error).toMatchObject({ name: 'AbortError', cause: 'scrolled away' })
  expect(state.closed).toBe(true)
  expect(await iteration.next()).toEqual({ done: true, value: undefined })
  call(2).reject(new Error('late'))
  await settled()
  expect(started()).toEqual([0, 1, 2])
})

it('a signal ends a next() that waits for work which never ends', async () => {
  const aborter = new AbortController()
  const iteration = parallelLimit([1], 1, () => new Promise(() => {}), { signal: aborter.signal })
  const waiting = iteration.next()
  aborter.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: aborter.signal.reason })
})

it('a signal that is already aborted opens nothing', async () => {
  const { state, sync } = observed()
  const iteration = parallelLimit(sync(), 1, item => item, { signal: AbortSignal.abort('before') })
  await expect(iteration.next()).rejects.toMatchObject({ name: 'AbortError', cause: 'before' })
  expect(state.pulled).toBe(0)
})

it.each([
  ['the end', (signal: AbortSignal) => all(parallelLimit([1, 2], 1, item => item, { signal }))],
  ['a failure', (signal: AbortSignal) => outcome(parallelLimit([1], 1, () => Promise.reject(1), { signal }))],
  [
    'leaving the loop',
    async (signal: AbortSignal) => {
      for await (const _ of parallelLimit([1, 2], 1, item => item, { signal })) break
    },
  ],
])('a signal has one listener, which is gone after %s', async (_, iterate) => {
  const { signal } = new AbortController()
  const add = vi.spyOn(signal, 'addEventListener')
  const remove = vi.spyOn(signal, 'removeEventListener')
  await iterate(signal)
  expect(add).toHaveBeenCalledTimes(1)
  expect(remove.mock.calls.at(-1)?.slice(0, 2)).toEqual(add.mock.calls[0]?.slice(0, 2))
})

describe('keys', () => {
  const keyOf = (item: number) => `item:${item}`

  it('items of an aborted key are not started', async () => {
    const fn = vi.fn((item: number) => item)
    const abortTaskController = controller('item:1', 'item:3')
    expect(await all(parallelLimit([0, 1, 2, 3], 1, fn, { abortTaskController, keyOf }))).toEqual([0, 2])
    expect(fn.mock.calls).toEqual([[0], [2]])
  })

  it.each([{}, { returnSettled: true as const }])(
    'results of a key that is aborted before they are taken are dropped, with %o',
    async mode => {
      const abortTaskController = controller()
      const { fn, call } = manual()
      const iteration = parallelLimit([0, 1, 2, 3], 4, fn, { ...mode, abortTaskController, keyOf } as never)
      const first = iteration.next()
      call(0).resolve('zero')
      await first
      call(1).resolve('one')
      call(2).resolve('two')
      await settled()
      abortTaskController.keys.add('item:1').add('item:3')
      call(3).reject(abortError('stop'))
      const second: unknown = (await iteration.next()).value
      expect('returnSettled' in mode ? (second as { value: string }).value : second).toBe('two')
      expect((await iteration.next()).done).toBe(true)
    },
  )

  it('an AbortError of an aborted key ends nothing and is not reported', async () => {
    const abortTaskController = controller()
    const onError = vi.fn()
    const fn = async (item: number) => {
      if (item !== 1) return item
      abortTaskController.keys.add('item:1')
      throw abortError('stop')
    }
    expect(await all(parallelLimit([0, 1, 2], 1, fn, { abortTaskController, keyOf, onError }))).toEqual([
      0, 2,
    ])
    expect(onError).not.toHaveBeenCalled()
  })

  it('another AbortError, such as that of a timeout, ends nothing but is reported', async () => {
    const onError = vi.fn()
    const timeout = abortError('stop', new Error('too slow'))
    const fn = (item: number) => (item === 1 ? Promise.reject(timeout) : item)
    const options = { abortTaskController: controller(), keyOf, onError }
    expect(await all(parallelLimit([0, 1, 2], 1, fn, options))).toEqual([0, 2])
    expect(onError.mock.calls).toEqual([[timeout, 1]])
    expect(await all(parallelLimit([1], 1, fn, { ...options, returnSettled: true }))).toEqual([
      { status: 'rejected', reason: timeout, item: 1 },
    ])
  })

  it('another error of an item with a live key still ends the iteration', async () => {
    const options = { abortTaskController: controller(), keyOf }
    const { error } = await outcome(parallelLimit([1], 1, () => Promise.reject('broken'), options))
    expect(error).toBe('broken')
  })

  it('an empty or non-string key is no key', async () => {
    const abortTaskController = { isAborted: () => true }
    for (const none of ['', undefined, 7]) {
      const options = { abortTaskController, keyOf: () => none as string }
      expect(await all(parallelLimit([1], 1, item => item, options))).toEqual([1])
    }
  })

  it('a keyOf that throws is a failure of its item', async () => {
    const broken = new Error('no key')
    const fn = vi.fn((item: number) => item)
    const results = await all(
      parallelLimit([1, 2], 2, fn, {
        abortTaskController: controller(),
        keyOf: item => {
          if (item === 1) throw broken
          return ''
        },
        returnSettled: true,
      }),
    )
    expect(results).toContainEqual({ status: 'rejected', reason: broken, item: 1 })
    expect(results).toContainEqual({ status: 'fulfilled', value: 2, item: 2 })
    expect(fn).toHaveBeenCalledTimes(1)
  })
})

it('yieldAsCompleted yields what promises resolve to in the order of completion', async () => {
  const [slow, fast] = [deferred<string>(), deferred<number>()]
  const iteration = yieldAsCompleted([slow.promise, fast.promise, 'no promise'])
  expect((await iteration.next()).value).toBe('no promise')
  fast.resolve(1)
  expect((await iteration.next()).value).toBe(1)
  slow.resolve('slow')
  expect((await iteration.next()).value).toBe('slow')
  expect((await iteration.next()).done).toBe(true)
})

it('yieldAsCompleted throws the first rejection after what came before it', async () => {
  const [one, two] = [deferred<number>(), deferred<number>()]
  const iteration = yieldAsCompleted([one.promise, two.promise])
  one.resolve(1)
  await settled()
  two.reject(new Error('two'))
  await settled()
  expect(await outcome(iteration)).toEqual({ results: [1], error: new Error('two') })
})

it('yieldAsCompleted watches every promise from the start, and after leaving the loop', async () => {
  const [one, two, three] = [deferred<number>(), deferred<number>(), deferred<number>()]
  yieldAsCompleted([one.promise])
  one.reject(new Error('never iterated'))
  const iteration = yieldAsCompleted([two.promise, three.promise])
  two.resolve(2)
  for await (const _ of iteration) break
  three.reject(new Error('after the loop'))
  await settled()
  expect(unhandled).not.toHaveBeenCalled()
})

it('yieldAsCompleted takes an async iterable of promises', async () => {
  async function* source() {
    yield Promise.resolve(1)
    yield Promise.resolve(2)
  }
  expect(await all(yieldAsCompleted(source()))).toEqual([1, 2])
})
