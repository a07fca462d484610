import type { CrashPolicy, RuntimeTaskSnapshot, WorkerState } from '@varunkanwar/atelier'
import { plural } from '../../../image-pipeline/src/view/format.ts'
import type { TaskRecord } from '../recorder.ts'
import { crashes, POLICIES } from '../scenarios/crash.ts'
import source from '../scenarios/crash.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider, toggle } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import type { Face } from '../view/panel.ts'

const MEANINGS: Record<CrashPolicy, string> = {
  'restart-fail-in-flight': 'The calls on the worker fail. A new worker starts after a backoff.',
  'restart-requeue-in-flight':
    'The calls on the worker go back to the front of the queue and are sent again.',
  'fail-task': 'The first crash fails the task: all its calls, until startWorkers().',
}

export const crashStop: Stop = {
  id: 'crashes',
  title: 'Crash recovery',
  lead: [
    'Workers crash: by an uncaught error, by closing themselves, out of memory. No call is left hanging. The task’s policy decides what happens to the calls on that worker; three tasks show the three policies under the same calls.',
    'Before a worker is restarted the task waits 100 ms, after the next consecutive crash 200, then 400 and so on up to 2 seconds; a call that succeeds resets this. One crash more than crashMaxRetries fails the task until it is started again. To see it, prevent workers from starting, and crash all of them.',
  ],
  source,
  file: 'crash.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Tasks',
      {
        poolSize: slider('Pool size', range(1, 4), 2, count => plural(count, 'worker')),
        crashMaxRetries: slider('Crashes in a row that are retried', range(0, 8), 6, String),
      },
      () => restart(),
    )
    const load = controls.group(
      'Load',
      {
        callers: slider('Callers of each task', [1, 2, 4, 8, 20, 100, 1000], 4, count =>
          plural(count, 'caller'),
        ),
        ms: slider('Each call takes', [1, 10, 50, 100, 200, 500, 1000], 200, duration),
      },
      () => restart(),
    )
    const faults = controls.group('Faults', { broken: toggle('Workers cannot be started') }, () => {
      running.scenario.breakStarts(faults.broken)
    })
    const isFailedTask = (state: RuntimeTaskSnapshot) => {
      const policy = state.taskId as CrashPolicy
      return isFailed(policy, task.crashMaxRetries, running.scene.recorder.of(policy), state)
    }
    const hasFailed = () => running.scene.tasks.some(isFailedTask)
    /** A worker listens to the button once its script runs, as a finished call shows. */
    const listens = (state: RuntimeTaskSnapshot) =>
      running.scene.recorder.of(state.taskId).total('task.success.total') > 0
    const canCrash = () =>
      running.scene.tasks.every(state => isFailedTask(state) || listens(state)) &&
      running.scene.tasks.some(({ activeWorkers }) => activeWorkers > 0)
    controls.button('Crash a worker', () => running.scenario.crash('one'), 'primary', canCrash)
    controls.button('Crash all workers', () => running.scenario.crash('all'), 'plain', canCrash)
    controls.button('Start failed tasks', () => running.scenario.revive(), 'plain', hasFailed)

    const faces = POLICIES.map(
      (policy): Face => ({
        taskId: policy,
        title: policy,
        meaning: MEANINGS[policy],
        standing: (record, state) => standingOf(policy, task.crashMaxRetries, record, state),
        figures: record => ({
          Done: whole(record.total('task.success.total')),
          Failed: whole(record.total('task.failure.total')),
          Requeued: whole(record.total('task.requeue.total')),
          Crashes: whole(record.total('worker.crash.total')),
          'Waited before restarts': record.backoffs.slice(-6).map(duration).join(', ') || '–',
        }),
      }),
    )
    const start = () => {
      const scenario = crashes(task)
      const scene = new Scene(scenario.runtime, board, faces)
      scenario.breakStarts(faults.broken)
      const failed = new Set<CrashPolicy>()
      for (let caller = 0; caller < load.callers; caller++) {
        void scenario.keepCalling(load.ms, (policy, outcome) => {
          if (outcome === 'done') failed.delete(policy)
          if (outcome !== 'crashed' || failed.has(policy)) return
          failed.add(policy)
          announce(`${policy}: a call failed because its worker crashed`)
        })
      }
      return { scenario, scene }
    }
    let running = start()

    const restart = () => {
      end()
      running = start()
    }

    const end = () => {
      running.scene.close()
      running.scenario.dispose()
    }

    return end
  },
}

function isFailed(
  policy: CrashPolicy,
  retries: number,
  { crashesInRow }: TaskRecord,
  { workerStatus }: WorkerState,
): boolean {
  return workerStatus === 'crashed' && crashesInRow > (policy === 'fail-task' ? 0 : retries)
}

function standingOf(policy: CrashPolicy, retries: number, record: TaskRecord, state: WorkerState): string {
  const { workerStatus } = state
  if (isFailed(policy, retries, record, state)) return 'Failed: refuses calls'
  if (workerStatus === 'crashed') return `Backing off, crashes in a row: ${record.crashesInRow}`
  return workerStatus === 'running' ? 'Running' : 'Not started'
}
