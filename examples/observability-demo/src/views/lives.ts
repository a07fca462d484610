import { plural } from '../../../image-pipeline/src/view/format.ts'
import { IDLE_MS, lives } from '../scenarios/lives.ts'
import source from '../scenarios/lives.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import workerSource from '../workers/lives.worker.ts?raw'

export const livesStop: Stop = {
  id: 'lives',
  title: 'Lives of workers',
  lead: [
    'Each worker is set up before its first call, with the task’s workerData. New data reaches the workers that live, between two calls, and those to come: no call that is made later sees the old.',
    'Workers that leak memory or collect state can be replaced without losing a call: after so many calls, because a handler asks for it with ctx.retire(), or all of them by workers.replace(). Such a worker gets no further calls and ends when its own have ended.',
    `A pool whose size is a range grows with the load and shrinks again: workers beyond the least number end once they have been idle for ${duration(IDLE_MS)}. None of this counts as a crash.`,
  ],
  source,
  file: 'lives.ts',
  worker: { source: workerSource, file: 'lives.worker.ts' },
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      {
        min: slider('Workers at least', range(0, 4), 1, count => plural(count, 'worker')),
        max: slider('Workers at most', range(1, 8), 4, count => plural(count, 'worker')),
        maxCallsPerWorker: slider('Calls of a worker', [1, 2, 5, 10, 20, 50, undefined], undefined, calls =>
          calls === undefined ? 'no limit' : plural(calls, 'call'),
        ),
        setUpMs: slider('Set-up takes', [0, 50, 100, 200, 500, 1000], 200, duration),
      },
      () => restart(),
    )
    const load = controls.group('Load', {
      calls: slider('Calls at once', [1, 5, 10, 20, 50, 100, 200, 500], 50, count => plural(count, 'call')),
      ms: slider('Each takes', [5, 10, 20, 50, 100, 200, 500], 100, duration),
    })
    const hasWorkers = () => running.scene.tasks.some(({ activeWorkers }) => activeWorkers > 0)
    controls.button('Make the calls', () => void run(), 'primary')
    controls.button(
      'Replace the workers',
      () => void replace(),
      'plain',
      () => hasWorkers() && !replacing,
    )
    controls.button('Call and retire', () => void running.scenario.retireOne().catch(() => {}))
    controls.button('Give new data', () => renew(), 'plain', hasWorkers)

    const start = () => {
      // A range from more to less would be refused.
      const max = Math.max(task.min, task.max)
      const scenario = lives({
        min: task.min,
        max,
        maxCallsPerWorker: task.maxCallsPerWorker,
        setUpMs: task.setUpMs,
      })
      const scene = new Scene(scenario.runtime, board, [
        {
          taskId: 'jobs',
          title: 'jobs',
          meaning:
            'A parallel task. A row is light where its slot has a worker, and a line where it has none.',
          figures: (record, state) => ({
            'Workers now': whole(state.activeWorkers),
            'Calls done': whole(record.total('task.success.total')),
            'Calls failed': whole(record.total('task.failure.total')),
            'Workers started': whole(record.total('worker.spawn.total')),
            Retired: whole(record.endings.get('retired') ?? 0),
            Replaced: whole(record.endings.get('replaced') ?? 0),
            'Ended idle': whole(record.endings.get('idle') ?? 0),
            'Ready after': duration(record.readyMs.quantile(0.5)),
            'Newest data': `edition ${editions.newest}`,
            'Last result with': editions.last === undefined ? '–' : `edition ${editions.last}`,
            'Results with older data': whole(editions.stale),
          }),
        },
      ])
      return { scenario, scene }
    }
    /** `stale`: results with data older than the newest when their calls were made. */
    let editions = { newest: 1, last: undefined as number | undefined, stale: 0 }
    let replacing = false
    let running = start()

    const restart = () => {
      running.scene.close()
      editions = { newest: 1, last: undefined, stale: 0 }
      running = start()
    }

    const renew = () => {
      editions.newest = running.scenario.renew()
      announce(`The workers were given edition ${editions.newest}`)
    }

    const run = async () => {
      const mine = editions
      const durations = Array.from({ length: load.calls }, () => load.ms)
      const results = await running.scenario.burst(durations, (edition, newest) => {
        mine.last = edition
        if (edition < newest) mine.stale++
      })
      const done = results.filter(({ status }) => status === 'fulfilled').length
      announce(`${plural(done, 'call')} of ${whole(results.length)} done`)
    }

    const replace = async () => {
      replacing = true
      const began = performance.now()
      await running.scenario.replace().then(
        () => announce(`All workers were replaced within ${duration(performance.now() - began)}`),
        // The task was defined anew.
        () => {},
      )
      replacing = false
    }

    return () => running.scene.close()
  },
}
