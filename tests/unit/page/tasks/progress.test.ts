import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import { createTaskRuntime } from '../../../../ts/page/runtime.ts'
import { ReplyKind } from '../../../../ts/shared/protocol.ts'
import { createTestWorkers } from '../../../../ts/testing.ts'
import type { TaskContext } from '../../../../ts/worker.ts'
import { bench, type Job } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** One call of `run` that has reached a worker, and what its listener has been told. */
async function running(config: Partial<TaskConfig> = {}) {
  const b = bench(config)
  const told: unknown[] = []
  const call = watch(b.task.with({ key: 'k', onProgress: value => told.push(value) }).run('a'))
  const { context, ...job } = await b.job('a')
  return { ...b, told, call, context, ...job }
}

describe('what a handler reports', () => {
  it('arrives at once, then at most once in 16 ms, the newest of each time', async () => {
    const { context, told } = await running()
    for (let n = 1; n <= 40; n++) {
      context.report(n)
      await turns(2)
      vi.advanceTimersByTime(1)
    }
    await turns(2)
    expect(told).toEqual([1, 16, 32])
  })

  it('leaves from within synchronous code', async () => {
    const handlers = {
      work(context: TaskContext) {
        for (let n = 1; n <= 40; n++) {
          context.report(n)
          now += 1
        }
        return 'done'
      },
    }
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const { create } = createTestWorkers(handlers)
    const runtime = createTaskRuntime()
    const task = runtime.defineTask<{ work(): Promise<string> }>({ type: 'singleton', worker: create })
    const told: unknown[] = []
    await task.with({ onProgress: value => told.push(value) }).work()
    expect(told).toEqual([1, 17, 33, 40])
    runtime.dispose()
  })

  it.each(['resolve', 'reject'] as const)('has its last value told before a call ends by %s', async how => {
    const { context, told, call, ...job } = await running()
    for (const n of [1, 2, 3]) context.report(n)
    job[how](new Error('over'))
    await turns()
    context.report('too late')
    vi.advanceTimersByTime(100)
    await turns()
    expect(call.status).toBe(how === 'resolve' ? 'fulfilled' : 'rejected')
    expect(told).toEqual([1, 3])
  })

  it('is not told once the call was aborted', async () => {
    const { context, told, runtime, resolve } = await running()
    context.report(1)
    await turns()
    context.report(2)
    runtime.abortTaskController.abort('k')
    context.report(3)
    await turns()
    vi.advanceTimersByTime(100)
    context.report(4)
    resolve(0)
    await turns()
    expect(told).toEqual([1])
  })

  it('is not told once the call has timed out', async () => {
    const { context, told, call } = await running({ timeoutMs: 50 })
    context.report(1)
    await turns()
    vi.advanceTimersByTime(50)
    context.report(2)
    await turns()
    expect(call.status).toBe('rejected')
    expect(told).toEqual([1])
  })

  it('is not told once its listener has canceled the call', async () => {
    const b = bench()
    const stop = new AbortController()
    const told: unknown[] = []
    const onProgress = (value: unknown) => {
      told.push(value)
      stop.abort()
    }
    const call = rejection(b.task.with({ signal: stop.signal, onProgress }).run('a'))
    const { context, resolve } = await b.job('a')
    for (const n of [1, 2, 3]) context.report(n)
    resolve(0)
    expect(await call).toMatchObject({ name: 'AbortError' })
    await turns()
    expect(told).toEqual([1])
  })

  it('comes from the second attempt after a crash', async () => {
    const { context, told, workers, job, call } = await running({
      crashPolicy: 'restart-requeue-in-flight',
    })
    context.report('first')
    await turns()
    context.report('held back')
    workers[0]?.crash()
    context.report('of the dead')
    vi.advanceTimersByTime(60_000)
    const second = await job('a', 1)
    second.context.report('second')
    context.report('of the dead')
    await turns()
    second.resolve('done')
    await turns()
    expect(call.value).toBe('done')
    expect(told).toEqual(['first', 'second'])
  })

  it('is dropped and logged in the worker where it cannot be cloned, and the call goes on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { context, told, call, resolve } = await running()
    const fights = {
      get value() {
        throw new Error('no')
      },
    }
    for (const bad of [() => {}, fights]) {
      context.report(bad)
      vi.advanceTimersByTime(16)
    }
    context.report('good')
    resolve('done')
    await turns()
    expect(call.value).toBe('done')
    expect(told).toEqual(['good'])
    expect(log.mock.calls.map(([text]) => text)).toEqual(
      Array(2).fill('A value that "run" reported cannot be sent to the page, and is dropped.'),
    )
  })

  it('is cloned when it leaves, and nothing in it moves', async () => {
    const { context, told } = await running()
    const state = { done: 1, bytes: new Uint8Array([1, 2]) }
    context.report(state)
    state.done = 2
    await turns()
    expect(told).toEqual([{ done: 1, bytes: new Uint8Array([1, 2]) }])
    expect(state.bytes.length).toBe(2)
  })

  it('goes nowhere where nobody listens', async () => {
    const b = bench()
    const call = b.task.run('a')
    const { context, resolve } = await b.job('a')
    const post = vi.spyOn(MessagePort.prototype, 'postMessage')
    context.report(() => {})
    await turns()
    expect(post).not.toHaveBeenCalled()
    resolve('done')
    expect(await call).toBe('done')
  })

  it('can be reported without the context, and by a copy of it', async () => {
    const { context, told } = await running()
    const { report } = { ...context }
    report(1)
    await turns()
    expect(told).toEqual([1])
  })

  it('reaches the listener of its own call only', async () => {
    const b = bench({ maxInFlight: 3 })
    const told: unknown[] = []
    for (const name of ['a', 'b']) {
      watch(b.task.with({ onProgress: value => told.push([name, value]) }).run(name))
    }
    watch(b.task.run('c'))
    for (const name of ['c', 'b', 'a']) (await b.job(name)).context.report(`from ${name}`)
    await turns()
    expect(told).toEqual([
      ['b', 'from b'],
      ['a', 'from a'],
    ])
  })
})

describe('a listener', () => {
  it('that throws is reported as uncaught, and the call and later values go on', async () => {
    const uncaught = vi.fn()
    vi.stubGlobal('reportError', uncaught)
    const b = bench()
    const told: unknown[] = []
    const onProgress = (value: unknown) => {
      told.push(value)
      throw new Error(`on ${value}`)
    }
    const call = b.task.with({ onProgress }).run('a')
    const { context, resolve } = await b.job('a')
    context.report(1)
    context.report(2)
    resolve('done')
    expect(await call).toBe('done')
    expect(told).toEqual([1, 2])
    expect(uncaught.mock.calls.map(([error]) => error.message)).toEqual(['on 1', 'on 2'])
  })

  it('that throws is rethrown on its own where there is no reportError', async () => {
    vi.stubGlobal('reportError', undefined)
    const rethrow = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
    const b = bench()
    const onProgress = () => {
      throw new Error('in a listener')
    }
    const call = b.task.with({ onProgress }).run('a')
    const { context, resolve } = await b.job('a')
    context.report(1)
    resolve('done')
    expect(await call).toBe('done')
    expect(rethrow.mock.calls[0]?.[0]).toThrow('in a listener')
  })

  it('may make calls, stop the task and dispose the runtime', async () => {
    const { told, ...b } = { ...bench({ maxInFlight: 2 }), told: [] as unknown[] }
    const onProgress = (value: unknown) => {
      told.push(value)
      watch(b.task.echo(value))
      b.task.stopWorkers()
      b.runtime.dispose()
    }
    const call = rejection(b.task.with({ onProgress }).run('a'))
    const { context } = await b.job('a')
    context.report(1)
    context.report(2)
    expect(await call).toMatchObject({ name: 'TaskDisposedError' })
    await turns()
    expect(told).toEqual([1])
    expect(b.kernel.isQuiescent()).toBe(true)
  })

  it.each([3, 'f', {}, null, true])('that is %o is refused by with()', onProgress => {
    const { task } = bench()
    const options = { onProgress } as unknown as Parameters<typeof task.with>[0]
    expect(() => task.with(options)).toThrow(/^onProgress must be a function, not /)
    expect(() => task.with(options)).toThrow(TypeError)
  })

  it('is taken away by with({ onProgress: undefined })', async () => {
    const b = bench()
    const onProgress = vi.fn()
    watch(b.task.with({ onProgress }).with({ onProgress: undefined }).run('a'))
    ;(await b.job('a')).context.report(1)
    await turns()
    expect(onProgress).not.toHaveBeenCalled()
  })

  it('hears nothing of forged reports about calls that nobody listens to', async () => {
    const b = bench()
    const call = b.task.run('a')
    const { resolve } = await b.job('a')
    for (const seq of [0, 1, -1, 'x', null, {}]) {
      b.workers[0]?.say({ atelier: [seq, ReplyKind.progress, 'forged'] })
      b.workers[0]?.say({ atelier: [seq, ReplyKind.progress] })
    }
    await turns()
    resolve('done')
    expect(await call).toBe('done')
  })
})

describe('in every order of reports, times and ends', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('report' as const), call: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('resolve' as const, 'reject' as const, 'abort' as const),
        call: fc.nat(2),
      }),
    },
  )

  type Told = { value: number; at: number }
  type Subject = {
    job: Job
    key: string
    reported: number[]
    told: Told[]
    /**
     * What may come last: what had been reported when the handler settled, or what was reported before its worker knew that it had.
     */
    last: (number | undefined)[]
    aborted: boolean
    settled: boolean
    /** Its worker has had time to notice. */
    isOver: boolean
    toldAtEnd: number | undefined
  }

  it('values keep their order, the last one comes before the result, and nothing after it', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async steps => {
        const b = bench({ maxInFlight: 3 })
        const subjects: Subject[] = []
        for (const key of ['a', 'b', 'c']) {
          const none = { reported: [], told: [], last: [undefined], toldAtEnd: undefined }
          const subject = {
            ...none,
            key,
            aborted: false,
            settled: false,
            isOver: false,
          } as unknown as Subject
          const end = () => {
            subject.toldAtEnd = subject.told.length
          }
          b.task
            .with({
              key,
              onProgress: (value: number) => subject.told.push({ value, at: performance.now() }),
            })
            .run(key)
            .then(end, end)
          subject.job = await b.job(key)
          subjects.push(subject)
        }
        for (const [n, what] of steps.entries()) {
          if (what.do !== 'pass' && what.do !== 'turn') {
            act(b, subjects[what.call] as Subject, what.do, n)
            continue
          }
          await turns(3)
          for (const subject of subjects) subject.isOver ||= subject.settled
          // What a timer sends arrives at the moment at which it fires.
          for (let ms = what.do === 'pass' ? what.ms : 0; ms > 0; ms--) {
            vi.advanceTimersByTime(1)
            await turns(2)
          }
        }
        for (const subject of subjects) act(b, subject, 'resolve', 0)
        await turns(6)
        vi.advanceTimersByTime(100)
        await turns(3)
        for (const subject of subjects) check(subject)
        b.runtime.dispose()
      }),
      { numRuns: 100 },
    )
  })

  function act(
    b: { runtime: { abortTaskController: { abort(key: string): void } } },
    subject: Subject,
    what: 'report' | 'resolve' | 'reject' | 'abort',
    n: number,
  ): void {
    const { job, key } = subject
    if (what === 'report') {
      job.context.report(n)
      if (subject.isOver || subject.aborted) return
      subject.reported.push(n)
      if (subject.settled) subject.last.push(n)
      else subject.last = [n]
    } else if (what === 'abort') {
      b.runtime.abortTaskController.abort(key)
      if (!subject.isOver) subject.aborted = true
    } else {
      subject.settled = true
      job[what](new Error('over'))
    }
  }

  function check({ reported, told, last, aborted, toldAtEnd }: Subject): void {
    const values = told.map(({ value }) => value)
    expect(values).toEqual(reported.filter(value => values.includes(value)))
    expect(new Set(values).size).toBe(values.length)
    expect(toldAtEnd).toBe(told.length)
    if (!aborted) expect(last).toContain(values.at(-1))
    const spaced = aborted ? told : told.slice(0, -1)
    for (const [index, { at }] of spaced.entries()) {
      if (index > 0) expect(at - (spaced[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(16)
    }
  }
})
