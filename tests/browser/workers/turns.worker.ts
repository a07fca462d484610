import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** The calls of `run` and `cooperate` that have reached this worker, in order. */
const started: string[] = []

/**
 * Tells the page when a handler begins and ends. The message goes the way of the replies, so that the page hears of the end of a call
 * before it has its result.
 */
function telling<Args extends unknown[], R>(handler: (...args: Args) => R | Promise<R>) {
  return async (...args: Args): Promise<R> => {
    self.postMessage({ busy: 1 })
    try {
      return await handler(...args)
    } finally {
      self.postMessage({ busy: -1 })
    }
  }
}

const handlers = {
  started: () => started,
  run: telling(async (name: string, ms: number, _: TaskContext) => {
    started.push(name)
    if (ms > 0) await new Promise(resolve => setTimeout(resolve, ms))
    return name
  }),
  /** Ends when it is canceled. */
  cooperate: telling((name: string, { signal }: TaskContext) => {
    started.push(name)
    return new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }),
  fail: telling((message: string, _: TaskContext): never => {
    throw new RangeError(message)
  }),
  forever: telling((_: TaskContext) => new Promise<never>(() => {})),
  spin: telling((_: TaskContext): never => {
    for (;;);
  }),
  /** Ends the worker before the call is answered. */
  close: telling((_: TaskContext) => {
    self.close()
    return new Promise<never>(() => {})
  }),
  /** Answers, and throws outside of any call a little later. */
  throwSoon: telling((message: string, _: TaskContext) => {
    setTimeout(() => {
      throw new Error(message)
    })
    return 'throwing'
  }),
}

export type TurnsAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
