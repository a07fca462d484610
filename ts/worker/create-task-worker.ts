import { transfer } from 'comlink'
import type { TaskHandler, TaskHandlers, TaskWorkerOptions } from '../api/strip-context.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import type { TaskWorker } from '../shared/protocol.ts'
import { getTransferables } from '../shared/transferables.ts'
import { Harness, methodsOf } from './harness.ts'

/**
 * Turns handlers into what `Comlink.expose` takes, so that a runtime can call them as a task.
 *
 * A call reaches the own functions of `handlers` and nothing else: of a class instance its function fields, not the methods on
 * its prototype. Each handler gets a {@link TaskContext} after the caller's arguments. Buffers and other transferables
 * in a result move to the page, unless the caller asked otherwise; this replaces a `Comlink.transfer` tag.
 *
 * @throws TypeError when `handlers` has no function of its own.
 */
export function createTaskWorker<T extends { [K in keyof T]: TaskHandler }>(
  handlers: T,
  options: TaskWorkerOptions & { context: false },
): TaskWorker
export function createTaskWorker<T extends { [K in keyof T]: TaskHandler }>(
  handlers: TaskHandlers<T>,
  options?: TaskWorkerOptions,
): TaskWorker
export function createTaskWorker(handlers: object): TaskWorker {
  if (typeof handlers !== 'object' || handlers === null || methodsOf(handlers).length === 0) {
    throw new TypeError(
      'createTaskWorker needs an object with functions of its own as handlers. Methods of a class do not count: pass ' +
        '{ method: (...args) => instance.method(...args) }.',
    )
  }
  const harness = new Harness(handlers)
  return {
    async __dispatch(callId, method, args, key, options) {
      try {
        return tagged(await harness.start(callId, method, args, key), options?.transferResult !== false)
      } catch (error) {
        throw toEnvelope(error)
      }
    },
    __cancel: callId => harness.cancel(callId),
    __connect: (port, connection) => harness.connect(port, connection),
  }
}

/** The tag is set on every object, because one that is returned again still carries that of the time before. */
function tagged(result: unknown, move: boolean): unknown {
  if (typeof result !== 'object' || result === null) return result
  return transfer(result, move ? getTransferables(result) : [])
}
