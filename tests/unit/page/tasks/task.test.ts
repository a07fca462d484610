import { expect, it, vi } from 'vitest'
import type { TaskDispatchOptions } from '../../../../ts/api/task.ts'
import { bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns, until } from '../../../support/turns.ts'

it('a task has no then, so that async code may return it', async () => {
  const { task } = bench()
  expect((task as unknown as { then: unknown }).then).toBeUndefined()
  expect(await (async () => task)()).toBe(task)
})

it('methods that are taken off a task can be called', async () => {
  const { echo, with: bind } = bench().task
  expect(await echo('loose')).toBe('loose')
  expect(await bind({}).echo('bound')).toBe('bound')
})

it('a task returns the same function for the same method', () => {
  const { task } = bench()
  expect(task.echo).toBe(task.echo)
})

it('a call never throws: whatever goes wrong is a rejection', async () => {
  const { task } = bench({
    keyOf: () => {
      throw new RangeError('from keyOf')
    },
  })
  const call = task.echo(1)
  await expect(call).rejects.toThrow(new RangeError('from keyOf'))
})

it('a call of an unknown method is rejected with its name, and the next call works', async () => {
  const { task } = bench()
  const { missing } = task as unknown as { missing(): Promise<void> }
  const error = await rejection(missing())
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toBe(
    '"missing" is not a method of this worker. Its methods: run, cooperate, echo, fail.',
  )
  expect(await task.echo('next')).toBe('next')
})

it('a task has the members that every object has, and none of them dispatches a call', () => {
  const { task, workers } = bench()
  expect(String(task)).toBe('[object Object]')
  expect(Object.hasOwn(task, 'missing')).toBe(false)
  expect(workers).toEqual([])
})

it('calls that run at the same time are kept apart', async () => {
  const b = bench({ maxInFlight: 3 })
  const calls = ['a', 'b', 'c'].map(name => b.task.run(name))
  const [a, second, c] = [await b.job('a'), await b.job('b'), await b.job('c')]
  expect(new Set([a, second, c].map(({ context }) => context.callId)).size).toBe(3)
  c.resolve(3)
  a.resolve(1)
  second.resolve(2)
  expect(await Promise.all(calls)).toEqual([1, 2, 3])
})

it('an error that a handler throws reaches the caller, and the worker goes on', async () => {
  const { task, workers } = bench()
  const error = await rejection(task.fail('too wide'))
  expect(error).toBeInstanceOf(RangeError)
  expect(error.message).toBe('too wide')
  expect(await task.echo('next')).toBe('next')
  expect(workers).toHaveLength(1)
})

it('a value that a handler throws and that is no error is delivered as thrown', async () => {
  const b = bench({ maxInFlight: 8 })
  for (const [name, value] of [undefined, null, 0, 'text', { status: 404 }].entries()) {
    const call = watch(b.task.run(name))
    ;(await b.job(name)).reject(value)
    await until(() => call.status !== 'open')
    expect(call).toEqual({ status: 'rejected', reason: value })
  }
})

it('an AbortError that a handler throws counts as a cancellation, though nobody canceled the call', async () => {
  const b = bench()
  const names: string[] = []
  b.runtime.subscribeEvents(({ name }) => names.push(name))
  const call = rejection(b.task.run('a'))
  ;(await b.job('a')).reject(new DOMException('The handler gave up.', 'AbortError'))
  expect(await call).toMatchObject({ name: 'AbortError', message: 'The handler gave up.' })
  expect(names).toContain('task.canceled.total')
  expect(names).not.toContain('task.failure.total')
})

it('with() returns a task that differs in its calls only', async () => {
  const { task, runtime } = bench()
  const keyed = task.with({ key: 'key' })
  expect(keyed.getState()).toEqual(task.getState())
  runtime.abortTaskController.abort('key')
  await expect(keyed.echo(1)).rejects.toMatchObject({ name: 'AbortError' })
  expect(await task.echo(2)).toBe(2)
  keyed.dispose()
  await expect(task.echo(3)).rejects.toMatchObject({ name: 'TaskDisposedError' })
})

it('with() adds to the options that are there', async () => {
  const b = bench({ maxInFlight: 2 })
  const controller = new AbortController()
  const both = b.task.with({ key: 'key' }).with({ signal: controller.signal })
  const calls = [watch(both.run('a')), watch(b.task.with({ key: 'key' }).run('b'))]
  expect((await b.job('a')).context.key).toBe('key')
  controller.abort()
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'open'])
})

it('handlers never see the options of with()', async () => {
  const b = bench()
  const seen = vi.fn()
  b.task.with({ key: 'key', transfer: [], transferResult: false }).run('a')
  const { context } = await b.job('a')
  for (const name of Object.keys(context)) seen(name)
  expect(seen.mock.calls.flat().filter(name => /transfer|trace|options/.test(name))).toEqual([])
  expect(context.key).toBe('key')
})

it.each<[string, unknown, string]>([
  ['key', 7, 'key must be a string, not 7'],
  ['signal', {}, 'signal must be an AbortSignal, not [object Object]'],
  ['signal', null, 'signal must be an AbortSignal, not null'],
  ['trace', 'doc:1', 'trace must be a TraceContext, not "doc:1"'],
  [
    'transfer',
    new ArrayBuffer(1),
    'transfer must be an array of transferable objects, not [object ArrayBuffer]',
  ],
  ['transferResult', 'no', 'transferResult must be a boolean, not "no"'],
])('with() refuses %s %o with a TypeError', (field, value, message) => {
  const { task } = bench()
  expect(() => task.with({ [field]: value } as TaskDispatchOptions)).toThrow(new TypeError(message))
})

it.each([undefined, null, 'key'])('with() refuses the options %o with a TypeError', options => {
  expect(() => bench().task.with(options as never)).toThrow(TypeError)
})

it('keyOf receives the arguments of the call', async () => {
  const keyOf = vi.fn((value: unknown) => `key-${String(value)}`)
  const b = bench({ keyOf })
  watch(b.task.run('a'))
  expect((await b.job('a')).context.key).toBe('key-a')
  expect(keyOf).toHaveBeenCalledExactlyOnceWith('a')
})

it('an explicit key takes precedence over keyOf', async () => {
  const keyOf = vi.fn(() => 'derived')
  const b = bench({ keyOf })
  watch(b.task.with({ key: 'explicit' }).run('a'))
  expect((await b.job('a')).context.key).toBe('explicit')
})

it.each([undefined, null, 7, '', {}, ['key']])('a keyOf that returns %o gives the call no key', async key => {
  const b = bench({ keyOf: () => key as string })
  watch(b.task.run('a'))
  expect('key' in (await b.job('a')).context).toBe(false)
})

it('a keyOf that throws rejects its own call only, and that call is counted', async () => {
  const b = bench({
    keyOf: (value: string) => {
      if (value === 'bad') throw new RangeError('no key for it')
      return value
    },
  })
  const counts: string[] = []
  b.runtime.subscribeEvents(({ kind, name }) => kind === 'counter' && counts.push(name))
  await expect(b.task.echo('bad')).rejects.toThrow(new RangeError('no key for it'))
  expect(counts).toEqual(['task.failure.total'])
  expect(await b.task.echo('good')).toBe('good')
})
