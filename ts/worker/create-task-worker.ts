import { transfer } from 'comlink'
import type { AbortKey, TaskHandlerMap } from '../api/types.ts'
import type { WireArguments } from '../shared/arguments.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import type { ConnectOptions } from '../shared/protocol.ts'
import { getTransferables } from '../shared/transferables.ts'
import { Harness, methodsOf } from './harness.ts'

/** What a worker exposes to the runtime through Comlink. Applications never call it. */
export type TaskWorker = {
  /** Runs one call. Resolves to the handler's result, or rejects with an envelope of what it threw. */
  __dispatch(
    callId: string,
    method: string,
    args: WireArguments,
    key?: AbortKey,
    options?: { transferResult?: boolean },
  ): Promise<unknown>
  /** Aborts the signal of one call. A call that is not running is ignored. */
  __cancel(callId: string): void
  /**
   * Serves calls, many to a message, on a port or, without one, on the worker's own channel. Resolves when the worker
   * serves them.
   */
  __connect(port: MessagePort | undefined, options: ConnectOptions): Promise<void>
}

/**
 * Turns handlers into what `Comlink.expose` takes, so that a runtime can call them as a task.
 *
 * A call reaches the own functions of `handlers` and nothing else: of a class instance its function fields, not the methods on
 * its prototype. Each handler gets a {@link TaskContext} after the caller's arguments. Buffers and other transferables
 * in a result move to the page, unless the caller asked otherwise; this replaces a `Comlink.transfer` tag.
 *
 * @throws TypeError when `handlers` has no function of its own.
 */
export function createTaskWorker<T extends { [K in keyof T]: TaskHandlerMap[string] }>(
  handlers: T,
): TaskWorker {
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
    __connect: (port, options) => harness.connect(port, options),
  }
}

/** The tag is set on every object, because one that is returned again still carries that of the time before. */
function tagged(result: unknown, move: boolean): unknown {
  if (typeof result !== 'object' || result === null) return result
  return transfer(result, move ? getTransferables(result) : [])
}
