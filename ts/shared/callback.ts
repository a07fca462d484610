import { type Endpoint, finalizer, transferHandlers, wrap } from 'comlink'
import { messageOf } from './errors/describe.ts'
import { reportUncaught } from './errors/report-uncaught.ts'
import { deserialize, type Handler } from './transfer-handlers.ts'
import { explainUncloneable } from './uncloneable.ts'

type Callback = ((...args: unknown[]) => unknown) & { [finalizer]?: () => void }

/** A value as Comlink posts it, and what moves with it. */
type Serialized = [value: unknown, transfer: Transferable[]]

/** More arguments than any call has: a forged list of a few bytes may be billions long. */
const MAX_ARGUMENTS = 65_536

const PROXY = /* @__PURE__ */ transferHandlers.get('proxy')

/** Whether it is a function that `Comlink.proxy` has marked, unless the application has a transfer handler of its own for those. */
export function isCallback(value: unknown): value is Callback {
  return (
    typeof value === 'function' && transferHandlers.get('proxy') === PROXY && Boolean(PROXY?.canHandle(value))
  )
}

/**
 * Serializes a function for being called, and for nothing else.
 *
 * Its port speaks Comlink's protocol, so the other side calls it as it does any function that Comlink has exposed. Comlink itself would
 * also let it read and set properties, and construct: by `constructor` it would run code of its own here.
 *
 * What the function throws, or returns although it cannot be cloned, is reported as uncaught, and rejects at the other side.
 */
export function serializeCallback(callback: Callback): Serialized {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', ({ data }) => void answer(port1, callback, data))
  port1.start()
  return [port2, [port2]]
}

/** Answers one message of the other side. Untrusted: what is no request is ignored. Never rejects. */
async function answer(port: MessagePort, callback: Callback, message: unknown): Promise<void> {
  const { id, type, path, argumentList } = fieldsOf(message)
  if (typeof id !== 'string') return
  if (type === 'RELEASE') {
    release(port, callback, id)
    return
  }
  let args: unknown[]
  try {
    const isCall = type === 'APPLY' && isList(path, 0) && isList(argumentList, MAX_ARGUMENTS)
    if (!isCall) throw new TypeError('A function of the page can only be called.')
    args = Array.from(argumentList, received)
  } catch (error) {
    reject(port, id, error)
    return
  }
  try {
    resolve(port, id, await callback(...args))
  } catch (error) {
    reportUncaught(error)
    reject(port, id, error)
  }
}

function release(port: MessagePort, callback: Callback, id: string): void {
  port.postMessage({ id, type: 'RAW' })
  port.close()
  try {
    callback[finalizer]?.()
  } catch (error) {
    reportUncaught(error)
  }
}

function fieldsOf(cloned: unknown): Partial<Record<string, unknown>> {
  return cloned ?? {}
}

function isList(value: unknown, maxLength: number): value is unknown[] {
  return Array.isArray(value) && value.length <= maxLength
}

/** An argument, as Comlink has posted it. */
function received(sent: unknown, index: number): unknown {
  const { type, name, value } = fieldsOf(sent)
  return type === 'HANDLER'
    ? deserialize(String(name), value, `Argument ${index} of a function of the page`)
    : value
}

/** @throws TypeError where the result cannot be posted. */
function resolve(port: MessagePort, id: string, result: unknown): void {
  const [wire, transfer] = isCallback(result)
    ? byHandler('proxy', serializeCallback(result))
    : asComlinkPosts(result)
  try {
    port.postMessage({ ...fieldsOf(wire), id }, transfer)
  } catch (cause) {
    const why = explainUncloneable(result, 'result', transfer) ?? messageOf(cause)
    throw new TypeError(`What a function of the page returned cannot be sent to the worker (${why}).`, {
      cause,
    })
  }
}

/** What cannot be posted as it was thrown is posted as its text. */
function reject(port: MessagePort, id: string, error: unknown): void {
  try {
    const [wire, transfer] = byHandler(
      'throw',
      (transferHandlers.get('throw') as Handler).serialize({ value: error }),
    )
    port.postMessage({ ...wire, id }, transfer)
  } catch {
    const value = { isError: true, value: { name: 'Error', message: messageOf(error) } }
    port.postMessage({ type: 'HANDLER', name: 'throw', value, id })
  }
}

function byHandler(name: string, [value, transfer]: Serialized): [wire: object, transfer: Transferable[]] {
  return [{ type: 'HANDLER', name, value }, transfer]
}

/** Comlink alone knows what moves with a value, by `Comlink.transfer`. So it gets to post the value, to nobody. */
function asComlinkPosts(value: unknown): Serialized {
  let serialized: Serialized = [undefined, []]
  const nobody: Endpoint = {
    addEventListener() {},
    removeEventListener() {},
    postMessage({ type, argumentList }, transfer = []) {
      if (type === 'APPLY') serialized = [argumentList[0], transfer]
    },
  }
  void wrap<(value: unknown) => void>(nobody)(value)
  return serialized
}
