import { transfer } from 'comlink'
import { toEnvelope } from './envelope.ts'
import { abortError } from './errors.ts'
import { getTransferables } from './transfer.ts'
import type { AbortKey, TaskContext, TaskHandlerMap } from './types.ts'
import { fromWire, type WireArguments } from './wire.ts'

export type { StripTaskContext, TaskContext, TaskHandlerMap } from './types.ts'

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
  const running = new Map<string, AbortController>()

  return {
    async __dispatch(callId, method, args, key, options) {
      let controller: AbortController | undefined
      try {
        if (running.has(callId)) throw new Error(`Call "${callId}" is already running in this worker.`)
        const handler = ownMethod(handlers, method)
        controller = new AbortController()
        running.set(callId, controller)
        const result = await handler.apply(handlers, [
          ...fromWire(args),
          contextOf(callId, key, controller.signal),
        ])
        return tagged(result, options?.transferResult !== false)
      } catch (error) {
        throw toEnvelope(error)
      } finally {
        if (controller) running.delete(callId)
      }
    },

    __cancel(callId) {
      running.get(callId)?.abort(abortError(`Call "${callId}" was cancelled.`))
    },
  }
}

function contextOf(callId: string, key: AbortKey | undefined, signal: AbortSignal): TaskContext {
  const context: TaskContext = { signal, callId, throwIfAborted: () => signal.throwIfAborted() }
  if (key) context.key = key
  return context
}

function ownMethod(handlers: object, method: string): TaskHandlerMap[string] {
  const handler: unknown = Object.hasOwn(handlers, method) ? Reflect.get(handlers, method) : undefined
  if (typeof handler === 'function') return handler as TaskHandlerMap[string]
  throw new TypeError(
    `"${String(method)}" is not a method of this worker. Its methods: ${methodsOf(handlers).join(', ')}.`,
  )
}

function methodsOf(handlers: object): string[] {
  return Object.entries(handlers).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
}

/** The tag is set on every object, because one that is returned again still carries that of the time before. */
function tagged(result: unknown, move: boolean): unknown {
  if (typeof result !== 'object' || result === null) return result
  return transfer(result, move ? getTransferables(result) : [])
}
