import { type Items, isAsync } from '../worker/streams/items.ts'
import { noteActivity } from './settle.ts'

/** The same items, each of which counts as activity. Their end comes when it is released. */
export function heldItems(items: Items, release: () => Promise<void>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = isAsync(items) ? items[Symbol.asyncIterator]() : items
      return {
        async next() {
          try {
            const step = await iterator.next()
            noteActivity()
            if (step.done) await release()
            return step
          } catch (error) {
            await release()
            throw error
          }
        },
        async return() {
          try {
            return (await iterator.return?.()) ?? { done: true, value: undefined }
          } finally {
            await release()
          }
        },
      }
    },
  }
}
