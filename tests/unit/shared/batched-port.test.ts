import { afterEach, describe, expect, it, vi } from 'vitest'
import { BatchedPort, type Endpoint, MAX_ITEMS, type QueuedItem } from '../../../ts/shared/batched-port.ts'
import { soon } from '../../support/soon.ts'

const open: MessagePort[] = []

afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** An item with these fields, which may share a message. */
const item = (...fields: unknown[]): QueuedItem => ({ content: fields, state: 'queued', alone: false })
/** An item with these fields, which holds objects. */
const alone = (fields: unknown[], moves?: Transferable[]): QueuedItem => ({
  content: fields,
  state: 'queued',
  alone: true,
  moves,
})

const options = {
  write: ({ content }: QueuedItem, fields: unknown[]) => void fields.push(...(content as unknown[])),
  receive: () => {},
  refused: (_: QueuedItem, error: unknown) => {
    throw error
  },
  unreadable: () => {},
}

/** A batched port, what arrives at the other end (messages as they are, one entry each), and what was refused. */
function batchedPort(refused: (item: QueuedItem, error: unknown) => void = () => {}) {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const messages: unknown[] = []
  port2.addEventListener('message', ({ data }) => messages.push(data.atelier))
  port2.start()
  return { port: new BatchedPort(port1, { ...options, refused }), messages }
}

/** An endpoint on which messages can be made to arrive, and what is posted to it. */
function endpoint(postMessage: (message: unknown) => void = () => {}) {
  const near = Object.assign(new EventTarget(), { postMessage }) as EventTarget & Endpoint
  return { near, arrive: (data: unknown) => near.dispatchEvent(new MessageEvent('message', { data })) }
}

const arrival = () => new Promise(resolve => setTimeout(resolve, 5))

describe('a batched port', () => {
  it('posts what accumulates within one turn of the event loop as one message, in order', async () => {
    const { port, messages } = batchedPort()
    for (const name of ['a', 'b', 'c']) port.post(item(name))
    await Promise.resolve().then(() => port.post(item('d', 1)))
    await soon(() =>
      expect(messages).toEqual([
        ['a', 'b', 'c'],
        ['d', 1],
      ]),
    )
  })

  it('posts an item that holds objects alone, at once and behind what was before it', async () => {
    const { port, messages } = batchedPort()
    const buffer = new ArrayBuffer(8)
    const shared = { n: 1 }
    port.post(item('before'))
    port.post(alone([buffer], [buffer]))
    expect(buffer.byteLength).toBe(0)
    port.post(item('between'))
    port.post(alone([shared]))
    shared.n = 2
    port.post(alone([shared]))
    shared.n = 3
    await soon(() =>
      expect(messages).toEqual([['before'], [new ArrayBuffer(8)], ['between'], [{ n: 1 }], [{ n: 2 }]]),
    )
  })

  it('refuses the one item that cannot be cloned and posts its neighbors', async () => {
    const refused = vi.fn()
    const { port, messages } = batchedPort(refused)
    const bad = item('bad', Symbol('bad'))
    for (const each of [item('a'), bad, item('b')]) port.post(each)
    await soon(() => expect(messages).toEqual([['a'], ['b']]))
    expect(refused.mock.calls).toEqual([[bad, expect.objectContaining({ name: 'DataCloneError' })]])
  })

  it('has posted the neighbors of a refused item before it says so, so that none can be retracted then', async () => {
    const [first, bad, last] = [item('first'), item(Symbol('bad')), item('last')]
    const retracted: boolean[] = []
    const { port, messages } = batchedPort(() => {
      retracted.push(port.retract(first), port.retract(last))
    })
    for (const each of [first, bad, last]) port.post(each)
    await soon(() => expect(messages).toHaveLength(2))
    expect(retracted).toEqual([false, false])
    expect(messages).toEqual([['first'], ['last']])
  })

  it('goes on where the platform refuses a message for a reason of its own', async () => {
    const posted: unknown[] = []
    let refusals = 2
    const { near } = endpoint(message => {
      if (refusals-- > 0) throw new Error('not now')
      posted.push(message)
    })
    const refused = vi.fn()
    const port = new BatchedPort(near, { ...options, refused })
    for (const name of ['a', 'b', 'c']) port.post(item(name))
    await arrival()
    port.post(item('d'))
    await arrival()
    expect(refused.mock.calls.map(([{ content }]) => content)).toEqual([['a']])
    expect(posted).toEqual([{ atelier: ['b'] }, { atelier: ['c'] }, { atelier: ['d'] }])
  })

  it('retracts an item that has not been posted, and no other', async () => {
    const { port, messages } = batchedPort()
    const [kept, withdrawn] = [item('kept'), item('withdrawn')]
    port.post(kept)
    port.post(withdrawn)
    expect(port.retract(withdrawn)).toBe(true)
    await soon(() => expect(messages).toHaveLength(1))
    expect(port.retract(kept)).toBe(false)
    expect(messages).toEqual([['kept']])
  })

  it('keeps the order when an item that is being cloned posts and retracts others', async () => {
    const { port, messages } = batchedPort()
    const queued = item('queued before')
    const reading = alone([
      {
        get value() {
          expect(port.retract(reading)).toBe(false)
          port.post(alone([{ from: 'the getter' }]))
          port.post(item('later'))
          return 'read'
        },
      },
    ])
    port.post(queued)
    port.post(reading)
    await soon(() =>
      expect(messages).toEqual([['queued before'], [{ value: 'read' }], [{ from: 'the getter' }], ['later']]),
    )
  })

  it('posts no message that is longer than the other side reads', async () => {
    const { port, messages } = batchedPort()
    for (let n = 0; n < MAX_ITEMS + 1; n++) port.post(item(n))
    const lengths = () => messages.map(message => (message as unknown[]).length)
    await soon(() => expect(lengths()).toEqual([MAX_ITEMS, 1]))
  })

  it('posts what is queued while a message is received before the reactions of promises run', async () => {
    const happened: unknown[] = []
    const { near, arrive } = endpoint(message => happened.push(message))
    const port = new BatchedPort(near, {
      ...options,
      receive: fields => {
        Promise.resolve().then(() => happened.push('reaction'))
        for (const field of fields) port.post(item('reply', field))
      },
    })
    arrive({ atelier: [1, 2] })
    await arrival()
    expect(happened).toEqual([{ atelier: ['reply', 1, 'reply', 2] }, 'reaction'])
  })

  it('goes on posting after a message whose processing throws', async () => {
    const posted: unknown[] = []
    const { near } = endpoint(message => posted.push(message))
    let receive: (event: MessageEvent) => void = () => {}
    near.addEventListener = (type, listener) => {
      if (type === 'message') receive = listener as typeof receive
    }
    const port = new BatchedPort(near, {
      ...options,
      receive: () => {
        port.post(item('before'))
        throw new Error('in the middle')
      },
    })
    expect(() => receive(new MessageEvent('message', { data: { atelier: [] } }))).toThrow('in the middle')
    port.post(item('after'))
    await arrival()
    expect(posted).toEqual([{ atelier: ['before'] }, { atelier: ['after'] }])
  })

  it('receives its own messages, which go no further, and leaves others alone', async () => {
    const { port1, port2 } = new MessageChannel()
    open.push(port1, port2)
    const received: unknown[] = []
    new BatchedPort(port1, { ...options, receive: fields => received.push(fields) })
    const others: unknown[] = []
    port1.addEventListener('message', ({ data }) => others.push(data))
    const strays = ['stray', ['c'], { atelier: 'c' }, null]
    for (const message of [{ atelier: ['a', 'b'] }, ...strays, { atelier: ['d'] }]) port2.postMessage(message)
    await soon(() => expect(received).toHaveLength(2))
    expect(received).toEqual([['a', 'b'], ['d']])
    expect(others).toEqual(strays)
  })

  it('reports a message that arrives as null, and a messageerror event', () => {
    const { near, arrive } = endpoint()
    const unreadable = vi.fn()
    new BatchedPort(near, { ...options, unreadable })
    arrive(null)
    arrive('stray')
    near.dispatchEvent(new MessageEvent('messageerror'))
    expect(unreadable.mock.calls.map(([{ type }]) => type)).toEqual(['message', 'messageerror'])
  })

  it('posts and receives nothing after it is closed', async () => {
    const posted = vi.fn()
    const receive = vi.fn()
    const { near, arrive } = endpoint(posted)
    const port = new BatchedPort(near, { ...options, receive, unreadable: receive })
    port.post(item('late'))
    port.close()
    arrive({ atelier: [] })
    arrive(null)
    await arrival()
    expect(posted).not.toHaveBeenCalled()
    expect(receive).not.toHaveBeenCalled()
  })
})
