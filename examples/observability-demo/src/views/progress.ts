import { plural } from '../../../image-pipeline/src/view/format.ts'
import { type Outcome, progress } from '../scenarios/progress.ts'
import source from '../scenarios/progress.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { Bars } from '../view/bars.ts'
import { range, slider, toggle } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'

const ROW_MS = 0.2

export const progressStop: Stop = {
  id: 'progress',
  title: 'Progress',
  lead: [
    'A handler reports after every row; the page hears the newest value, sixty times a second at most, the last one before the result, and none after the end of the call. Crash the workers to see calls start again elsewhere, and their progress with them.',
    'ctx.yield() between two rows lets messages in, so that a cancellation is heard. Where the page is cross-origin isolated, no yield is needed: throwIfAborted() sees it in shared memory, in the middle of synchronous code.',
  ],
  source,
  file: 'progress.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      { poolSize: slider('Pool size', range(1, 4), 2, count => plural(count, 'worker')) },
      () => restart(),
    )
    const load = controls.group('Load', {
      calls: slider('Calls', range(1, 8), 4, count => plural(count, 'call')),
      rows: slider('Rows of each', [500, 1000, 5000, 10_000, 20_000, 50_000], 10_000, whole),
      quiet: toggle('Never let messages in'),
    })
    controls.button(
      'Make the calls',
      () => void run(),
      'primary',
      () => !running.scene.isBusy,
    )
    controls.button(
      'Cancel all',
      () => cancel(),
      'plain',
      () => running.scene.isBusy,
    )
    controls.button(
      'Crash the workers',
      () => running.scenario.crash(),
      'plain',
      () => running.scene.isBusy,
    )

    const bars = new Bars(board)
    const start = () => {
      const scenario = progress(task)
      const scene = new Scene(
        scenario.runtime,
        board,
        [
          {
            taskId: 'jobs',
            title: 'jobs',
            meaning: 'A parallel task that sends its calls again after a crash.',
            figures: record => ({
              Done: whole(record.total('task.success.total')),
              Canceled: whole(record.total('task.canceled.total')),
              'Reports made by calls that are done': whole(made),
              'Reports that came': whole(heard),
              'Workers free after': duration(freeMs),
              'Page isolated': crossOriginIsolated ? 'yes' : 'no',
            }),
          },
        ],
        { draw: () => free() },
      )
      return { scenario, scene }
    }
    let made = 0
    let heard = 0
    let canceledAt: number | undefined
    let freeMs: number | undefined
    let running = start()

    const restart = () => {
      end()
      running = start()
    }

    const run = async () => {
      const { scenario } = running
      const job = { rows: load.rows, rowMs: ROW_MS, yields: !load.quiet }
      const shows = bars.begin(load.calls)
      freeMs = undefined
      const outcomes = await Promise.all(
        shows.map(async show => {
          const outcome = await scenario.count(job, part => {
            heard++
            show(part)
          })
          if (outcome === 'done') made += job.rows
          show(outcome)
          return outcome
        }),
      )
      announce(summary(outcomes))
    }

    const cancel = () => {
      canceledAt = performance.now()
      running.scenario.cancel()
    }

    /** Notes when the workers have stopped after a cancellation: until then they keep their places. */
    const free = () => {
      if (canceledAt === undefined || running.scene.isBusy) return
      freeMs = performance.now() - canceledAt
      canceledAt = undefined
    }

    const end = () => {
      running.scene.close()
      running.scenario.dispose()
    }

    return () => {
      end()
      bars.close()
    }
  },
}

function summary(outcomes: Outcome[]): string {
  const count = (outcome: Outcome) => outcomes.filter(each => each === outcome).length
  return `${plural(count('done'), 'call')} done, ${count('canceled')} canceled`
}
