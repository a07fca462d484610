import type { QueuePolicy } from '@varunkanwar/atelier'
import { plural } from '../../../image-pipeline/src/view/format.ts'
import { backpressure, POLICIES } from '../scenarios/backpressure.ts'
import source from '../scenarios/backpressure.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import type { Face } from '../view/panel.ts'

const MEANINGS: Record<QueuePolicy, string> = {
  block: 'The caller waits until there is room. Nothing is lost.',
  reject: 'A call that finds the queue full fails at once.',
  'drop-latest': 'The newest call is dropped.',
  'drop-oldest': 'The oldest pending call is dropped to make room for the newest.',
}

/** How often a stream makes calls, and how many callers it leaves waiting at most. */
const STREAM_MS = 50
const MOST_WAITING = 10_000

/** How many calls a strip of a stream shows before it starts over. */
const STREAM_STRIP = 500

export const backpressureStop: Stop = {
  id: 'backpressure',
  title: 'Backpressure',
  lead: [
    'A queue accepts only so many calls. The task’s policy decides what happens to the next one. Here four tasks, one for each policy, get the same calls at the same time.',
    'The strip shows the calls in the order in which they were made, and which of them succeeded.',
  ],
  source,
  file: 'backpressure.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Tasks',
      {
        maxInFlight: slider('In flight at most', range(1, 8), 2, count => plural(count, 'call')),
        maxQueueDepth: slider('Pending at most', [0, 1, 2, 4, 8, 16, 32, 64, 256], 8, count =>
          plural(count, 'call'),
        ),
      },
      () => restart(),
    )
    const load = controls.group('Load', {
      calls: slider('Calls at once', [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], 50, count =>
        plural(count, 'call'),
      ),
      rate: slider(
        'Or a stream of',
        [20, 40, 100, 200, 400, 1000, 2000],
        40,
        count => `${whole(count)} a second`,
      ),
      ms: slider('Each takes', [0, 1, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000], 100, duration),
    })
    controls.button('Make the calls', () => burst(), 'primary')
    const streamButton = controls.button('Start the stream', () => (stream === undefined ? flow() : rest()))
    controls.button(
      'Give up',
      () => restart(),
      'plain',
      () => running.scene.isBusy,
    )

    const faces = POLICIES.map(
      (policy): Face => ({
        taskId: policy,
        title: policy,
        meaning: MEANINGS[policy],
        strip: true,
        figures: record => ({
          Done: whole(record.total('task.success.total')),
          Dropped: whole(record.total('task.rejected.total')),
          'Median wait': duration(record.waits.quantile(0.5)),
        }),
      }),
    )
    const start = () => {
      const scenario = backpressure(task)
      return { scenario, scene: new Scene(scenario.runtime, board, faces) }
    }
    let running = start()
    let stream: ReturnType<typeof setInterval> | undefined

    const restart = () => {
      rest()
      running.scene.close()
      running = start()
    }

    /** Prepares a load of calls. Each call of the returned function makes the next one. */
    const begin = (calls: number, ended?: () => void) => {
      const { scenario, scene } = running
      const marks = new Map(POLICIES.map(policy => [policy, scene.panel(policy).strip?.begin(calls)]))
      let made = 0
      return () => {
        const call = made++
        for (const mark of marks.values()) mark?.(call, 'open')
        scenario.offer(load.ms, (policy, outcome) => {
          marks.get(policy)?.(call, outcome)
          ended?.()
        })
        return made < calls
      }
    }

    const burst = () => {
      rest()
      const { scene } = running
      let open = load.calls * POLICIES.length
      const next = begin(load.calls, () => {
        if (--open > 0) return
        announce(POLICIES.map(policy => `${policy}: ${scene.panel(policy).strip?.describe()}`).join('. '))
      })
      while (next());
    }

    const flow = () => {
      streamButton.textContent = 'Stop the stream'
      let next = begin(STREAM_STRIP)
      stream = setInterval(() => {
        if (running.scenario.runtime.getRuntimeSnapshot().tasks.some(full)) return
        for (let calls = (load.rate * STREAM_MS) / 1000; calls > 0; calls--) {
          if (!next()) next = begin(STREAM_STRIP)
        }
      }, STREAM_MS)
    }

    const rest = () => {
      clearInterval(stream)
      stream = undefined
      streamButton.textContent = 'Start the stream'
    }

    return () => {
      rest()
      running.scene.close()
    }
  },
}

function full({ waitingQueueDepth }: { waitingQueueDepth: number }): boolean {
  return waitingQueueDepth >= MOST_WAITING
}
