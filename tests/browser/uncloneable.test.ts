import { expect, it } from 'vitest'
import { explainUncloneable } from '../../ts/shared/uncloneable.ts'

class Store extends EventTarget {
  count = 1
}

it.each<[string, unknown]>([
  ['args[0].items[3] is a function', { items: [1, 2, 3, () => 1] }],
  ['args[0].onDone is a function onDone', { onDone: function onDone() {} }],
  ['args[0]["a-b"] is the symbol Symbol(x)', { 'a-b': Symbol('x') }],
  ['args[0].get("body") is a DOM node (HTMLBodyElement)', new Map([['body', document.body]])],
  ['args[0]<member 1>.later is a Promise', new Set([1, { later: Promise.resolve() }])],
  ['args[0].known is a WeakMap', { known: new WeakMap() }],
  ['args[0].store is an EventTarget', { store: new Store() }],
  [
    'args[0].cause.signal is an AbortSignal',
    new Error('x', { cause: { signal: new AbortController().signal } }),
  ],
  ['args[0].port is a MessagePort that does not move with the call', { port: new MessageChannel().port1 }],
  ['args[0].state is a Proxy, such as a reactive object of Vue or MobX', { state: new Proxy({ a: 1 }, {}) }],
  ['args[0] is a Proxy', new Proxy([1, 2], {})],
  ['args[0].list[0] is a Proxy', { list: [new Proxy({}, {})], bytes: new Uint8Array(2_000_000) }],
])('says where it is and what it is: %s', (message, value) => {
  expect(() => structuredClone(value)).toThrow()
  expect(explainUncloneable([value], 'args')).toContain(message)
})

it('names what was moved or closed', () => {
  const bytes = new Uint8Array(8)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  expect(explainUncloneable({ bytes }, 'result')).toBe('result.bytes is a view of a buffer that was moved')
  const image = new ImageData(1, 1)
  structuredClone(image, { transfer: [image.data.buffer] })
  expect(explainUncloneable([image], 'args')).toBe('args[0] is an ImageData whose buffer was moved')
  const stream = new ReadableStream()
  stream.getReader()
  expect(explainUncloneable([stream], 'args', [stream])).toContain('the ReadableStream is locked')
})

it('says nothing of what can be cloned, nor of what moves', () => {
  const { port1 } = new MessageChannel()
  const value = { port1, date: new Date(), blob: new Blob([]), list: [new Map([[1, new Uint8Array(1)]])] }
  expect(explainUncloneable([value], 'args', [port1])).toBeUndefined()
})

it('runs no accessor', () => {
  let runs = 0
  const value = {
    get a() {
      return ++runs
    },
    list: [() => 1],
  }
  expect(explainUncloneable([value], 'args')).toBe('args[0].list[0] is a function')
  value.list = []
  expect(explainUncloneable([value], 'args')).toContain('args[0] has accessors, and may be a Proxy')
  expect(runs).toBe(0)
})

it('runs no accessor of a value that is held by more than one', () => {
  let runs = 0
  const counted = {
    get a() {
      return ++runs
    },
  }
  const ring: unknown[] = [counted]
  ring.push({ ring })
  const late: unknown[] = [[1]]
  const shared = { late }
  late.push(counted)
  const wide = [...Array.from({ length: 25_000 }, () => new Date(0)), counted]
  for (const value of [ring, { shared, late, again: [shared] }, { wide }]) {
    explainUncloneable([value], 'args')
  }
  expect(runs).toBe(0)
})

it('finds a Proxy among values that are held by more than one', () => {
  const proxy = new Proxy({ a: 1 }, {})
  const shared = { b: 2 }
  expect(explainUncloneable([{ shared, list: [shared, proxy, shared] }], 'args')).toContain(
    'args[0].list[1] is a Proxy',
  )
})
