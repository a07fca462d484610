import { type TransferHandler, transferHandlers } from 'comlink'

/** A transfer handler of Comlink's registry. */
export type Handler = TransferHandler<unknown, unknown>

/** The first transfer handler that takes a value. */
export function claim(value: unknown): Handler | undefined {
  for (const handler of transferHandlers.values()) if (handler.canHandle(value)) return handler
  return undefined
}

/** Whether there are handlers beside Comlink's, which are `proxy` and `throw` and claim no primitives. */
export function hasOwnHandlers(): boolean {
  return transferHandlers.size > 2
}

export function nameOf(claimant: Handler): string | undefined {
  for (const [name, handler] of transferHandlers) if (handler === claimant) return name
  return undefined
}

/**
 * Reads a value that a transfer handler of the other side has serialized.
 *
 * @param what - the value, as the subject of an error message.
 * @throws TypeError when this side lacks the handler. What Comlink throws with is its own business, and refused too.
 */
export function deserialize(name: string, value: unknown, what: string): unknown {
  const handler = name === 'throw' ? undefined : transferHandlers.get(name)
  if (handler) return handler.deserialize(value)
  throw new TypeError(
    `${what} was sent by the Comlink transfer handler "${name}", which is not registered on this side: ` +
      'set it in transferHandlers in the page and in the worker.',
  )
}
