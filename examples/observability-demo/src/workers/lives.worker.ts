import {
  createTaskWorker,
  expose,
  type StripTaskContext,
  type TaskContext,
} from '@varunkanwar/atelier/worker'

/** What the page gives to each of its workers, such as a dictionary or a model in an application. */
export type WorkerData = { edition: number; setUpMs: number }

export type Job = { ms: number }

/** What this worker was set up with last. */
let edition = 0

/** Runs before the first call, and again before the calls that come after new data. */
async function setup(data: WorkerData): Promise<void> {
  await wait(data.setUpMs)
  edition = data.edition
}

const handlers = {
  /** Takes `ms` milliseconds. Returns the edition that the worker had when the call began. */
  async work({ ms }: Job): Promise<number> {
    const mine = edition
    await wait(ms)
    return mine
  },

  /** The same, after which this worker is replaced: it has seen enough. */
  workAndRetire(job: Job, context: TaskContext): Promise<number> {
    context.retire()
    return handlers.work(job)
  },
}

export type LivesAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers, { setup }))

function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
