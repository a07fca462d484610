import { afterEach, describe, expect, it } from 'vitest'
import { BatchedPort, type Endpoint, type QueuedItem } from '../../../ts/shared/batched-port.ts'

const open: MessagePort[] = []

afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** An item with these fields. */
const item = (content: unknown[]): QueuedItem => ({ content, state: 'queued' })
const write = ({ content }: QueuedItem, fields: unknown[]) => void fields.push(...(content as unknown[]))

/** A batched port, what arrives at the other end (messages as they are, one entry each), and what was refused. */
function batchedPort() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const messages: unknown[] = []
  const refused: unknown[] = []
  port2.addEventListener('message', ({ data }) => messages.push(data.atelier))
  port2.start()
  return {
    port: new BatchedPort(port1, {
      write,
      receive: () => {},
      refused: (refusedItem, error) => refused.push([refusedItem, error]),
    }),
    messages,
    refused,
  }
}

const arrival = () => new Promise(resolve => setTimeout(resolve, 5))

describe('a batched port', () => {
  it('posts what accumulates within one turn of the event loop as one message, in order', async () => {
    const { port: out, messages } = batchedPort()
    for (const name of ['a', 'b', 'c']) out.post(item([name]))
    await Promise.resolve().then(() => out.post(item(['d', 1])))
    await arrival()
    expect(messages).toEqual([
      ['a', 'b', 'c'],
      ['d', 1],
    ])
  })

  it('posts an item that moves objects alone, at once and behind what was before it', async () => {
    const { port: out, messages } = batchedPort()
    const buffer = new ArrayBuffer(8)
    out.post(item(['before']))
    out.post(item([buffer]), [buffer])
    expect(buffer.byteLength).toBe(0)
    out.post(item(['after']))
    await arrival()
    expect(messages).toEqual([['before'], [new ArrayBuffer(8)], ['after']])
  })

  it('refuses the one item that cannot be cloned and posts its neighbors', async () => {
    const { port: out, messages, refused } = batchedPort()
    const bad = item(['bad', () => {}])
    for (const each of [item(['a']), bad, item(['b'])]) out.post(each)
    await arrival()
    expect(messages).toEqual([['a'], ['b']])
    expect(refused).toEqual([[bad, expect.objectContaining({ name: 'DataCloneError' })]])
  })

  it('retracts an item that has not been posted, and no other', async () => {
    const { port: out, messages } = batchedPort()
    const [kept, withdrawn] = [item(['kept']), item(['withdrawn'])]
    out.post(kept)
    out.post(withdrawn)
    expect(out.retract(withdrawn)).toBe(true)
    await arrival()
    expect(out.retract(kept)).toBe(false)
    expect(messages).toEqual([['kept']])
  })

  it('posts what is queued while a message is received before the reactions of promises run', async () => {
    const happened: unknown[] = []
    const posting = { postMessage: (message: unknown) => happened.push(message) }
    const near = Object.assign(new EventTarget(), posting) as EventTarget & Endpoint
    const out = new BatchedPort(near, {
      write,
      receive: fields => {
        Promise.resolve().then(() => happened.push('reaction'))
        for (const field of fields) out.post(item(['reply', field]))
      },
    })
    near.dispatchEvent(new MessageEvent('message', { data: { atelier: [1, 2] } }))
    await arrival()
    expect(happened).toEqual([{ atelier: ['reply', 1, 'reply', 2] }, 'reaction'])
  })

  it('receives its own messages, which go no further, and leaves others alone', async () => {
    const { port1, port2 } = new MessageChannel()
    open.push(port1, port2)
    const received: unknown[] = []
    new BatchedPort(port1, { write, receive: fields => received.push(fields) })
    const others: unknown[] = []
    port1.addEventListener('message', ({ data }) => others.push(data))
    const strays = ['stray', ['c'], { atelier: 'c' }, null]
    for (const message of [{ atelier: ['a', 'b'] }, ...strays, { atelier: ['d'] }]) port2.postMessage(message)
    await arrival()
    expect(received).toEqual([['a', 'b'], ['d']])
    expect(others).toEqual(strays)
  })

  it('posts nothing after it is closed', async () => {
    const { port: out, messages } = batchedPort()
    out.post(item(['late']))
    out.close()
    await arrival()
    expect(messages).toEqual([])
  })
})
