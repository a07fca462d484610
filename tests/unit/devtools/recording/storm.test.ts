import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { replay } from '../../../../ts/devtools.ts'
import { effectsOf } from '../../../support/recorded.ts'
import { happen, storms } from '../../../support/recorded-storm.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Everything that a kernel is told in the tests of a runtime, but for the end of a task that nobody can reach. */
const USUAL = [
  ...[
    'defineTask',
    'submit',
    'submitFailed',
    'settle',
    'replyIgnored',
    'payloadMoved',
    'workerReady',
    'workerLost',
  ],
  ...['workerGone', 'workerUnhandled', 'openScope', 'closeScope', 'holdScope', 'abortScope', 'clearScope'],
  ...[
    'prioritize',
    'startWorkers',
    'stopWorkers',
    'disposeTask',
    'watchDrain',
    'openTrace',
    'endTrace',
    'observe',
  ],
  ...['seedSampling', 'handleTimeout', 'limitBusyWorkers', 'beginBatch', 'endBatch'],
]

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('a recording of a storm replays to the very effects that the runtime performed', async () => {
  const told = new Set<string>()
  await fc.assert(
    fc.asyncProperty(storms, async storm => {
      const { performed, recording, runtime } = await happen(storm, ms => vi.advanceTimersByTime(ms))
      const replayed = replay(recording())
      expect(replayed).toMatchObject({ isFull: false, panic: undefined })
      expect(effectsOf(replayed)).toEqual(performed)
      for (const { input } of replayed.steps) told.add(input)
      runtime.dispose()
    }),
    { numRuns: 100 },
  )
  // A storm is of little worth that leaves out one of these.
  expect([...told]).toEqual(expect.arrayContaining(USUAL))
})
