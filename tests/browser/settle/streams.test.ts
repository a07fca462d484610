import type { TaskConfig } from '@varunkanwar/atelier'
import { prove } from './prove.ts'
import type { Act, Stage } from './stage.ts'

type Then = Parameters<Stage['api']['items']>[0]

/** A stream whose loop does something when it has got its first item, and goes on. */
function loop(
  then: Then,
  config: Partial<TaskConfig> = {},
  befall: (stage: Stage) => unknown = () => 'go on',
): Act {
  let items = 0
  return {
    config: { streams: { items: true }, ...config },
    call: async stage => {
      items = 0
      // Through Comlink alone, and where the method is not named, this is a promise.
      for await (const _ of await stage.doomed.items(then)) {
        if (++items === 1 && (await befall(stage)) === 'leave') break
      }
    },
    items: () => items,
  }
}

/** Long enough for the stream to rest, with all of its items there. */
const busy = () => new Promise(resolve => setTimeout(resolve, 100))

prove('A stream is cut short', {
  'its handler throws': loop('throw'),
  'an item cannot be cloned': loop('function'),
  'its worker ends before the first item': loop('never'),
  'its worker ends after some': loop('close'),
  'the same, with `restart-requeue-in-flight`': loop('close', { crashPolicy: 'restart-requeue-in-flight' }),
  'it is aborted while its loop is busy': loop('wait', {}, async stage => {
    await busy()
    stage.abort()
  }),
  'it takes longer than `timeoutMs`': loop('wait', { timeoutMs: 500 }),
  'an item takes longer than `itemTimeoutMs`': loop('wait', { streams: { items: { itemTimeoutMs: 500 } } }),
  'its loop is left': loop('wait', {}, () => 'leave'),
  'the task is disposed while it rests': loop('wait', {}, async stage => {
    await busy()
    stage.dispose()
  }),
  'the task does not name the method': loop('wait', { streams: {} }),
})
