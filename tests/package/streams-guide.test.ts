import { expect, it, onTestFinished, vi } from 'vitest'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { TaskStream } from '../../ts/api/streams.ts'
import type { Task } from '../../ts/api/task.ts'
import { createTaskRuntime } from '../../ts/page/runtime.ts'
import { createTestWorkers } from '../../ts/testing.ts'
import { recipe } from '../support/guide.ts'
import { all } from '../support/iteration.ts'
import { until } from '../support/turns.ts'

type Row = { line: number; cells: string[] }
type ParserAPI = { rows(text: string): TaskStream<Row, number>; lines(url: string): TaskStream<string> }

const TEXT = 'ann,berlin\nbob,paris\ncy,berlin\ndan,rome'

async function parser() {
  const { handlers } = await recipe<{ handlers: object }>('streams', 'A generator in the worker')
  const page = await recipe<{
    defineParser(runtime: TaskRuntime, create: () => Worker): Task<ParserAPI>
    find(parser: Task<ParserAPI>, text: string, word: string, limit: number): Promise<Row[]>
  }>('streams', 'A loop on the page')
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  return { ...page, task: page.defineParser(runtime, createTestWorkers(handlers).create) }
}

it('streams: a loop that has found enough ends the call', async () => {
  const { task, find } = await parser()
  expect(await find(task, TEXT, 'berlin', 1)).toEqual([{ line: 0, cells: ['ann', 'berlin'] }])
  expect((await find(task, TEXT, 'berlin', 9)).map(({ line }) => line)).toEqual([0, 2])
  await until(() => task.getState().queueDepth + task.getState().restingDepth === 0)
})

it('streams: what the generator returns is the end', async () => {
  const { task } = await parser()
  const stream = task.rows('a')
  expect(await stream.next()).toEqual({ done: false, value: { line: 0, cells: ['a'] } })
  expect(await stream.next()).toEqual({ done: true, value: 1 })
})

it('streams: the lines of a response come one by one', async () => {
  const { task } = await parser()
  vi.stubGlobal('fetch', async () => new Response('one\ntwo\nthree'))
  onTestFinished(() => void vi.unstubAllGlobals())
  expect(await all(task.lines('/text'))).toEqual(['one', 'two', 'three'])
})

it('streams: a loop writes through the worker that it reads from', async () => {
  const { upperCaseAll } = await recipe<{ upperCaseAll(database: object): Promise<number> }>(
    'streams',
    'What rests',
  )
  const people = new Map(Array.from({ length: 40 }, (_, id) => [id, `name ${id}`]))
  const { create } = createTestWorkers({
    *rows() {
      for (const [id, name] of people) yield { id, name }
    },
    update: (id: number, name: string) => void people.set(id, name),
  })
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const database = runtime.defineTask<object>({
    type: 'singleton',
    worker: create,
    streams: { rows: true } as never,
  })
  expect(await upperCaseAll(database)).toBe(40)
  expect(people.get(39)).toBe('NAME 39')
})

it('streams: several files are read at once, in the order of the files, until enough was found', async () => {
  const { firstErrors } = await recipe<{
    firstErrors(logs: object, files: Blob[], limit: number): Promise<string[]>
  }>('streams', 'Several streams at once')
  const { create } = createTestWorkers({
    async *rows(file: Blob) {
      for (const text of (await file.text()).split(' ')) yield { level: text < 'm' ? 'error' : 'note', text }
    },
  })
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const logs = runtime.defineTask<object>({
    type: 'parallel',
    poolSize: 2,
    worker: create,
    streams: { rows: true } as never,
  })
  const files = ['x a', 'y z', 'b c', 'd'].map(text => new Blob([text]))
  expect(await firstErrors(logs, files, 3)).toEqual(['a', 'b', 'c'])
  await until(() => logs.getState().queueDepth + logs.getState().restingDepth === 0)
})
