import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { Task } from '../../ts/api/task.ts'
import { createTaskRuntime } from '../../ts/page/runtime.ts'
import { QueueDropError, TaskDisposedError, WorkerCrashedError } from '../../ts/shared/errors/classes.ts'
import { createTestWorkers } from '../../ts/testing.ts'
import type { TaskContext } from '../../ts/worker.ts'
import { type Bench, bench } from '../support/bench.ts'
import { recipe } from '../support/guide.ts'
import { rejection, watch } from '../support/outcome.ts'
import { soon } from '../support/soon.ts'
import { turns, until } from '../support/turns.ts'

/** The bench's task with a recipe's type; its method is called `run` in both. */
const typed = <T>({ task }: Pick<Bench, 'task'>) => task as unknown as Task<T>

afterEach(() => {
  vi.useRealTimers()
})

it('worker setup: mounting and unmounting twice leaves nothing behind and the name free', async () => {
  const { mountSearch } = await recipe<{
    mountSearch(worker: () => Worker, use: (task: Task<object>) => void, owner: TaskRuntime): () => void
  }>('worker-setup', 'When workers come and go')
  const { worker, runtime } = bench()
  const tasks: Task<object>[] = []
  const mount = () => mountSearch(worker, task => tasks.push(task), runtime)
  mount()()
  const unmount = mount()
  expect(runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)).toEqual(['bench', 'search'])
  unmount()
  unmount()
  expect(runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)).toEqual(['bench'])
  const [first] = tasks as [Task<{ find(query: string): Promise<unknown> }>]
  expect(await rejection(first.find('a'))).toBeInstanceOf(TaskDisposedError)
})

it('worker setup: each worker of a chart gets a canvas of its own, in the place of the one before', async () => {
  const { defineChart } = await recipe<{
    defineChart(runtime: TaskRuntime, worker: () => Worker, place: object): Task<{ draw(): Promise<unknown> }>
  }>('worker-setup', 'Pass a canvas')
  using runtime = createTaskRuntime()
  const shown: unknown[] = []
  const element = () => ({ transferControlToOffscreen: () => `canvas ${shown.length}` })
  vi.stubGlobal('document', { createElement: element })
  onTestFinished(() => void vi.unstubAllGlobals())
  const setup = vi.fn()
  const workers = createTestWorkers({ draw() {} }, { setup })
  const place = { replaceChildren: (child: unknown) => shown.push(child) }
  const task = defineChart(runtime, workers.create, place)
  await task.draw()
  await task.workers.replace()
  await task.draw()
  expect(setup.mock.calls.map(([data]) => data)).toEqual([{ canvas: 'canvas 1' }, { canvas: 'canvas 2' }])
  expect(shown).toHaveLength(2)
})

it('memory: the decoder keeps one worker and has eight at most', async () => {
  const { defineDecoder } = await recipe<{
    defineDecoder(runtime: TaskRuntime, worker: () => Worker): Task<object>
  }>('memory', 'When nothing is to do')
  const { runtime, worker } = bench()
  const task = defineDecoder(runtime, worker)
  expect(task.getState()).toMatchObject({ poolSize: 8, activeWorkers: 0 })
  task.startWorkers()
  expect(task.getState().activeWorkers).toBe(1)
})

it('worker setup: an error of a registered class arrives as an instance of it, with its fields', async () => {
  const { ParseError } = await recipe<{ ParseError: new (message: string, line: number) => Error }>(
    'worker-setup',
    'Errors of your own',
  )
  const workers = createTestWorkers({
    parse() {
      throw new ParseError('Unexpected end', 7)
    },
  })
  using runtime = createTaskRuntime()
  const task = runtime.defineTask<{ parse(): void }>({ type: 'singleton', worker: workers.create })
  const error = await rejection(task.parse())
  expect(error).toBeInstanceOf(ParseError)
  expect(error).toMatchObject({ name: 'ParseError', message: 'Unexpected end', line: 7 })
})

it('backpressure: a search returns undefined for a query that a newer one has overtaken', async () => {
  const { createSearch } = await recipe<{
    createSearch(runtime: TaskRuntime, worker: () => Worker): (query: string) => Promise<string[] | undefined>
  }>('backpressure', 'Only the newest counts')
  const { runtime, worker, job } = bench()
  const search = createSearch(runtime, worker)
  const [first, overtaken, newest] = ['a', 'ab', 'abc'].map(query => watch(search(query)))
  ;(await job('a')).resolve(['apple'])
  ;(await job('abc')).resolve(['abacus'])
  await turns()
  expect(first?.value).toEqual(['apple'])
  expect(overtaken).toEqual({ status: 'fulfilled', value: undefined })
  expect(newest?.value).toEqual(['abacus'])
})

it('backpressure: an exporter refuses the call for which there is no room', async () => {
  const { createExporter } = await recipe<{
    createExporter(
      runtime: TaskRuntime,
      worker: () => Worker,
      refuse: (document: string) => void,
    ): (document: string) => Promise<unknown>
  }>('backpressure', 'Reject when busy')
  const { runtime, worker, job } = bench()
  const refuse = vi.fn()
  const run = createExporter(runtime, worker, refuse)
  const outcomes = ['a', 'b', 'c', 'd'].map(name => watch(run(name)))
  await turns()
  expect(refuse.mock.calls).toEqual([['d']])
  for (const name of ['a', 'b', 'c']) (await job(name)).resolve(`${name}.pdf`)
  await turns()
  expect(outcomes.map(({ value }) => value)).toEqual(['a.pdf', 'b.pdf', 'c.pdf', undefined])
})

it('backpressure: a loop over many items takes the next one when a result is taken, and goes on after a failure', async () => {
  const { importFiles } = await recipe<{
    importFiles(
      task: Task<object>,
      files: Iterable<string>,
      show: (result: string) => void,
    ): Promise<{ failed: string[] }>
  }>('backpressure', 'Many items')
  const b = bench({ type: 'parallel', poolSize: 2 })
  let pulled = 0
  function* files() {
    for (const name of 'abcdef') {
      pulled++
      yield name
    }
  }
  const shown: string[] = []
  const done = importFiles(typed(b), files(), thumbnail => shown.push(thumbnail))
  await b.job('a')
  expect(pulled).toBe(4)
  ;(await b.job('b')).reject(new Error('unreadable'))
  for (const name of 'acdef') (await b.job(name)).resolve(name.toUpperCase())
  expect(await done).toEqual({ failed: ['b'] })
  expect(shown.sort()).toEqual([...'ACDEF'])
})

it('backpressure: the defaults are those of the table', () => {
  const { runtime, worker, task } = bench()
  const pool = runtime.defineTask({ type: 'parallel', poolSize: 3, worker })
  expect(pool.getState()).toMatchObject({ maxInFlight: 3, maxQueueDepth: 6, queuePolicy: 'block' })
  expect(task.getState()).toMatchObject({ maxInFlight: 1, maxQueueDepth: 2 })
})

it('backpressure: without a queue, drop-oldest refuses the new call', async () => {
  const { task } = bench({ maxQueueDepth: 0, queuePolicy: 'drop-oldest' })
  const first = watch(task.run('a'))
  expect(await rejection(task.run('b'))).toBeInstanceOf(QueueDropError)
  expect(first.status).toBe('open')
})

it('cancellation: closing a document cancels its pages and no others, until it is opened again', async () => {
  const { createRenderer } = await recipe<{
    createRenderer(
      runtime: TaskRuntime,
      worker: () => Worker,
    ): {
      open(id: string): void
      render(page: { documentId: string; number: number }): Promise<unknown>
      close(id: string): void
    }
  }>('cancellation', 'Cancel a group of calls by key')
  const { runtime, worker, jobs } = bench()
  const { open, render, close } = createRenderer(runtime, worker)
  const pages = ['a', 'b', 'a'].map((documentId, number) => watch(render({ documentId, number })))
  await turns()
  close('a')
  const late = watch(render({ documentId: 'a', number: 3 }))
  await turns()
  expect([...pages, late].map(({ status }) => status)).toEqual(['rejected', 'open', 'rejected', 'rejected'])
  expect(pages[0]?.reason).toMatchObject({ name: 'AbortError' })
  expect(pages[0]?.reason).not.toHaveProperty('cause')
  open('a')
  const again = watch(render({ documentId: 'a', number: 4 }))
  for (let index = 0; again.status === 'open'; index++) {
    jobs[index]?.resolve(index)
    await turns()
  }
  expect(again.status).toBe('fulfilled')
})

it('cancellation: a newer query cancels the one before it', async () => {
  const { latestOnly } = await recipe<{
    latestOnly(task: Task<object>): (query: string) => Promise<unknown>
  }>('cancellation', 'One call: a signal')
  const b = bench()
  const search = latestOnly(typed(b))
  const first = rejection(search('a'))
  const second = watch(search('ab'))
  expect(await first).toMatchObject({ name: 'AbortError', cause: { message: 'There is a newer query' } })
  ;(await b.job('ab')).resolve([])
  await turns()
  expect(second.status).toBe('fulfilled')
})

it('cancellation: timeouts, aborted keys and aborted signals can be distinguished', async () => {
  const { whatHappened } = await recipe<{ whatHappened(error: unknown): string }>(
    'cancellation',
    'Distinguish timeouts from cancellations',
  )
  vi.useFakeTimers()
  const { task, runtime } = bench({ timeoutMs: 50, maxInFlight: 2 })
  const slow = rejection(task.run('a'))
  const aborted = rejection(task.with({ key: 'k' }).run('b'))
  runtime.abortTaskController.abort('k')
  vi.advanceTimersByTime(50)
  expect(whatHappened(await slow)).toBe('too slow')
  expect(whatHappened(await aborted)).toBe('nothing to say')
  vi.useRealTimers()
  expect(whatHappened(await rejection(bench().task.fail('broken')))).toBe('failed')
})

it('cancellation: a handler that yields to the event loop stops in the middle of its work', async () => {
  const { handlers } = await recipe<{
    handlers: { invert(pixels: Uint8ClampedArray, width: number, ctx: object): Promise<Uint8ClampedArray> }
  }>('cancellation', 'A handler that stops')
  type API = { invert(pixels: Uint8ClampedArray, width: number): Promise<Uint8ClampedArray> }
  const { create } = createTestWorkers(handlers)
  const runtime = createTaskRuntime()
  const task = runtime.defineTask<API>({ type: 'singleton', worker: create })
  const white = () => new Uint8ClampedArray(4 * 1000).fill(255)
  expect([...(await task.invert(white(), 1)).subarray(-4)]).toEqual([0, 0, 0, 255])

  // Rows of 64 KB, of which a handler does some in the time between two turns.
  const shared = new Uint8ClampedArray(new SharedArrayBuffer(4 * 2 ** 14 * 2_000)).fill(255)
  const stop = new AbortController()
  const call = rejection(task.with({ signal: stop.signal }).invert(shared, 2 ** 14))
  await until(() => shared[0] === 0)
  stop.abort()
  expect(await call).toMatchObject({ name: 'AbortError' })
  await task.drain()
  expect(shared.at(-2)).toBe(255)
  runtime.dispose()
})

it('cancellation: Python gets the memory of its call, and a solver ends in the middle of synchronous code', async () => {
  vi.stubGlobal('crossOriginIsolated', true)
  onTestFinished(() => void vi.unstubAllGlobals())
  const { runPython, solve } = await recipe<{
    runPython(pyodide: object, code: string, ctx: TaskContext): unknown
    solve(solver: { step(): boolean }, ctx: TaskContext): void
  }>('cancellation', 'Synchronous code, on an isolated page')
  const b = bench()
  watch(b.task.with({ key: 'k' }).run('a'))
  const { context } = await b.job('a')
  const setInterruptBuffer = vi.fn()
  expect(runPython({ setInterruptBuffer, runPython: (code: string) => code }, '1 + 1', context)).toBe('1 + 1')
  expect(setInterruptBuffer).toHaveBeenCalledWith(context.interrupt)
  let steps = 0
  const step = () => {
    if (++steps === 3) b.runtime.abortTaskController.abort('k')
    return steps === 5
  }
  expect(() => solve({ step }, context)).toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(steps).toBe(3)
})

it('progress: a bar follows the handler and is full at the end', async () => {
  type API = { parse(text: string): Promise<string[][]> }
  const { handlers } = await recipe<{ handlers: object }>('progress', 'Report from the handler')
  const { parseWithBar } = await recipe<{
    parseWithBar(parser: Task<API>, text: string, bar: { value: number }): Promise<string[][]>
  }>('progress', 'Listen on the page')
  const { create } = createTestWorkers(handlers)
  const runtime = createTaskRuntime()
  const task = runtime.defineTask<API>({ type: 'singleton', worker: create })
  const values: number[] = []
  const bar = {
    set value(value: number) {
      values.push(value)
    },
  }
  const text = Array(1_000).fill('a,b').join('\n')
  expect(await parseWithBar(task, text, bar)).toHaveLength(1_000)
  expect(values[0]).toBe(0.001)
  expect(values.at(-1)).toBe(1)
  expect(values).toEqual(values.toSorted((a, b) => a - b))
  runtime.dispose()
})

it('crash recovery: a document is parsed again by another worker, and given up after three crashes', async () => {
  const { createParser } = await recipe<{
    createParser(runtime: TaskRuntime, worker: () => Worker): (document: ArrayBuffer) => Promise<number>
  }>('crash-recovery', 'Run it again')
  const { runtime, worker, workers, jobs } = bench()
  const parse = createParser(runtime, worker)
  const crashes = async (count: number) => {
    for (let crash = 0; crash < count; crash++) {
      const before = jobs.length
      workers.at(-1)?.crash('out of memory')
      await soon(() => expect(jobs.length).toBe(before + 1))
    }
  }
  const saved = parse(new ArrayBuffer(8))
  await soon(() => expect(jobs).toHaveLength(1))
  await crashes(2)
  expect(jobs[2]?.name).toEqual(new ArrayBuffer(8))
  jobs[2]?.resolve(3)
  expect(await saved).toBe(3)

  const lost = watch(parse(new ArrayBuffer(8)))
  await soon(() => expect(jobs).toHaveLength(4))
  await crashes(2)
  workers.at(-1)?.crash('out of memory')
  await turns()
  expect(lost.reason).toBeInstanceOf(WorkerCrashedError)
})

it('crash recovery: a failed task is restarted when the user asks for it, and other errors are passed on', async () => {
  const { withRestart } = await recipe<{
    withRestart<R>(
      task: Task<unknown>,
      work: () => Promise<R>,
      ask: (reason: string) => Promise<boolean>,
    ): Promise<R>
  }>('crash-recovery', 'Tell the user, and start again')
  const b = bench({ crashPolicy: 'fail-task' })
  const ask = vi.fn(async (_: string) => true)
  const work = withRestart(typed(b), () => b.task.run('a'), ask)
  await b.job('a')
  b.workers[0]?.crash('out of memory')
  ;(await b.job('a', 1)).resolve('done')
  expect(await work).toBe('done')
  expect(ask.mock.calls[0]?.[0]).toContain('out of memory')
  await expect(withRestart(typed(b), () => b.task.fail('broken'), ask)).rejects.toThrow('broken')
  expect(ask).toHaveBeenCalledTimes(1)
})

describe('transferables:', () => {
  type Filter = { run(pixels: Uint8ClampedArray): Promise<Uint8ClampedArray> }

  function filter() {
    const { create } = createTestWorkers({
      run: (pixels: Uint8ClampedArray) => pixels.map(value => 255 - value),
    })
    return createTaskRuntime().defineTask<Filter>({ type: 'singleton', worker: create })
  }

  it('transferables: a copy stays usable', async () => {
    const { sharpenWithUndo } = await recipe<{
      sharpenWithUndo(
        task: Task<Filter>,
        original: Uint8ClampedArray,
      ): Promise<{ sharpened: Uint8ClampedArray; undo: () => Uint8ClampedArray }>
    }>('transferables', 'Keep your own copy')
    using task = filter()
    const { sharpened, undo } = await sharpenWithUndo(task, new Uint8ClampedArray([0, 255]))
    expect([[...sharpened], [...undo()]]).toEqual([
      [255, 0],
      [0, 255],
    ])
  })

  it('transferables: what is passed on has moved', async () => {
    const { develop } = await recipe<{
      develop(steps: Task<Filter>[], pixels: Uint8ClampedArray): Promise<Uint8ClampedArray>
    }>('transferables', 'Hand it on')
    using first = filter()
    using second = filter()
    const pixels = new Uint8ClampedArray([0, 255])
    expect([...(await develop([first, second], pixels))]).toEqual([0, 255])
    expect(pixels.byteLength).toBe(0)
  })

  it('transferables: what the worker keeps is still there for the next call', async () => {
    const { createHandlers } = await recipe<{ createHandlers(): object }>(
      'transferables',
      'Keep it in the worker',
    )
    type Painter = { paint(row: number, grey: number): Promise<Uint8ClampedArray> }
    const { paint } = await recipe<{
      paint(painter: Task<Painter>, row: number, grey: number): Promise<Uint8ClampedArray>
    }>('transferables', 'Keep it in the worker', 1)
    using task = createTaskRuntime().defineTask<Painter>({
      type: 'singleton',
      worker: createTestWorkers(createHandlers).create,
    })
    await paint(task, 0, 7)
    const frame = await paint(task, 1, 9)
    expect([frame[0], frame[4 * 640], frame.length]).toEqual([7, 9, 4 * 640 * 480])
    await task.paint(0, 7)
    await expect(task.paint(0, 7)).rejects.toThrow()
  })

  it('transferables: a small view takes its whole buffer along, and a slice does not', async () => {
    using task = filter()
    const large = new Uint8ClampedArray(1000)
    await task.run(large.subarray(0, 2).slice())
    expect(large.byteLength).toBe(1000)
    await task.run(large.subarray(0, 2))
    expect(large.byteLength).toBe(0)
  })
})
