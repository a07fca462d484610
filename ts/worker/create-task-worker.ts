import { transfer } from 'comlink'
import type { TaskHandler, TaskHandlers, TaskWorkerOptions } from '../api/strip-context.ts'
import { show } from '../shared/errors/describe.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import type { TaskWorker } from '../shared/protocol.ts'
import { getTransferables } from '../shared/transferables.ts'
import { refuseUnknown } from '../shared/unknown-options.ts'
import { Channel } from './channel.ts'
import { Harness, methodsOf } from './harness.ts'
import { noteExposed, offer } from './scope.ts'

/**
 * Turns handlers into what `Comlink.expose` takes, so that a runtime can call them as a task.
 *
 * A call reaches the own functions of `handlers` and nothing else: of a class instance its function fields, not the methods on
 * its prototype. Each handler gets a {@link TaskContext} after the caller's arguments, in the place of its last declared parameter or
 * behind it; arguments that the caller left out before it are `undefined`. Buffers and other transferables
 * in a result move to the page, unless the caller asked otherwise; this replaces a `Comlink.transfer` tag.
 *
 * In a worker the page is listened for from this call on, so that what the script does before and after it may take its time. Where it is
 * called more than once in a worker, the result that is exposed first serves the page.
 *
 * @throws TypeError when `handlers` has no function of its own, or an option is unknown or makes no sense.
 */
export function createTaskWorker<T extends { [K in keyof T]: TaskHandler }>(
  handlers: T,
  options: TaskWorkerOptions & { context: false },
): TaskWorker
export function createTaskWorker<T extends { [K in keyof T]: TaskHandler }>(
  handlers: TaskHandlers<T>,
  options?: TaskWorkerOptions,
): TaskWorker
export function createTaskWorker(handlers: unknown, options: TaskWorkerOptions = {}): TaskWorker {
  const harness = harnessOf(handlers, options)
  offer(harness)
  return taskWorkerOf(harness)
}

/** @throws TypeError as {@link createTaskWorker} does. */
export function harnessOf(handlers: unknown, options: TaskWorkerOptions): Harness {
  if (typeof handlers !== 'object' || handlers === null || methodsOf(handlers).length === 0) {
    throw new TypeError(
      'createTaskWorker needs an object with functions of its own as handlers. Methods of a class do not count: pass ' +
        '{ method: (...args) => instance.method(...args) }.',
    )
  }
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`The options of createTaskWorker must be an object, not ${show(options)}.`)
  }
  refuseUnknown('createTaskWorker', options, ['context', 'setup'])
  const { context = true, setup } = options
  if (typeof context !== 'boolean') {
    throw new TypeError(`context must be a boolean, not ${show(context)}.`)
  }
  if (setup !== undefined && typeof setup !== 'function') {
    throw new TypeError(`setup must be a function, not ${show(setup)}.`)
  }
  return new Harness(handlers, { context, setup })
}

export function taskWorkerOf(harness: Harness): TaskWorker {
  return {
    async __dispatch(callId, method, args, key, options) {
      try {
        return tagged(await harness.start(callId, method, args, key), options?.transferResult !== false)
      } catch (error) {
        throw toEnvelope(error)
      }
    },
    __cancel: callId => harness.cancel(callId),
    async __connect(port, options) {
      if (port) await new Channel(port).serve(harness, options, { lifetime: port })
      else noteExposed(harness)
    },
  }
}

/** The tag is set on every object, because one that is returned again still carries that of the time before. */
function tagged(result: unknown, move: boolean): unknown {
  if (typeof result !== 'object' || result === null) return result
  return transfer(result, move ? getTransferables(result) : [])
}
