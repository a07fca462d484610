import { describe, tryRead } from '../../shared/errors/describe.ts'

/** Workers that a factory has returned. */
const known = new WeakSet<object>()

/**
 * Calls a task's factory.
 *
 * @throws what it throws, and a TypeError when it returns no Worker, a promise, or a Worker that it returned before.
 */
export function createWorker(factory: () => unknown): Worker {
  const made = factory()
  if (isThenable(made)) {
    // Nobody else knows of the worker that it brings, and nobody waits for it.
    Promise.resolve(made).then(discardWorker, () => {})
    throw new TypeError(
      'it returned a promise. It must return a Worker at once: do what takes time before defineTask(), or in the worker.',
    )
  }
  if (!isWorker(made)) throw new TypeError(`it must return a Worker, not ${describe(made)}`)
  if (known.has(made))
    throw new TypeError('it must create a new Worker each time, and returned one for the second time')
  known.add(made)
  return made
}

/** Terminates what may be a Worker, whatever it does then. */
export function discardWorker(worker: unknown): void {
  tryRead(() => (worker as Worker).terminate())
}

function isWorker(made: unknown): made is Worker {
  const { postMessage, terminate, addEventListener } = (made ?? {}) as Partial<Worker>
  return [postMessage, terminate, addEventListener].every(method => typeof method === 'function')
}

function isThenable(made: unknown): boolean {
  return typeof (made as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}
