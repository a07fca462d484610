import { afterEach, describe, expect, it } from 'vitest'
import { type Endpoint, Lane, type Parcel } from '../../../ts/shared/batched-port.ts'

const open: MessagePort[] = []

afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A parcel that says these words. */
const parcel = (content: unknown[]): Parcel => ({ content, state: 'queued' })
const write = ({ content }: Parcel, words: unknown[]) => void words.push(...(content as unknown[]))

/** A lane, what arrives at the other end (messages as they are, one entry each), and what was refused. */
function lane() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const messages: unknown[] = []
  const refused: unknown[] = []
  port2.addEventListener('message', ({ data }) => messages.push(data.atelier))
  port2.start()
  return {
    lane: new Lane(port1, {
      write,
      receive: () => {},
      refused: (parcel, error) => refused.push([parcel, error]),
    }),
    messages,
    refused,
  }
}

const arrival = () => new Promise(resolve => setTimeout(resolve, 5))

describe('a lane', () => {
  it('posts what accumulates within one turn of the event loop as one message, in order', async () => {
    const { lane: out, messages } = lane()
    for (const item of ['a', 'b', 'c']) out.post(parcel([item]))
    await Promise.resolve().then(() => out.post(parcel(['d', 1])))
    await arrival()
    expect(messages).toEqual([
      ['a', 'b', 'c'],
      ['d', 1],
    ])
  })

  it('posts a parcel that moves objects alone, at once and behind what was before it', async () => {
    const { lane: out, messages } = lane()
    const buffer = new ArrayBuffer(8)
    out.post(parcel(['before']))
    out.post(parcel([buffer]), [buffer])
    expect(buffer.byteLength).toBe(0)
    out.post(parcel(['after']))
    await arrival()
    expect(messages).toEqual([['before'], [new ArrayBuffer(8)], ['after']])
  })

  it('refuses the one parcel that cannot be cloned and posts its neighbours', async () => {
    const { lane: out, messages, refused } = lane()
    const bad = parcel(['bad', () => {}])
    for (const each of [parcel(['a']), bad, parcel(['b'])]) out.post(each)
    await arrival()
    expect(messages).toEqual([['a'], ['b']])
    expect(refused).toEqual([[bad, expect.objectContaining({ name: 'DataCloneError' })]])
  })

  it('takes back a parcel that has not left, and no other', async () => {
    const { lane: out, messages } = lane()
    const [kept, withdrawn] = [parcel(['kept']), parcel(['withdrawn'])]
    out.post(kept)
    out.post(withdrawn)
    expect(out.retract(withdrawn)).toBe(true)
    await arrival()
    expect(out.retract(kept)).toBe(false)
    expect(messages).toEqual([['kept']])
  })

  it('posts what is said while a message is received before the reactions of promises run', async () => {
    const happened: unknown[] = []
    const posting = { postMessage: (message: unknown) => happened.push(message) }
    const near = Object.assign(new EventTarget(), posting) as EventTarget & Endpoint
    const out = new Lane(near, {
      write,
      receive: words => {
        Promise.resolve().then(() => happened.push('reaction'))
        for (const word of words) out.post(parcel(['answer', word]))
      },
    })
    near.dispatchEvent(new MessageEvent('message', { data: { atelier: [1, 2] } }))
    await arrival()
    expect(happened).toEqual([{ atelier: ['answer', 1, 'answer', 2] }, 'reaction'])
  })

  it('receives its own messages, which go no further, and leaves others alone', async () => {
    const { port1, port2 } = new MessageChannel()
    open.push(port1, port2)
    const received: unknown[] = []
    new Lane(port1, { write, receive: words => received.push(words) })
    const others: unknown[] = []
    port1.addEventListener('message', ({ data }) => others.push(data))
    const strays = ['stray', ['c'], { atelier: 'c' }, null]
    for (const message of [{ atelier: ['a', 'b'] }, ...strays, { atelier: ['d'] }]) port2.postMessage(message)
    await arrival()
    expect(received).toEqual([['a', 'b'], ['d']])
    expect(others).toEqual(strays)
  })

  it('posts nothing after it is closed', async () => {
    const { lane: out, messages } = lane()
    out.post(parcel(['late']))
    out.close()
    await arrival()
    expect(messages).toEqual([])
  })
})
