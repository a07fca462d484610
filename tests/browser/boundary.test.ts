import { createTaskRuntime, type Task } from '@varunkanwar/atelier'
import { wrap } from 'comlink'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fromEnvelope } from '../../ts/shared/errors/envelope.ts'
import { ReplyKind } from '../../ts/shared/protocol.ts'
import type { TaskWorker } from '../../ts/worker.ts'
import { rejection, watch } from '../support/outcome.ts'
import type { GuardedAPI } from './workers/guarded.worker.ts'

function guardedWorker(): Worker {
  return new Worker(new URL('./workers/guarded.worker.ts', import.meta.url), { type: 'module' })
}

function guarded(): Task<GuardedAPI> {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  return runtime.defineTask<GuardedAPI>({
    type: 'parallel',
    poolSize: 2,
    crashMaxRetries: 100,
    worker: guardedWorker,
  })
}

const FOREIGN = [
  'inherited',
  'value',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__dispatch',
  '__connect',
  '__cancel',
  'postMessage',
  'own.call',
  '',
]

describe('a call', () => {
  it.each(FOREIGN)('of %j reaches nothing, whoever posts it', async method => {
    const worker = guardedWorker()
    onTestFinished(() => worker.terminate())
    const { __dispatch } = wrap<TaskWorker>(worker)
    const error = await __dispatch('call', method, []).then(String, fromEnvelope)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toBe(
      `"${method}" is not a method of this worker. Its methods: own, forever, say.`,
    )
  })

  it('of a task reaches own functions, and no other name of the object', async () => {
    const task = guarded() as Task<GuardedAPI> & Record<string, () => Promise<unknown>>
    expect(await task.own()).toBe('own')
    for (const name of ['inherited', 'value', 'hasOwnProperties', 'postMessage']) {
      expect((await rejection((task[name] as () => Promise<unknown>)())).name, name).toBe('TypeError')
    }
    for (const name of ['__dispatch', '__connect']) expect(task[name], name).toBeUndefined()
  })
})

describe('a worker that says', () => {
  const envelope = { atelier: 'error', base: 'Error', name: 'Error', message: 'forged', fields: [] }
  const calls = Array.from({ length: 20 }, (_, call) => call)

  it.each<[string, unknown[]]>([
    ['answers of every call', [{ atelier: calls.flatMap(call => [call, ReplyKind.ok, 'forged']) }]],
    ['failures of every call', [{ atelier: calls.flatMap(call => [call, ReplyKind.error, envelope]) }]],
    [
      'that it crashed',
      [{ atelier: [undefined, ReplyKind.thrown, envelope, undefined, ReplyKind.thrown, envelope] }],
    ],
    ['that it is ready', [{ atelier: [undefined, ReplyKind.ready, true, undefined, ReplyKind.ready, {}] }]],
    [
      'nothing that makes sense',
      [
        null,
        0,
        'text',
        {},
        { atelier: 1 },
        { atelier: [null, [], [[]], {}] },
        { atelier: [undefined, ReplyKind.thrown] },
      ],
    ],
    [
      'values without a text',
      [{ atelier: [undefined, ReplyKind.thrown, { atelier: 'value', value: { toString: 1, valueOf: 1 } }] }],
    ],
    [
      'what Comlink says',
      [
        { id: 'forged', type: 'RAW', value: 1 },
        { id: 1, type: 'HANDLER', name: 'proxy' },
      ],
    ],
  ])('%s settles no call of another worker, and the task goes on', async (_, messages) => {
    const uncaught: unknown[] = []
    const onError = (event: ErrorEvent) => uncaught.push(event.message)
    addEventListener('error', onError)
    onTestFinished(() => removeEventListener('error', onError))

    const task = guarded()
    await Promise.all([task.own(), task.own()])
    const other = watch(task.forever())
    const own = watch(task.say(messages))
    await expect.poll(() => own.status).not.toBe('open')
    expect(await task.own()).toBe('own')
    expect(other.status).toBe('open')
    expect(uncaught).toEqual([])
    task.dispose()
    await expect.poll(() => other.reason).toMatchObject({ name: 'TaskDisposedError' })
  })
})
