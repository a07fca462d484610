import { plural } from '../../../image-pipeline/src/view/format.ts'
import { hang, type Outcome } from '../scenarios/hang.ts'
import source from '../scenarios/hang.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'

export const hangStop: Stop = {
  id: 'hang',
  title: 'A hung worker',
  lead: [
    'A handler in an endless loop receives no messages, so it cannot be asked to stop. Its call still rejects after timeoutMs, with an AbortError.',
    'The worker is another matter. It stays busy (hatched) for cancelGraceMs; then the runtime terminates it and starts a new one in its place. That does not count as a crash: there is no backoff. Without cancelGraceMs the worker is lost to the pool.',
  ],
  source,
  file: 'hang.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      {
        poolSize: slider('Pool size', range(1, 4), 2, count => plural(count, 'worker')),
        timeoutMs: slider('timeoutMs', [250, 500, 1000, 2000, 5000], 1000, duration),
        cancelGraceMs: slider(
          'cancelGraceMs',
          [0, 100, 250, 500, 1000, 2000, 4000, undefined],
          2000,
          grace => (grace === undefined ? 'never' : duration(grace)),
        ),
      },
      () => restart(),
    )
    const load = controls.group(
      'Short calls beside it',
      {
        callers: slider('Callers', [0, 1, 2, 3, 4, 8, 20, 100, 1000], 3, count => plural(count, 'caller')),
        ms: slider('Each call takes', [1, 10, 50, 100, 200], 100, duration),
      },
      () => restart(),
    )
    controls.button('Make a call that hangs', () => void hangOne(), 'primary')

    const start = () => {
      const scenario = hang(task)
      const counts: Record<Outcome, number> = { done: 0, canceled: 0, ended: 0 }
      let told = 0
      const scene = new Scene(
        scenario.runtime,
        board,
        [
          {
            taskId: 'jobs',
            title: 'jobs',
            meaning:
              'A parallel task. Ochre: the call that hangs, until it is rejected. Hatched: its worker, still busy.',
            figures: record => ({
              'Short calls done': whole(counts.done),
              'Short calls timed out': whole(counts.canceled),
              'Caller answered after': duration(record.hang?.answeredMs),
              'Worker replaced after': duration(record.hang?.replacedMs),
              'Workers ended': whole(record.total('worker.terminate.total')),
              Crashes: whole(record.total('worker.crash.total')),
            }),
          },
        ],
        {
          draw: () => {
            const record = scene.recorder.of('jobs')
            const ended = record.total('worker.terminate.total')
            if (ended > told) announce(`The worker was replaced after ${duration(record.hang?.replacedMs)}`)
            told = ended
          },
        },
      )
      for (let caller = 0; caller < load.callers; caller++) {
        void scenario.keepCalling(load.ms, outcome => {
          counts[outcome]++
        })
      }
      return { scenario, scene }
    }
    let running = start()

    const restart = () => {
      running.scene.close()
      running = start()
    }

    const hangOne = async () => {
      const began = performance.now()
      if ((await running.scenario.hangOneWorker()) === 'ended') return
      announce(`The caller was answered after ${duration(performance.now() - began)}`)
    }

    return () => running.scene.close()
  },
}
