import { expect, it } from 'vitest'
import { LiveRuntime } from '../../../../ts/devtools/live/live-runtime.ts'
import type { Bars } from '../../../../ts/devtools/model/bars.ts'
import { Filter } from '../../../../ts/devtools/model/filter.ts'
import type { RuntimeModel } from '../../../../ts/devtools/model/runtime-model.ts'
import { RecordedRuntime } from '../../../../ts/devtools/playback/recorded-runtime.ts'
import { RecordingError, recordingOf } from '../../../../ts/devtools.ts'
import { recordedBench } from '../../../support/recorded.ts'
import { turns } from '../../../support/turns.ts'

const ALL = new Filter('')

/** What a panel shows of each task: where its calls are, what was counted, and every attempt. */
const shown = ({ tasks }: RuntimeModel) =>
  [...tasks.values()].map(task => ({
    inFlight: task.inFlight,
    queued: task.pending + task.waiting,
    workers: task.workers,
    counts: pick(task.counts),
    attempts: task.lanes.map(lane => lane && attempts(lane.bars)),
    neverSent: attempts(task.neverSent).length,
  }))

const pick = ({ dispatched, succeeded, failed, canceled, rejected }: Record<string, number>) => ({
  dispatched,
  succeeded,
  failed,
  canceled,
  rejected,
})

const attempts = (bars: Bars) =>
  Array.from({ length: bars.next - bars.first }, (_, at) => {
    const index = bars.at(bars.first + at)
    return { call: bars.call[index], attempt: bars.attempt[index], state: bars.state[index] }
  })

/** When the attempts on the first worker began and ended. */
const times = ({ tasks }: RuntimeModel) => {
  const bars = tasks.get(0)?.lanes[0]?.bars as Bars
  const numbers = Array.from({ length: bars.next - bars.first }, (_, at) => bars.at(bars.first + at))
  return numbers.flatMap(index => [bars.start[index], bars.end[index]] as number[])
}

it('a recording shows what a panel that watched it shows', async () => {
  const { runtime, task, job } = recordedBench({ maxInFlight: 2, maxQueueDepth: 2, queuePolicy: 'reject' })
  const live = new LiveRuntime(runtime, 'bench', () => {})
  live.watch()
  const calls = ['a', 'b', 'c', 'd', 'e'].map(name => task.with({ key: name }).run(name))
  const ended = Promise.allSettled([...calls, task.fail('no')])
  ;(await job('a')).resolve(1)
  runtime.abortTaskController.abort('b')
  ;(await job('b')).resolve(1)
  await job('d')
  task.stopWorkers()
  task.startWorkers()
  ;(await job('c', 1)).resolve(1)
  await turns()
  const recorded = new RecordedRuntime(recordingOf(runtime))
  recorded.seek(recorded.to, ALL)
  expect(shown(recorded.model)).toEqual(shown(live.model))
  const watched = times(live.model)
  expect(watched).toHaveLength(12)
  // A recording keeps microseconds.
  for (const [at, time] of times(recorded.model).entries()) {
    const seen = watched[at] as number
    expect(time === seen || Math.abs(time - seen) < 0.002, `${time} and ${seen}`).toBe(true)
  }
  task.dispose()
  await ended
})

it('a step back shows what was known then, and a step forward what was known after', async () => {
  const { runtime, task, job } = recordedBench()
  const call = task.run('a')
  const running = await job('a')
  const middle = new RecordedRuntime(recordingOf(runtime))
  middle.seek(middle.to, ALL)
  const then = shown(middle.model)
  // The clock has a resolution.
  await new Promise(resolve => setTimeout(resolve, 5))
  running.resolve(1)
  await call
  const whole = new RecordedRuntime(recordingOf(runtime))
  whole.seek(whole.to, ALL)
  const after = shown(whole.model)
  expect(after).not.toEqual(then)
  whole.seek(middle.to, ALL)
  expect(shown(whole.model)).toEqual(then)
  whole.seek(whole.to, ALL)
  expect(shown(whole.model)).toEqual(after)
})

it('what is no recording is refused', () => {
  expect(() => new RecordedRuntime(new Uint8Array([1, 2, 3]))).toThrow(RecordingError)
  expect(() => new RecordedRuntime('bytes' as never)).toThrow(TypeError)
})
