import { afterEach, describe, expect, it } from 'vitest'
import { Lane, parcel } from '../../ts/lane.ts'

const open: MessagePort[] = []

afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A lane, and what arrives at the other end: messages as they are, one entry each. */
function lane() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const messages: unknown[] = []
  port2.addEventListener('message', ({ data }) => messages.push(data.atelier))
  port2.start()
  return { lane: new Lane<unknown, unknown>(port1, () => {}), messages, far: port2 }
}

const arrival = () => new Promise(resolve => setTimeout(resolve, 5))

describe('a lane', () => {
  it('posts what accumulates within one turn of the event loop as one message, in order', async () => {
    const { lane: out, messages } = lane()
    for (const item of ['a', 'b', 'c']) out.post(parcel(item))
    await Promise.resolve().then(() => out.post(parcel('d')))
    await arrival()
    expect(messages).toEqual([['a', 'b', 'c'], ['d']])
  })

  it('posts an item that moves objects alone, at once and behind what was before it', async () => {
    const { lane: out, messages } = lane()
    const buffer = new ArrayBuffer(8)
    out.post(parcel('before'))
    out.post(parcel(buffer), [buffer])
    expect(buffer.byteLength).toBe(0)
    out.post(parcel('after'))
    await arrival()
    expect(messages).toEqual([['before'], [new ArrayBuffer(8)], ['after']])
  })

  it('refuses the one item that cannot be cloned and posts its neighbours', async () => {
    const { lane: out, messages } = lane()
    const refused: unknown[] = []
    out.post(parcel<unknown>('a'))
    out.post(
      parcel<unknown>(
        () => {},
        error => refused.push(error),
      ),
    )
    out.post(parcel<unknown>('b'))
    await arrival()
    expect(messages).toEqual([['a'], ['b']])
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({ name: 'DataCloneError' })
  })

  it('takes back an item that has not left, and no other', async () => {
    const { lane: out, messages } = lane()
    const [kept, withdrawn] = [parcel('kept'), parcel('withdrawn')]
    out.post(kept)
    out.post(withdrawn)
    expect(out.retract(withdrawn)).toBe(true)
    await arrival()
    expect(out.retract(kept)).toBe(false)
    expect(messages).toEqual([['kept']])
  })

  it('receives each item of a message, and nothing from a message that is not of a lane', async () => {
    const { port1, port2 } = new MessageChannel()
    open.push(port1, port2)
    const items: unknown[] = []
    new Lane(port1, item => items.push(item))
    for (const message of [
      { atelier: ['a', 'b'] },
      'stray',
      ['c'],
      { atelier: 'c' },
      null,
      { atelier: ['d'] },
    ])
      port2.postMessage(message)
    await arrival()
    expect(items).toEqual(['a', 'b', 'd'])
  })

  it('posts nothing after it is closed', async () => {
    const { lane: out, messages } = lane()
    out.post(parcel('late'))
    out.close()
    await arrival()
    expect(messages).toEqual([])
  })
})
