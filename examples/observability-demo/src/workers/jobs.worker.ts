import {
  createTaskWorker,
  expose,
  type StripTaskContext,
  type TaskContext,
} from '@varunkanwar/atelier/worker'

/** `key` is the key by which the page may cancel the job. */
export type Job = { ms: number; key?: string }

/** Without `yields`, no message is let in between two rows. */
export type Count = { rows: number; rowMs: number; yields: boolean }

export type Items = { items: number; itemMs: number }

/** Takes `ms` milliseconds without keeping the processor busy, and stops at once when it is canceled. */
function work({ ms }: Job, { signal }: TaskContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop)
  })
}

const handlers = {
  work,

  /** The same for a tile of a map. Tells the page when it begins. */
  render(job: Job, started: () => void, context: TaskContext): Promise<void> {
    started()
    return work(job, context)
  },

  /** A document that cannot be read. */
  fail(): never {
    throw new SyntaxError('Unexpected end of document')
  },

  /** Goes through rows that take a moment each, and reports every one. Returns how many reports it has made. */
  async count({ rows, rowMs, yields }: Count, context: TaskContext): Promise<number> {
    for (let row = 1; row <= rows; row++) {
      for (const end = performance.now() + rowMs; performance.now() < end; );
      context.report(row / rows)
      if (yields) await context.yield()
      else context.throwIfAborted()
    }
    return rows
  },

  /** Gives one item after the other, and reports how many it has made: that is more than the loop has taken. */
  async *items({ items, itemMs }: Items, context: TaskContext): AsyncGenerator<number> {
    for (let item = 1; item <= items; item++) {
      await work({ ms: itemMs }, context)
      context.report(item)
      yield item
    }
  },

  /** Never ends and never yields to the event loop, so it cannot be asked to stop. */
  hang(): never {
    for (;;);
  },
}

export type JobsAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))

// The page's crash button: causes an error outside of any call, in the worker with this name.
new BroadcastChannel('crash').addEventListener('message', ({ data }) => {
  if (data === self.name) throw new Error('The crash button was pressed')
})
