/** The channel of a worker's own global scope. */
import type { Endpoint } from '../shared/batched-port.ts'
import { type Control, ControlKind } from '../shared/protocol.ts'
import { Channel } from './channel.ts'
import type { Harness } from './harness.ts'

let channel: Channel | undefined
/** One for each time that `createTaskWorker` was called. */
const harnesses: Harness[] = []
/** The one that was exposed through Comlink, as soon as that has been seen. */
let exposed: Harness | undefined
let isConnected = false

/**
 * Listens for the page from now on, whenever and whether the harness is exposed. Does nothing where this code does not run in a
 * dedicated worker.
 */
export function offer(harness: Harness): void {
  if (!('WorkerGlobalScope' in globalThis) || typeof globalThis.postMessage !== 'function') return
  harnesses.push(harness)
  if (channel) return
  channel = new Channel(globalThis as unknown as Endpoint, onControl)
  channel.reportUncaught()
  channel.hello()
}

/** Notes which of several harnesses is exposed: the first that the page reaches. */
export function noteExposed(harness: Harness): void {
  exposed ??= harness
}

function onControl({ kind, taskId, lockName, content }: Control, [early]: readonly MessagePort[]): void {
  if (kind === ControlKind.greet) channel?.hello()
  if (kind !== ControlKind.connect || isConnected || taskId === undefined || lockName === undefined) return
  isConnected = true
  const harness = exposed ?? (harnesses.length === 1 ? harnesses[0] : undefined)
  if (harness) void channel?.serve(harness, { taskId, lockName, workerIndex: content as number }, { early })
  else channel?.refuse(ambiguous(harnesses.length))
}

function ambiguous(count: number): Error {
  return new TypeError(
    `createTaskWorker was called ${count} times in this worker, and none of the results was exposed when the page connected. ` +
      'Put all handlers of a task into one call, or call expose(createTaskWorker(handlers)) without waiting in between.',
  )
}
