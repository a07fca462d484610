import { plural } from '../../../image-pipeline/src/view/format.ts'
import { concurrency } from '../scenarios/concurrency.ts'
import source from '../scenarios/concurrency.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider, toggle } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'

const LONG_MS = 2000

export const concurrencyStop: Stop = {
  id: 'concurrency',
  title: 'Concurrency',
  lead: [
    'A task is a typed proxy in front of workers. Calls look like any async call; the runtime starts workers on demand, up to the pool size, and sends at most as many calls at a time as the limit in flight allows.',
    'A worker that is free takes the next call. Begin with a long call to see it: the short ones never line up behind it while another worker is idle.',
  ],
  source,
  file: 'concurrency.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      {
        poolSize: slider('Pool size', range(1, 8), 4, count => plural(count, 'worker')),
        maxInFlight: slider('In flight at most', [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64], 4, count =>
          plural(count, 'call'),
        ),
      },
      () => restart(),
    )
    const load = controls.group('Load', {
      calls: slider(
        'Calls at once',
        [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
        100,
        count => plural(count, 'call'),
      ),
      ms: slider('Each takes', [0, 1, 5, 10, 20, 50, 100, 200, 500], 100, duration),
      long: toggle('Begin with one of 2 seconds'),
    })
    controls.button('Make the calls', () => void run(), 'primary')
    controls.button(
      'Give up',
      () => restart(),
      'plain',
      () => running.scene.isBusy,
    )

    const start = () => {
      const scenario = concurrency(task)
      const scene = new Scene(scenario.runtime, board, [
        {
          taskId: 'jobs',
          title: 'jobs',
          meaning: 'A parallel task. Every row of the timeline is one worker.',
          figures: record => ({
            Done: whole(record.total('task.success.total')),
            'Median wait': duration(record.waits.quantile(0.5)),
            '95 % waited less than': duration(record.waits.quantile(0.95)),
            'Calls by worker': record.lanes.map(lane => whole(lane.calls)).join(' · ') || '–',
          }),
        },
      ])
      return { scenario, scene }
    }
    let running = start()

    const restart = () => {
      running.scene.close()
      running = start()
    }

    const run = async () => {
      const began = performance.now()
      const results = await running.scenario.burst([
        ...(load.long ? [LONG_MS] : []),
        ...Array.from({ length: load.calls }, () => load.ms),
      ])
      const done = results.filter(({ status }) => status === 'fulfilled').length
      announce(
        `${plural(done, 'call')} of ${whole(results.length)} done in ${duration(performance.now() - began)}`,
      )
    }

    return () => running.scene.close()
  },
}
