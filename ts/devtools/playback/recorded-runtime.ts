import { Metric, Reason } from '../../page/kernel/boundary.ts'
import { BarState, type CallFacts } from '../model/bars.ts'
import type { Filter } from '../model/filter.ts'
import { RuntimeModel, STATE_OF } from '../model/runtime-model.ts'
import { replay } from '../recording/replay.ts'
import type { ReplayedFields, ReplayedStep } from '../recording/replayed.ts'
import { COUNTED, RecordedTask } from './recorded-task.ts'

const NOTHING: CallFacts = { id: '', method: '', key: undefined, trace: undefined, priority: 0 }

/** A recorded runtime, as it was at a moment of its recording. It has numbers, and no names. */
export class RecordedRuntime {
  /** The first and the last moment of the recording, in milliseconds on the clock of its page. */
  readonly from: number
  readonly to: number
  readonly #steps: readonly ReplayedStep[]
  #model: RuntimeModel
  #tasks = new Map<number, RecordedTask>()
  #next = 0

  /** @throws RecordingError, TypeError or Error as `replay` does. */
  constructor(bytes: Uint8Array) {
    this.#steps = replay(bytes).steps
    this.from = this.#steps[0]?.at ?? 0
    this.to = Math.max(this.from, this.#steps.at(-1)?.at ?? 0)
    this.#model = this.#empty()
  }

  /** What is known at the moment that was sought last. Another object after a step back. */
  get model(): RuntimeModel {
    return this.#model
  }

  /** Goes to a moment. Back is as far as the recording is long: it begins anew. */
  seek(moment: number, filter: Filter): void {
    const last = this.#steps[this.#next - 1]
    if (last && last.at > moment) {
      this.#tasks = new Map()
      this.#next = 0
      this.#model = this.#empty()
    }
    this.#model.filter = filter
    for (let step = this.#steps[this.#next]; step && step.at <= moment; step = this.#steps[this.#next]) {
      this.#next++
      this.#take(step)
    }
  }

  #empty(): RuntimeModel {
    return new RuntimeModel({
      task: task => ({
        taskId: `task ${task}`,
        taskName: undefined,
        type: undefined,
        maxInFlight: undefined,
        maxQueueDepth: undefined,
        queuePolicy: undefined,
      }),
      call: (task, call) => this.#task(task).calls.get(call)?.facts ?? { ...NOTHING, id: `${task}-${call}` },
      held: (task, slot) => this.#task(task).held(slot),
    })
  }

  #task(id: number): RecordedTask {
    let task = this.#tasks.get(id)
    if (!task) {
      task = new RecordedTask()
      this.#tasks.set(id, task)
    }
    return task
  }

  #take({ at, input, fields, effects }: ReplayedStep): void {
    this.#input(at, input, fields)
    for (const { effect, fields: given } of effects) this.#effect(at, effect, given)
    const { task } = fields
    const touched = new Set([task, ...effects.map(each => each.fields.task)])
    for (const id of touched) if (typeof id === 'number') this.#publish(at, id)
  }

  #input(at: number, input: string, { task, call, slot, ...rest }: ReplayedFields): void {
    if (typeof task !== 'number') return
    const known = this.#task(task)
    if (typeof call === 'number') {
      if (input === 'submit' || input === 'submitFailed') {
        const key = typeof rest.key === 'number' ? `key ${rest.key}` : undefined
        const priority = typeof rest.priority === 'number' ? rest.priority : 0
        known.submit(call, { ...NOTHING, id: `${task}-${call}`, key, priority }, at)
      } else if (input === 'rest' || input === 'resume') {
        known.rest(call, input === 'rest')
      } else if (input === 'settle') {
        if (typeof rest.run === 'number') this.#model.histogram(Metric.TaskRun, task, rest.run)
        known.reply(call)
      }
    } else if (input === 'workerLost' && typeof slot === 'number') {
      this.#crash(at, task, slot)
    } else if (input === 'disposeTask') {
      this.#model.task(task).isDisposed = true
    }
  }

  #crash(at: number, id: number, slot: number): void {
    const task = this.#model.task(id)
    if (task.lanes[slot]?.lives.at(-1)?.to !== Number.POSITIVE_INFINITY) return
    this.#model.count(at, Metric.WorkerCrash, id, slot)
    this.#model.crash({ at, task, slot, message: 'A worker was lost', stack: 'A recording has no causes.' })
  }

  #effect(at: number, effect: string, fields: ReplayedFields): void {
    const { task: id, call = 0, slot = 0, attempt = 0 } = fields as Record<string, number>
    if (id === undefined) return
    const task = this.#task(id)
    const model = this.#model
    switch (effect) {
      case 'spawn':
        task.workers++
        model.spawn(at, id, slot)
        model.count(at, Metric.WorkerSpawn, id, slot)
        break
      case 'terminate':
        task.workers--
        model.terminate(at, id, slot)
        task.terminate(slot, at)
        break
      case 'dispatch': {
        const queuedAt = task.calls.get(call)?.queuedAt ?? at
        model.histogram(Metric.QueueWait, id, at - queuedAt)
        model.dispatch(at, id, call, attempt, slot)
        model.count(at, Metric.TaskDispatch, id, undefined)
        task.dispatch(call, slot)
        break
      }
      case 'interrupt':
        model.interrupt(at, id, call)
        task.interrupt(call)
        break
      case 'resolve':
        this.#settle(at, id, call, BarState.ok)
        model.resolve(at, id, call)
        break
      case 'reject': {
        const reason = Reason[fields.rejection as keyof typeof Reason]
        this.#settle(at, id, call, STATE_OF[reason])
        model.reject(at, id, call, reason, String(fields.rejection))
        break
      }
      default:
      // What the kernel counts for listeners is counted here anyway.
    }
  }

  #settle(at: number, id: number, call: number, state: BarState): void {
    const known = this.#task(id).settle(call)
    if (known) this.#model.histogram(Metric.TaskDuration, id, at - known.submitted)
    const name = COUNTED[state as keyof typeof COUNTED]
    if (name) this.#model.task(id).counts[name]++
  }

  #publish(at: number, id: number): void {
    const { inFlight, queued, resting, workers } = this.#task(id)
    const gauges = [
      [Metric.QueueResting, resting],
      [Metric.QueuePending, queued],
      [Metric.WorkersActive, workers],
      [Metric.QueueInFlight, inFlight],
    ] as const
    for (const [metric, value] of gauges) this.#model.gauge(at, metric, id, value)
  }
}
