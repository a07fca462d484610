/** Exposes its handlers in the way that its name says, all of them later than a script does that is loaded. */
import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

const handlers = {
  name: () => 'late',
  sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0),
  count: (list: number[]) => list.length,
}
const others = { name: () => 'other', sum: () => -1, count: () => -1 }

export type LateAPI = {
  name(): Promise<string>
  sum(bytes: Uint8Array): Promise<number>
  count(list: number[]): Promise<number>
}

const pause = () => new Promise(resolve => setTimeout(resolve, 60))

const ways: Record<string, () => unknown> = {
  'in a timer': () => setTimeout(() => expose(createTaskWorker(handlers)), 60),
  async 'in an async function'() {
    await pause()
    expose(createTaskWorker(handlers))
  },
  async 'after a dynamic import'() {
    const { createTaskWorker: create } = await import('@varunkanwar/atelier/worker')
    await pause()
    expose(create(handlers))
  },
  async 'long after it created them'() {
    const worker = createTaskWorker(handlers)
    await pause()
    expose(worker)
  },
  'never, having created them': () => createTaskWorker(handlers),
  'twice, the same'() {
    const worker = createTaskWorker(handlers)
    expose(worker)
    expose(worker)
  },
  'beside others that it does not expose'() {
    createTaskWorker(others)
    expose(createTaskWorker(handlers))
  },
  async 'beside others, late'() {
    await pause()
    createTaskWorker(others)
    expose(createTaskWorker(handlers))
  },
  'before others that it exposes, too'() {
    expose(createTaskWorker(handlers))
    expose(createTaskWorker(others))
  },
  'two, and none of them'() {
    createTaskWorker(handlers)
    createTaskWorker(others)
  },
}

if (self.name === 'after a top-level await') {
  await pause()
  expose(createTaskWorker(handlers))
} else ways[self.name]?.()
