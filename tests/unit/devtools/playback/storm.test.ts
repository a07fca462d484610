import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Filter } from '../../../../ts/devtools/model/filter.ts'
import { RecordedRuntime } from '../../../../ts/devtools/playback/recorded-runtime.ts'
import { happen, storms } from '../../../support/recorded-storm.ts'

vi.setConfig({ testTimeout: 60_000 })

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('at the end of the recording of any storm the calls are where the task says that they are', async () => {
  let seen = 0
  await fc.assert(
    fc.asyncProperty(storms, async storm => {
      const { task, recording, runtime } = await happen(storm, ms => vi.advanceTimersByTime(ms))
      const state = task.getState()
      const recorded = new RecordedRuntime(recording())
      recorded.seek(recorded.to, new Filter(''))
      const model = recorded.model.task(0)
      expect({
        inFlight: model.inFlight,
        queued: model.pending,
        workers: model.workers,
        dispatched: model.counts.dispatched,
        onWorkers: model.lanes.reduce((sum, lane) => sum + (lane?.bars.openCount ?? 0), 0),
      }).toEqual({
        inFlight: state.queueDepth,
        queued: state.pendingQueueDepth + state.waitingQueueDepth,
        workers: state.activeWorkers,
        dispatched: state.totalDispatched,
        onWorkers: state.queueDepth,
      })
      seen += model.counts.dispatched
      runtime.dispose()
    }),
    { numRuns: 60 },
  )
  expect(seen).toBeGreaterThan(0)
})
