import { describe, expect, it, vi } from 'vitest'
import { BatchedPort, type Endpoint } from '../../../../ts/shared/batched-port.ts'
import { ReplyKind, type RunRequest } from '../../../../ts/shared/protocol.ts'
import { Harness } from '../../../../ts/worker/harness.ts'
import { type QueuedReply, refuseReply } from '../../../../ts/worker/replies.ts'
import { turns, until } from '../../../support/turns.ts'

type Reply = { call: number; kind: number | string; content: unknown }

/** A harness whose replies are kept, each message as a list of them. */
function stage(handlers: object, post: (message: unknown, transfer?: Transferable[]) => void = () => {}) {
  const messages: Reply[][] = []
  const endpoint: Endpoint = {
    addEventListener() {},
    removeEventListener() {},
    postMessage(message, transfer) {
      post(message, transfer)
      const fields = structuredClone((message as { atelier: unknown[] }).atelier, {
        transfer: transfer ?? [],
      })
      const replies: Reply[] = []
      for (let at = 0; at < fields.length; at += 3) {
        replies.push({ call: fields[at] as number, kind: fields[at + 1] as number, content: fields[at + 2] })
      }
      messages.push(replies)
    },
  }
  const port: BatchedPort<QueuedReply> = new BatchedPort<QueuedReply>(endpoint, {
    write: ({ call, kind, content, ranMs }, fields) => {
      if (ranMs !== undefined) fields.push(call, ReplyKind.ran, ranMs)
      fields.push(call, kind, content)
    },
    receive: () => {},
    refused: (reply, error) => refuseReply(port, reply, error),
    unreadable: () => {},
  })
  const harness = new Harness(handlers, {})
  const run = (method: string, credit: number, more: Partial<RunRequest> = {}) =>
    harness.serve(port, 'task', {
      call: 0,
      method,
      args: [],
      key: undefined,
      keepResult: false,
      isTimed: false,
      reports: false,
      word: 0,
      traceparent: undefined,
      credit,
      isAlone: true,
      ...more,
    })
  const replies = () => messages.flat()
  const items = () =>
    replies().flatMap(({ kind, content }) => (kind === ReplyKind.items ? (content as unknown[]) : []))
  return { harness, messages, replies, items, run }
}

function cleanUp(): never {
  throw new RangeError('cannot clean up')
}

function* naturals(n = Number.POSITIVE_INFINITY) {
  for (let i = 0; i < n; i++) yield i
}

describe('a call that streams', () => {
  it('sends as many items as it has credit for, and more when it gets more', async () => {
    const { run, items, harness } = stage({ naturals: () => naturals() })
    run('naturals', 3)
    await turns()
    expect(items()).toEqual([0, 1, 2])
    harness.addCredit(0, 2)
    await turns()
    expect(items()).toEqual([0, 1, 2, 3, 4])
    expect(harness.sentBy(0)).toBe(5)
  })

  it.each([
    ['a synchronous generator', () => naturals(500)],
    [
      'an asynchronous generator',
      async function* () {
        yield* naturals(500)
      },
    ],
    [
      'a generator behind another',
      async function* () {
        for await (const i of (async function* () {
          yield* naturals(500)
        })())
          yield i
      },
    ],
  ])('has few messages for many primitive items of %s', async (_, method) => {
    const { run, items, messages } = stage({ method })
    run('method', 1_000)
    await until(() => items().length === 500)
    await turns()
    expect(messages.length).toBeLessThan(60)
    expect(messages.at(-1)?.at(-1)).toMatchObject({ kind: ReplyKind.ok })
  })

  it('does not hold an item back while the generator waits for something', async () => {
    const { run, items } = stage({
      async *method() {
        yield 1
        yield 2
        await new Promise(() => {})
      },
    })
    run('method', 16)
    await turns()
    expect(items()).toEqual([1, 2])
  })

  it('posts an item that moves something alone, and detaches it', async () => {
    const kept: Uint8Array[] = []
    const { run, messages } = stage({
      *method() {
        yield 1
        const bytes = new Uint8Array(4)
        kept.push(bytes)
        yield bytes
        yield 2
      },
    })
    run('method', 16)
    await turns()
    const alone = messages.find(message =>
      message.some(({ content }) => (content as unknown[])[0] instanceof Uint8Array),
    )
    expect(alone).toHaveLength(1)
    expect(kept[0]?.byteLength).toBe(0)
  })

  it('copies what could move when it is told to keep its result', async () => {
    const bytes = new Uint8Array(4)
    const { run, items } = stage({ method: () => [bytes].values() })
    run('method', 16, { keepResult: true })
    await turns()
    expect(items()).toEqual([bytes])
    expect(bytes.byteLength).toBe(4)
  })

  it('is returned once when it is canceled, not while it works on an item, and replies then', async () => {
    const order: string[] = []
    let release = () => {}
    const { run, harness, replies } = stage({
      method: () => ({
        [Symbol.asyncIterator]: () => ({
          async next() {
            order.push('next')
            await new Promise<void>(resolve => {
              release = resolve
            })
            order.push('item')
            return { done: false, value: 1 }
          },
          async return() {
            order.push('return')
            return { done: true, value: undefined }
          },
        }),
      }),
    })
    run('method', 16)
    await turns()
    harness.cancel(0)
    await turns()
    expect(order).toEqual(['next'])
    release()
    await turns()
    expect(order).toEqual(['next', 'item', 'return'])
    expect(replies()).toEqual([{ call: 0, kind: ReplyKind.ok, content: undefined }])
    expect(harness.running).toEqual([])
  })

  it('is not begun when it is canceled before it has credit', async () => {
    const next = vi.fn()
    const { run, harness, replies } = stage({
      async method() {
        await turns(5)
        return { [Symbol.asyncIterator]: () => ({ next, return: async () => ({}) }) }
      },
    })
    run('method', 16)
    harness.cancel(0)
    await turns()
    await turns()
    expect(replies()).toHaveLength(1)
  })

  it('replies with what return() throws', async () => {
    const { run, harness, replies } = stage({
      *method() {
        try {
          yield* naturals()
        } finally {
          cleanUp()
        }
      },
    })
    run('method', 2)
    await turns()
    harness.cancel(0)
    await turns()
    expect(replies().at(-1)).toMatchObject({ kind: ReplyKind.error, content: { message: 'cannot clean up' } })
  })

  it.each([
    ['no object', () => 3, 'is not the result of an iterator'],
    [
      'an error',
      () => {
        throw new RangeError('broken')
      },
      'broken',
    ],
  ])('fails when next() gives %s', async (_, next, message) => {
    const { run, replies } = stage({
      method: () => ({ next, [Symbol.iterator]: () => naturals() }),
    })
    run('method', 16)
    await turns()
    expect(replies()).toEqual([
      {
        call: 0,
        kind: ReplyKind.error,
        content: expect.objectContaining({ message: expect.stringContaining(message) }),
      },
    ])
  })

  it.each([
    ['a function', () => 1],
    [
      'an object with a getter that throws',
      {
        get broken(): never {
          throw new RangeError('no value')
        },
      },
    ],
  ])('that yields %s sends the items before, closes the iterator and fails', async (_, item) => {
    const closed = vi.fn()
    const { run, items, replies } = stage({
      *method() {
        try {
          yield 1
          yield { a: 1 }
          yield item
          yield 2
        } finally {
          closed()
        }
      },
    })
    run('method', 16)
    await turns()
    expect(items()).toEqual([1, { a: 1 }])
    expect(closed).toHaveBeenCalledOnce()
    expect(replies().at(-1)).toMatchObject({
      kind: ReplyKind.error,
      content: { message: expect.stringMatching(/^Item 2 of "method" cannot be sent to the page/) },
    })
  })

  it('says how long its handler has worked on the items, without the time in which it had no credit', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const { run, harness, replies } = stage({
      *method() {
        for (const _ of naturals(3)) {
          now += 10
          yield 1
        }
      },
    })
    run('method', 1, { isTimed: true })
    await turns()
    now += 1_000
    harness.addCredit(0, 5)
    await turns()
    vi.restoreAllMocks()
    expect(replies().find(({ kind }) => kind === ReplyKind.ran)?.content).toBe(30)
  })
})

describe('a ReadableStream in a browser that cannot move one', () => {
  it('fails its call with an error that names `streams`', async () => {
    const refuse = (_: unknown, transfer: Transferable[] = []) => {
      if (transfer.length > 0) throw new DOMException('Cannot transfer.', 'DataCloneError')
    }
    const { run, replies } = stage({ method: () => new ReadableStream() }, refuse)
    run('method', 0)
    await turns()
    expect(replies()).toMatchObject([
      {
        kind: ReplyKind.error,
        content: { message: expect.stringMatching(/cannot move a ReadableStream: .*streams/) },
      },
    ])
  })
})
